"""Decides whether a trained model may be released, with reasons. Pure."""

from typing import NamedTuple

from pydantic import ValidationError

from inference.contracts import Evaluation
from lambdas.common.errors import sentences
from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.champion_rule import compare
from lambdas.model_gate.models import GateSpec, Outcome, Verdict
from lambdas.model_gate.requirements import check_requirements

BY_LUCK = 0.025
"""Probability that a model whose true value lies on a bound passes it, judged by a 95 % interval's end."""
MANY_ATTEMPTS = 20
"""With so many, one such model passes by luck with a probability of 40 %."""


class Decision(NamedTuple):
    passed: bool
    reasons: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    evaluation: Evaluation | None
    quality: Quality | None = None
    """The challenger's, should it become the champion."""
    attempt: int | None = None
    """Runs measured on this test split so far, this one included."""


def decide(body: bytes | None, dataset_version: str, spec: GateSpec, champion: Release | None) -> Decision:
    """`body` is the package's evaluation.json; None when it has none."""
    if body is None:
        return refuse("the model package has no evaluation.json; the training container did not finish it")
    try:
        evaluation = Evaluation.model_validate_json(body)
    except ValidationError as error:
        return refuse(f"evaluation.json is not an Evaluation: {sentences(error)}")
    comparison = compare(evaluation, spec, champion)
    verdicts = (*check_requirements(evaluation, spec), *comparison.verdicts)
    faults = [_reason(verdict) for verdict in verdicts if not verdict.passed]
    if evaluation.dataset_version != dataset_version:
        faults.append(
            f"the model was evaluated on dataset version {evaluation.dataset_version}, but this run prepared "
            f"{dataset_version}: its numbers say nothing about this data"
        )
    if evaluation.test_items == 0:
        faults.append("the evaluation has no test items, so its numbers say nothing")
    reasons = tuple(faults) if faults else tuple(_reason(verdict) for verdict in verdicts)
    return Decision(not faults, reasons, verdicts, evaluation, comparison.quality)


def refuse(reason: str) -> Decision:
    """The decision on a package that cannot be evaluated."""
    return Decision(False, (reason,), (), None)


def refuse_other(theirs: str, ours: str) -> Decision:
    """The decision on a package that was trained for another domain."""
    what = f"the package is of domain {theirs!r}; this gate takes {ours!r} only"
    return refuse(f"{what}: submit it to {theirs}, or train one for {ours}")


def counted(decision: Decision, attempt: int) -> Decision:
    """With a reason that says how often this test split was used: after enough attempts, one passes by luck."""
    said = f"attempt {attempt} on this test split"
    if attempt > 1:
        luck = 1 - (1 - BY_LUCK) ** attempt
        said += f": of so many models that are just not good enough, one passes by luck with up to {luck:.0%}"
    if attempt > MANY_ATTEMPTS:
        said += "; add data that no model was measured on yet"
    return decision._replace(reasons=(*decision.reasons, said), attempt=attempt)


def _reason(verdict: Verdict) -> str:
    value = "missing or not a number" if verdict.value is None else f"{verdict.value:.4g}"
    if verdict.interval is not None:
        value += f" (95 % interval {verdict.interval.low:.4g} to {verdict.interval.high:.4g})"
    return f"{verdict.metric} is {value}; {'' if verdict.passed else 'must be '}{verdict.required}"


def status(decision: Decision, approval: str) -> Outcome:
    if not decision.passed:
        return "rejected"
    return "approved" if approval == "automatic" else "pending"
