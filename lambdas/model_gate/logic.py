"""Decides whether a trained model may be released, with reasons. Pure."""

from typing import Literal, NamedTuple

from pydantic import ValidationError

from inference.contracts import Evaluation
from lambdas.common.errors import sentences
from lambdas.common.release_state import Release
from lambdas.model_gate.models import GateSpec, Verdict
from lambdas.model_gate.requirements import check_all


class Decision(NamedTuple):
    passed: bool
    reasons: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    evaluation: Evaluation | None


def decide(body: bytes | None, dataset_version: str, spec: GateSpec, champion: Release | None) -> Decision:
    """`body` is the package's evaluation.json; None when it has none."""
    if body is None:
        return refuse("the model package has no evaluation.json; the training container did not finish it")
    try:
        evaluation = Evaluation.model_validate_json(body)
    except ValidationError as error:
        return refuse(f"evaluation.json is not an Evaluation: {sentences(error)}")
    verdicts = tuple(check_all(evaluation, spec, champion))
    faults = [_reason(verdict) for verdict in verdicts if not verdict.passed]
    if evaluation.dataset_version != dataset_version:
        faults.append(
            f"the model was evaluated on dataset version {evaluation.dataset_version}, but this run prepared "
            f"{dataset_version}: its numbers say nothing about this data"
        )
    if evaluation.test_items == 0:
        faults.append("the evaluation has no test items, so its numbers say nothing")
    reasons = tuple(faults) if faults else tuple(_reason(verdict) for verdict in verdicts)
    return Decision(not faults, reasons, verdicts, evaluation)


def refuse(reason: str) -> Decision:
    """For a package that cannot even be judged."""
    return Decision(False, (reason,), (), None)


def _reason(verdict: Verdict) -> str:
    value = "missing or not a number" if verdict.value is None else f"{verdict.value:.4g}"
    return f"{verdict.metric} is {value}; {'' if verdict.passed else 'must be '}{verdict.required}"


def status(decision: Decision, approval: str) -> Literal["approved", "pending", "rejected"]:
    if not decision.passed:
        return "rejected"
    return "approved" if approval == "automatic" else "pending"
