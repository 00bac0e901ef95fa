"""What `deer` is held to, who reviews it, and what starts its runs."""

import json

import pytest

from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.retraining_trigger.models import RetrainingSpec
from stacks.context import read_settings
from stacks.domains.deer import DEER, DeerDetection, deer
from tests.synth.conftest import synthesize

ACCEPTED = {"deer": DeerDetection.context_options}
DEVELOPMENT = {"environment": "development"}


@pytest.fixture(scope="module")
def functions(development):
    resources = development["VigilDevelopmentDeer"]["Resources"].values()
    found = [one["Properties"] for one in resources if one["Type"] == "AWS::Lambda::Function"]
    return {one["FunctionName"]: one["Environment"]["Variables"] for one in found if "FunctionName" in one}


def test_the_gate_judges_boxes_and_false_alarms_at_the_ends_of_their_intervals():
    required = {one.metric: (one.judged_on, one.at_least, one.at_most) for one in DEER.gate.requirements}

    assert required["ap50"] == ("interval", 0.5, None)
    assert required["false_positives_per_empty"] == ("interval", None, 0.3)
    assert required["p95_ms"] == ("point", None, 100)
    assert required["size_mb"] == ("point", None, 100)
    assert (DEER.gate.beats_dummy_on, DEER.gate.not_worse_than_champion_on) == ("ap50", "ap")


def test_every_answer_is_kept_for_review_and_reviews_start_runs(functions):
    assert DEER.review.share == 1
    told = json.loads(functions["vigil-deer-retraining-trigger"]["RETRAINING"])
    assert (told["new_reviews"], told["least_reviews"], told["false_positive_share"]) == (200, 50, 0.5)
    assert "RETRAINING_FUNCTION" in functions["vigil-deer-review"]
    assert "DETECTIONS" in functions["vigil-deer-router"]


def test_context_says_other_animals_shares_and_what_starts_a_run():
    rule = {"new_reviews": 100, "options": {"epochs": 3}}
    context = {
        "deer:classes": "deer, boar",
        "deer:splitRatio": "0.6,0.2,0.2",
        "deer:retraining": json.dumps(rule),
        "deer:review": json.dumps({"share": 0.5, "reviewers": 2}),
    }
    options = read_settings(DEVELOPMENT | context, ACCEPTED).options["deer"]
    made = deer(**options)

    assert made.data.classes == ("deer", "boar")
    assert made.data.shares == (0.2, 0.2)
    assert (made.review.share, made.review.reviewers) == (0.5, 2)
    assert (made.retraining.new_reviews, made.retraining.options) == (100, {"epochs": 3})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"new_reviews": 0}', "new_reviews"),
        ("soon", "JSON"),
        ('{"options": {"epoch": 3}}', "options epoch are unknown"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        deer(**read_settings(DEVELOPMENT | {"deer:retraining": text}, ACCEPTED).options["deer"])


@pytest.fixture(scope="module")
def on_devices():
    return deer(**read_settings(DEVELOPMENT | {"deer:devices": "true"}, ACCEPTED).options["deer"])


def test_devices_get_an_export_by_every_run_that_says_nothing_else(on_devices):
    options = {option.name: option for option in on_devices.training.options}

    assert (options["edgeExport"].default, options["edgeExport"].choices) == ("measured", ("none", "measured"))
    assert (options["edgeSlowMs"].default, options["edgeSlowMs"].minimum) == (1000, 1)
    assert on_devices.training.exports_edge
    rule = RetrainingSpec(new_reviews=100, options={"edgeExport": "none"})
    assert deer(devices=True, retraining=rule).retraining == rule


def test_the_gate_judges_the_file_that_devices_get_beside_the_endpoint_s(on_devices):
    required = {one.metric: (one.judged_on, one.at_least, one.at_most) for one in on_devices.gate.requirements}

    assert required["edge_ap50"] == ("interval", 0.5, None)
    assert required["edge_false_positives_per_empty"] == ("interval", None, 0.3)
    assert required["edge_p95_ms"] == ("point", None, 100)
    assert required["edge_size_mb"] == ("point", None, 20)
    assert set(DEER.gate.requirements) < set(on_devices.gate.requirements)
    assert on_devices.gate.not_worse_than_champion_on == "ap"


def test_releases_run_on_an_endpoint_first_and_on_devices(on_devices):
    assert [type(part) for part in on_devices.target.parts] == [ServerlessSpec, DevicesSpec]
    assert (on_devices.rollout.steps, on_devices.rollout.max_disagreement) == ((10, 50, 100), 0.6)


def test_nobody_has_devices_who_did_not_ask_for_them():
    asked = read_settings(DEVELOPMENT | {"deer:devices": "false"}, ACCEPTED).options["deer"]

    assert deer(**asked) == DEER == deer()
    assert not DEER.training.exports_edge
    assert DEER.target == ServerlessSpec(memory_mb=2048, max_concurrency=5)
    assert [one.metric for one in DEER.gate.requirements if one.metric.startswith("edge_")] == []


def test_what_is_no_yes_and_no_no_is_refused():
    with pytest.raises(ValueError, match="deer:devices: 'yes' is neither true nor false"):
        read_settings(DEVELOPMENT | {"deer:devices": "yes"}, ACCEPTED)


def test_with_devices_the_stack_has_their_key_and_image_and_all_that_it_had(development, tmp_path, of_type):
    context = DEVELOPMENT | {"domains": "deer", "deer:devices": "true"}
    template = synthesize(tmp_path, context, {"deer": DeerDetection})["VigilDevelopmentDeer"]
    before = development["VigilDevelopmentDeer"]
    images = json.loads((tmp_path / "VigilDevelopmentDeer.assets.json").read_text())["dockerImages"].values()

    assert [one["Properties"]["KeySpec"] for one in of_type(template, "AWS::KMS::Key").values()] == ["ECC_NIST_P256"]
    assert {name: one["Type"] for name, one in before["Resources"].items()}.items() <= {
        name: one["Type"] for name, one in template["Resources"].items()
    }.items()
    assert [one["source"]["dockerBuildArgs"].get("EDGE") for one in images if "dockerBuildArgs" in one["source"]] == [
        "1"
    ]
