"""What a run on toy data leaves: a log that SageMaker reads metrics from, and a package that the gate can judge."""

import io
import json
import re
import tarfile
from hashlib import sha256

from inference.contracts import Baseline, Capture, DatasetSummary, Evaluation, GoldenRequest
from inference.contracts.tasks.base import Task
from inference.package import load_manifest
from lambdas.common.model_archive import read_package
from lambdas.common.psi import psi
from lambdas.model_gate.logic import decide
from stacks.pipeline.definition import DomainDefinition
from tests.contract.domains.toy_run import ToyRun

EVALUATION = "evaluation.json"


def test_no_toy_was_left_out_of_the_dataset(toy_run: ToyRun) -> None:
    assert toy_run.prepared.quarantined == 0
    assert toy_run.prepared.items > 0


def test_every_metric_of_the_definition_is_in_the_log(toy_run: ToyRun, definition: DomainDefinition) -> None:
    defined = toy_run.request["AlgorithmSpecification"]["MetricDefinitions"]
    assert {one["Name"] for one in defined} == set(definition.training.metrics)
    assert [one["Name"] for one in defined if not re.search(one["Regex"], toy_run.log, re.MULTILINE)] == []


def test_the_package_says_what_it_is_of(toy_run: ToyRun, definition: DomainDefinition) -> None:
    digest = sha256(toy_run.read("manifest.json")).hexdigest()
    manifest = load_manifest(toy_run.model, expected_sha256=digest)
    summary = json.loads((toy_run.base / "input" / "data" / "dataset" / "dataset.json").read_bytes())
    assert (manifest.domain, manifest.task) == (definition.name, definition.task)
    assert manifest.classes == DatasetSummary.model_validate(summary).classes
    assert manifest.dataset_version == toy_run.prepared.version
    assert manifest.code_version.startswith("src-")
    assert manifest.libraries


def test_the_gate_reads_every_number_that_it_asks_for(toy_run: ToyRun, definition: DomainDefinition) -> None:
    """Which way it decides on a toy is nobody's concern."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        archive.add(toy_run.model, arcname=".")
    stream.seek(0)
    found = read_package(stream, {EVALUATION})
    decision = decide(found.members[EVALUATION], toy_run.prepared.version, definition.gate, champion=None)
    unknown = [verdict.required for verdict in decision.verdicts if verdict.value is None]
    asked = [verdict.required for verdict in decision.verdicts if "not known" in verdict.required]
    without = [verdict.required for verdict in decision.verdicts if "has no 95 % interval" in verdict.required]
    assert (unknown, asked, without) == ([], [], [])
    assert {one.metric for one in definition.gate.requirements} <= {verdict.metric for verdict in decision.verdicts}
    assert decision.reasons


def test_a_challenger_can_be_compared_with_a_champion(toy_run: ToyRun, definition: DomainDefinition) -> None:
    evaluation = Evaluation.model_validate_json(toy_run.read(EVALUATION))
    metric = definition.gate.not_worse_than_champion_on
    assert metric is None or metric in evaluation.metrics
    assert (definition.gate.beats_references_on is None) or evaluation.references


def test_golden_requests_are_answered_as_the_task_says(golden: list[GoldenRequest], task: Task) -> None:
    assert golden
    assert {one.content_type for one in golden} <= set(task.reads)
    assert [fault for one in golden if (fault := task.validate(one.answer))] == []


def test_captures_hold_what_the_baseline_is_of(toy_run: ToyRun, captures: list[Capture]) -> None:
    baseline = Baseline.model_validate_json(toy_run.read("baseline.json"))
    assert captures
    for capture in captures:
        assert set(capture.scores) == set(baseline.scores)
        assert set(capture.features) == set(baseline.features)
        assert capture.input
    assert {capture.label for capture in captures} <= {*baseline.labels, None}


def test_drift_of_every_score_and_feature_is_a_number(toy_run: ToyRun, captures: list[Capture]) -> None:
    baseline = Baseline.model_validate_json(toy_run.read("baseline.json"))
    for kind in ("scores", "features"):
        for name, bins in getattr(baseline, kind).items():
            assert psi(bins, baseline.items, [getattr(capture, kind)[name] for capture in captures]) >= 0, name
