"""What `deer` is held to, who reviews it, and what starts its runs."""

import json

import pytest

from stacks.context import read_settings
from stacks.domains.deer import DEER, DeerDetection, deer

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
