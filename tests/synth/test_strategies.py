"""Strategies by the size of raw data, in the state machine and its permissions."""

import dataclasses
import json
import re

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from lambdas.data_prep.kinds import KINDS
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.pipeline.strategy import Strategy
from stacks.shared.rules.template import text
from tests.synth.test_state_machines import ask, follow

STRATEGIES = (
    Strategy(name="ensemble", below_gb=5),
    Strategy(
        name="distributed",
        below_gb=20,
        instance="ml.p3.8xlarge",
        or_instances=(),
        instance_count=2,
        max_wait_s=90_000,
        defaults={"epochs": 60},
        sharded="images",
    ),
    Strategy(name="streaming", defaults={"epochs": 5}),
)


def by_size(**changes):
    return dataclasses.replace(CATS, training=dataclasses.replace(CATS.training, strategies=STRATEGIES, **changes))


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Of a kind of data that has an inspection, too."""
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("strategies")))
    stack = cdk.Stack(app, "Sized")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "labelled_images", KINDS["labelled_images"]._replace(inspection="some.module"))
        MlDomain(stack, "Cats", definition=by_size())
    return stack


@pytest.fixture(scope="module")
def template(stack):
    return cdk.App.of(stack).synth().get_stack_by_name("Sized").template


@pytest.fixture(scope="module")
def machine(template, of_type):
    (found,) = [
        one["Properties"]
        for one in of_type(template, "AWS::StepFunctions::StateMachine").values()
        if one["Properties"]["StateMachineName"] == "vigil-cats-training"
    ]
    return json.loads(text(found["DefinitionString"]))


@pytest.fixture(scope="module")
def states(machine):
    return machine["States"]


def taken(states, **run):
    """The strategy that a run takes, and its input from there; None: it takes none."""
    jobs = {name: {"ResourceConfig": name} for name in ("ensemble", "distributed", "streaming")}
    told = {"strategy": "auto", "strategies": jobs, "request": {"ResourceConfig": "", "RoleArn": "role"}, **run}
    for choice, strategy in zip(states["Strategy"]["Choices"], STRATEGIES, strict=True):
        if ask(choice["Condition"], input=told):
            return strategy.name, ask(choice["Output"], input=told)
    return None


@pytest.mark.parametrize(
    ("size", "strategy"),
    [(0, "ensemble"), (4_999_999_999, "ensemble"), (5_000_000_000, "distributed"), (19_999_999_999, "distributed")]
    + [(20_000_000_000, "streaming"), (9_000_000_000_000, "streaming")],
)
def test_the_size_of_raw_data_picks(states, size, strategy):
    name, told = taken(states, dataset={"raw_bytes": size, "channels": [{"ChannelName": "dataset"}]})

    assert name == strategy
    assert told["request"] == {"ResourceConfig": strategy, "RoleArn": "role"}
    assert told["strategy"] == "auto"


@pytest.mark.parametrize("size", [1, None])
def test_a_named_strategy_is_taken_whatever_the_size(states, size):
    name, _ = taken(states, strategy="streaming", dataset={"raw_bytes": size, "channels": []})

    assert name == "streaming"


def test_an_unknown_size_ends_the_run_with_a_sentence(states):
    assert taken(states, dataset={"raw_bytes": None, "channels": []}) is None
    assert states["Strategy"]["Default"] == "SizeUnknown"
    assert "say which `strategy`" in ask(states["SizeUnknown"]["Cause"], input={})


@pytest.mark.parametrize("strategy", ["distributed", "streaming"])
def test_hosts_share_the_objects_of_the_sharded_channel_only(states, strategy):
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html"""

    def channel(name):
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://a/{name}/", "S3DataDistributionType": "FullyReplicated"}
        return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "InputMode": "File"}

    dataset = {"raw_bytes": 1, "version": "v", "channels": [channel("dataset"), channel("images")]}
    _, told = taken(states, strategy=strategy, dataset=dataset)

    replicated, images = told["dataset"]["channels"]
    assert (replicated, told["dataset"]["version"]) == (channel("dataset"), "v")
    distribution = "ShardedByS3Key" if strategy == "distributed" else "FullyReplicated"
    wanted = channel("images")
    wanted["DataSource"]["S3DataSource"]["S3DataDistributionType"] = distribution
    assert images == wanted


def test_one_channel_remains_a_list(states):
    _, told = taken(states, strategy="distributed", dataset={"raw_bytes": 1, "channels": [{"ChannelName": "images"}]})

    assert [one["ChannelName"] for one in told["dataset"]["channels"]] == ["images"]


def test_the_run_waits_for_its_longest_strategy(states, machine):
    assert states["Train"]["TimeoutSeconds"] > 90_000
    assert machine["TimeoutSeconds"] > 3 * 90_000
    assert states[states["DataPrep"]["Next"]]["Default"] == "Strategy"


@pytest.mark.parametrize(("asked", "then"), [(True, "Diagnose"), (False, "DataPrep")])
def test_a_diagnosis_alone_ends_with_its_page(machine, states, asked, then):
    assert machine["StartAt"] == "DiagnosisAsked"
    assert follow(states, "DiagnosisAsked", {"diagnose": asked}) == then
    assert states["Diagnose"]["Arguments"]["Payload"]["action"] == "diagnose"
    assert states[states["Diagnose"]["Next"]]["Type"] == "Succeed"
    answer = ask(states["Diagnose"]["Output"], input={"run": "r"}, result={"Payload": {"page": "s3://a/page.html"}})
    assert answer == {"page": "s3://a/page.html", "run": "r"}


def test_v100_and_unencrypted_hosts_are_warned_of_with_the_swaps(stack):
    warned = Annotations.from_stack(stack)

    warned.has_warning("*", Match.string_like_regexp("ml.p3.8xlarge .* take ml.g6.12xlarge or ml.g5.12xlarge"))
    warned.has_warning("*", Match.string_like_regexp("hosts of one job .* unencrypted"))


def test_instances_of_two_families_get_two_images(template, of_type):
    (variables,) = [
        one["Properties"]["Environment"]["Variables"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if "TRAINING" in one["Properties"]["Environment"]["Variables"]
    ]
    own, *of_strategies = re.findall(r"container-assets-.*?:([0-9a-f]{64})", json.dumps(variables["TRAINING"]))
    ensemble, distributed, streaming = of_strategies
    assert own == ensemble == streaming != distributed
    assert "RAW_BUCKET" in variables


def test_the_trigger_may_list_raw_data_and_no_more(template, of_type, development):
    def listing(one):
        policies = [p["Properties"] for name, p in of_type(one, "AWS::IAM::Policy").items() if "Trigger" in name]
        statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
        return [statement for statement in statements if "s3:" in json.dumps(statement["Action"])]

    (allowed,) = [one for one in listing(template) if one["Action"] == "s3:ListBucket"]
    assert allowed["Condition"] == {"StringLikeIfExists": {"s3:prefix": ["catcam-training/*"]}}
    assert listing(development["VigilDevelopmentCats"]) == []


@pytest.mark.parametrize(
    ("strategies", "said"),
    [
        ((Strategy(name="a", below_gb=5),), "None for the last one"),
        ((Strategy(name="a", below_gb=5), Strategy(name="b", below_gb=4), Strategy(name="c")), "rising limits"),
        ((Strategy(name="a", below_gb=5), Strategy(name="a")), "each name once"),
        ((Strategy(name="auto"),), "'auto' is what picks one"),
        ((Strategy(name="a", defaults={"colour": 1}),), "colour is no option"),
        ((Strategy(name="a", defaults={"epochs": 0}),), "epochs is 0, which the option does not allow"),
        ((Strategy(name="a", instance_count=0),), "strategy a: .*\n.*instance_count is 0"),
        ((Strategy(name="a", instance="ml.p3.8xlarge"),), "ml.m5|another base image"),
    ],
)
def test_strategies_that_cannot_work_are_refused(strategies, said):
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(CATS.training, strategies=strategies, or_instances=("ml.m5.2xlarge",))
