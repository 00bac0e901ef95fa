"""A million items: the same function under a Distributed Map."""

import dataclasses
import json

import aws_cdk as cdk
import pytest

from lambdas.data_prep.models import DataPrepEvent
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.shared.rules.template import text


@pytest.fixture(scope="module")
def states(tmp_path_factory, of_type):
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("large")))
    stack = cdk.Stack(app, "Large")
    MlDomain(stack, "Cats", definition=dataclasses.replace(CATS, large_data=True))
    template = app.synth().get_stack_by_name("Large").template
    (machine,) = (
        one["Properties"]
        for one in of_type(template, "AWS::StepFunctions::StateMachine").values()
        if one["Properties"]["StateMachineName"] == "vigil-cats-training"
    )
    return json.loads(text(machine["DefinitionString"]))["States"]


def test_work_is_listed_done_in_parallel_and_merged(states):
    batches = states["PrepareBatches"]

    assert states["ReuseLatest"]["Default"] == "ListBatches"
    assert states["ListBatches"]["Next"] == "PrepareBatches"
    assert batches["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert batches["Items"] == "{% $states.input.batches %}"
    assert batches["Next"] == "DataPrep"
    assert states[states["DataPrep"]["Next"]]["Next"] == "Train"


def test_a_reused_version_skips_the_batches(states):
    assert states["ReuseLatest"]["Choices"][0]["Next"] == "DataPrep"


def test_each_part_asks_the_function_for_what_it_knows(states):
    batch = states["PrepareBatches"]["ItemProcessor"]["States"]["PrepareBatch"]
    asked = [states["ListBatches"]["Arguments"]["Payload"], batch["Arguments"]["Payload"]]

    assert [payload["action"] for payload in asked] == ["list", "batch"]
    assert all(set(payload) <= set(DataPrepEvent.model_fields) for payload in asked)


def test_a_batch_that_fails_fails_the_run_with_a_reason(states):
    assert states["PrepareBatches"]["Catch"][0]["Next"] == "DataPrepFailed"
