"""A million items: the same function under a Distributed Map."""

import dataclasses
import json

import aws_cdk as cdk
import pytest

from lambdas.data_prep.models import DataPrepEvent
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.shared.rules.template import text
from tests.synth.test_state_machines import ask


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
    assert batches["Next"] == "AnyBatchFailed"
    assert states["AnyBatchFailed"]["Default"] == "DataPrep"
    assert states[states[states["DataPrep"]["Next"]]["Default"]]["Next"] == "Train"


def test_a_reused_version_skips_the_batches(states):
    assert states["ReuseLatest"]["Choices"][0]["Next"] == "DataPrep"


def test_each_part_asks_the_function_for_what_it_knows(states):
    batch = states["PrepareBatches"]["ItemProcessor"]["States"]["PrepareBatch"]
    asked = [states["ListBatches"]["Arguments"]["Payload"], batch["Arguments"]["Payload"]]

    assert [payload["action"] for payload in asked] == ["list", "batch"]
    assert all(set(payload) <= set(DataPrepEvent.model_fields) for payload in asked)


def test_a_batch_that_fails_fails_the_run_with_its_sentence(states):
    """On AWS the map's own error has no word of the item's: the item must hand its sentence over as an output."""
    item = states["PrepareBatches"]["ItemProcessor"]["States"]
    (caught,) = item["PrepareBatch"]["Catch"]
    error = {"Error": "DataError", "Cause": json.dumps({"errorMessage": "a.csv was removed", "stackTrace": ["x"]})}
    handed_over = ask(caught["Output"], errorOutput=error)
    results = [{"batch": 0, "items": 5}, handed_over, handed_over]
    variables = {name: ask(told, result=results) for name, told in states["PrepareBatches"]["Assign"].items()}
    (choice,) = states["AnyBatchFailed"]["Choices"]

    assert (caught["ErrorEquals"], item[caught["Next"]]["Type"]) == (["States.ALL"], "Pass")
    assert item[caught["Next"]]["End"]
    assert ask(choice["Condition"], variables)
    assert ask(choice["Output"], variables) == {"reason": "2 of 3 batches failed. DataError: a.csv was removed"}
    assert choice["Next"] == "DataPrepFailed"


def test_batches_that_all_ended_well_are_merged(states):
    result = [{"batch": 0, "items": 5}]
    variables = {name: ask(told, result=result) for name, told in states["PrepareBatches"]["Assign"].items()}

    assert not ask(states["AnyBatchFailed"]["Choices"][0]["Condition"], variables)


def test_a_long_sentence_is_cut(states):
    """All outputs of a map together have 256 KiB where no result writer takes them.
    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
    """
    (caught,) = states["PrepareBatches"]["ItemProcessor"]["States"]["PrepareBatch"]["Catch"]

    told = ask(caught["Output"], errorOutput={"Error": "E", "Cause": "x" * 5000})
    assert len(told["reason"]) == 500


def test_a_map_that_fails_itself_fails_the_run_with_a_reason(states):
    assert states["PrepareBatches"]["Catch"][0]["Next"] == "DataPrepFailed"
