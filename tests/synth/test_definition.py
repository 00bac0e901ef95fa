"""A domain that cannot work is refused when it is defined, not when it is deployed."""

import dataclasses
import json
from typing import Literal

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from lambdas.endpoint_release.targets import TARGETS
from lambdas.endpoint_release.targets.base import TargetSpec
from lambdas.review.models import ReviewSpec
from stacks.domains.battery import BATTERY
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.pipeline.pinned_model import PinnedModel
from stacks.platform import Platform
from stacks.settings import DEVELOPMENT, PRODUCTION
from stacks.shared.base_image import CPU, CURRENT_GPU, LAST_V100, base_image, retirement_warning


def test_mistakes_in_training_are_named_at_once():
    with pytest.raises(ValueError, match="3 problem") as raised:
        dataclasses.replace(CATS.training, or_instances=("ml.g5.xlarge",), cost_limit_usd=0, max_wait_s=1)

    for word in ("ml.g5.xlarge", "cost_limit_usd is 0", "max_wait_s 1"):
        assert word in str(raised.value)


def test_more_hosts_than_the_container_can_use_are_refused():
    with pytest.raises(ValueError, match="instance_count is 2, and the image has no training_containers/torch_run"):
        dataclasses.replace(BATTERY.training, instance_count=2)
    with pytest.raises(ValueError, match="instance_count is 0; at least 1"):
        dataclasses.replace(CATS.training, instance_count=0)


def test_hosts_that_talk_to_each_other_are_warned_of():
    stack = cdk.Stack()
    distributed = dataclasses.replace(CATS, training=dataclasses.replace(CATS.training, instance_count=2))
    MlDomain(stack, "Cats", definition=distributed)

    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("hosts of one job .* unencrypted"))
    (trigger,) = [
        function["Properties"]["Environment"]["Variables"]["TRAINING"]
        for function in Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
        if "TRAINING" in function["Properties"]["Environment"]["Variables"]
    ]
    assert '\\"instance_count\\":2' in json.dumps(trigger)


@pytest.mark.parametrize("name", ["Cats", "cats-and-dogs", "a" * 14])
def test_a_name_that_cannot_stand_in_other_names_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        dataclasses.replace(CATS, name=name)


@pytest.mark.parametrize(
    ("instance", "image"),
    [("ml.m5.xlarge", CPU), ("ml.g5.12xlarge", CURRENT_GPU), ("ml.p4d.24xlarge", CURRENT_GPU)]
    + [("ml.p3.8xlarge", LAST_V100)],
)
def test_the_base_image_follows_the_instance_family(instance, image):
    assert base_image(instance) == image


@pytest.mark.parametrize("instance", ["ml.trn1.2xlarge", "m5.xlarge", "ml.m5"])
def test_a_family_without_an_image_is_refused_with_those_there_are(instance):
    with pytest.raises(ValueError, match=f"{instance}.*g5.*m5"):
        base_image(instance)


def test_v100_instances_warn_and_name_what_to_take_instead():
    assert "ml.g6.12xlarge or ml.g5.12xlarge" in (retirement_warning("ml.p3.8xlarge") or "")
    assert retirement_warning("ml.g5.xlarge") is None


def test_batches_of_a_kind_that_has_none_are_refused():
    with pytest.raises(ValueError, match="large_data: data of kind telemetry is prepared in one call"):
        dataclasses.replace(BATTERY, large_data=True)


def test_battery_is_held_to_recall_at_bounded_false_alarms():
    required = {one.metric: (one.at_least, one.at_most) for one in BATTERY.gate.requirements}

    assert required["hazard_recall"] == (0.85, None)
    assert required["false_alarms_per_1000_sound_module_hours"] == (None, 2.5)
    assert BATTERY.gate.beats_references_on == "average_precision"


@pytest.mark.parametrize("environment", [DEVELOPMENT, PRODUCTION])
def test_a_bake_that_ends_before_anything_is_seen_of_it_is_refused(environment):
    hasty = dataclasses.replace(CATS, rollout=CATS.rollout.model_copy(update={"bake_s": 60}))
    stack = cdk.Stack()
    platform = Platform.create(stack, environment)

    with pytest.raises(ValueError, match="bake_s is 60; at least 300 s are needed"):
        MlDomain(stack, "Cats", definition=hasty, platform=platform)


class PigeonSpec(TargetSpec):
    kind: Literal["pigeons"] = "pigeons"

    def open(self, place):
        raise AssertionError("a stack opens no target")


def test_a_target_of_a_kind_that_is_not_registered_is_refused():
    with pytest.raises(ValueError, match="'pigeons' is not registered; allowed are devices, serverless, several"):
        MlDomain(cdk.Stack(), "Cats", definition=dataclasses.replace(CATS, target=PigeonSpec()))


def test_a_target_without_permissions_is_refused(monkeypatch):
    monkeypatch.setitem(TARGETS, "pigeons", PigeonSpec)

    with pytest.raises(ValueError, match="no permissions are known for a target of kind 'pigeons', only"):
        MlDomain(cdk.Stack(), "Cats", definition=dataclasses.replace(CATS, target=PigeonSpec()))


def test_only_a_serverless_endpoint_can_be_pinned():
    pinned = PinnedModel(data_url="s3://models/cats/model.tar.gz")

    with pytest.raises(ValueError, match="its target is 'pigeons': only a serverless endpoint can be pinned"):
        MlDomain(cdk.Stack(), "Cats", definition=dataclasses.replace(CATS, target=PigeonSpec()), pinned_model=pinned)


def test_reviews_of_what_has_no_picture_or_no_table_of_labels_are_refused():
    with pytest.raises(ValueError, match=r"review: task 'tabular' is not asked(.|\n)*kind telemetry take no labels"):
        dataclasses.replace(BATTERY, review=ReviewSpec())


def test_reviews_of_labelled_pictures_are_taken():
    assert dataclasses.replace(CATS, review=ReviewSpec(share=0.1, uncertain_above=0.6)).review is not None


@pytest.mark.parametrize("days", [0, 1, 31])
def test_a_retention_without_a_lifecycle_rule_is_refused(days):
    with pytest.raises(ValueError, match="7, 30, 90, 180, 365 days"):
        ReviewSpec(retention_days=days)
