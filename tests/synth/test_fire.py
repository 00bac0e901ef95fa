"""What `fire` is held to, and how it trains."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from lambdas.training_trigger.cost import worst_case_usd
from sandbox.simulators.fire.sensors import CHANNELS
from stacks.domains.fire import FIRE, FireDetection
from stacks.shared.rules.template import text


@pytest.fixture(scope="module")
def template(development):
    return development["VigilDevelopmentFire"]


def test_the_simulator_writes_the_documented_channels():
    assert FIRE.data.signals.channels == CHANNELS
    assert (FIRE.data.signals.calm, FIRE.data.signals.hazard) == ("normal", "fire")


def test_the_gate_bounds_false_positives_and_floors_recall():
    required = {one.metric: (one.at_least, one.at_most, one.judged_on) for one in FIRE.gate.requirements}

    assert required["false_positive_rate"] == (None, 0.005, "interval")
    assert required["recall"][2] == "interval"
    assert required["accuracy"] == (0.97, None, "point")
    assert required["p95_ms"] == (None, 5, "point")
    assert required["size_mb"] == (None, 100, "point")
    assert "accuracy" in FIRE.gate.beats_dummy_on  # at 2 % of fires a constant answer is right in 98 % of cases
    assert FIRE.gate.beats_references_on == "average_precision"


def test_strategies_go_by_five_and_twenty_gigabytes():
    assert [(one.name, one.below_gb) for one in FIRE.training.strategies] == [
        ("ensemble", 5),
        ("distributed", 20),
        ("streaming", None),
    ]


@pytest.mark.parametrize("way", FIRE.training.ways, ids=lambda way: way.instance)
def test_no_strategy_can_take_24_hours_or_cost_600_usd(way):
    assert way.max_runtime_s < 24 * 3600
    for instance in (way.instance, *way.or_instances):
        assert worst_case_usd(instance, way.instance_count, way.max_runtime_s) < 600


def test_several_hosts_share_a_channel_that_the_data_have():
    shared = {one.name: one.sharded for one in FIRE.training.strategies}
    channels = [one["ChannelName"] for one in FIRE.data.channels("s3://bucket/version/")]

    assert shared == {"ensemble": None, "distributed": "train", "streaming": None}
    assert "train" in channels


def test_streaming_reads_50_000_rows_at_a_time():
    (streaming,) = [one for one in FIRE.training.strategies if one.name == "streaming"]
    assert streaming.defaults["batchRows"] == 50_000


def test_several_hosts_run_on_p3_unless_somebody_says_otherwise():
    app = cdk.App()
    ageing, current = cdk.Stack(app, "Ageing"), cdk.Stack(app, "Current")
    FireDetection(ageing, "Fire")
    FireDetection(current, "Fire", distributed_instance="ml.g6.12xlarge")

    warning = Match.string_like_regexp("ml.p3.8xlarge .* take ml.g6.12xlarge or ml.g5.12xlarge")
    Annotations.from_stack(ageing).has_warning("*", warning)
    Annotations.from_stack(current).has_no_warning("*", warning)


def test_raw_data_are_inspected_or_prepared_in_batches(template, of_type):
    (machine,) = [
        one["Properties"]
        for one in of_type(template, "AWS::StepFunctions::StateMachine").values()
        if one["Properties"]["StateMachineName"] == "vigil-fire-training"
    ]
    states = json.loads(text(machine["DefinitionString"]))["States"]

    assert states["PrepareBatches"]["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert states["DataPrep"]["Next"] == "Submitted"
    assert states["Submitted"]["Default"] == "Strategy"
    assert {choice["Next"] for choice in states["Strategy"]["Choices"]} == {"SearchAsked"}
    assert states["Tune"]["Resource"].endswith(":states:::sagemaker:createHyperParameterTuningJob.sync")
    assert states["SearchAsked"]["Default"] == states["Tune"]["Next"] == "FirstAttempt"


def test_an_alarm_tells_when_labelled_answers_were_wrong(template, of_type):
    (alarm,) = [
        one["Properties"]
        for one in of_type(template, "AWS::CloudWatch::Alarm").values()
        if one["Properties"].get("MetricName") == "ModelAccuracy"
    ]

    assert (alarm["Namespace"], alarm["Threshold"], alarm["Statistic"]) == ("FireDetection", 0.95, "Average")
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"


def test_only_a_domain_that_takes_labels_has_their_route_and_reads_captures(development, of_type):
    def routes(name):
        return {
            one["Properties"]["RouteKey"] for one in of_type(development[name], "AWS::ApiGatewayV2::Route").values()
        }

    def reads_captures(name):
        policies = of_type(development[name], "AWS::IAM::Policy")
        return [
            one
            for one in policies
            if "RouterFunction" in one and f"/captures/{name[16:].lower()}/*" in json.dumps(policies[one])
        ]

    assert "POST /v1/fire/labels" in routes("VigilDevelopmentFire")
    assert not any("labels" in route for route in routes("VigilDevelopmentCats"))
    assert reads_captures("VigilDevelopmentFire")
    assert not reads_captures("VigilDevelopmentCats")
