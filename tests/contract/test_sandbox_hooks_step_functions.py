"""What the hooks into Step Functions do."""

import pytest

from tests.contract.conftest import Program


def test_an_added_integration_is_called_with_and_without_sync(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.add_integration("arn:aws:states:::sagemaker:createModel", lambda name, arguments: [name, arguments])
        for suffix in ("", ".sync"):
            print(stepfunctions._invoke_resource("arn:aws:states:::sagemaker:createModel" + suffix, {"a": 1}))
    """)

    assert said.splitlines() == [
        "['arn:aws:states:::sagemaker:createModel', {'a': 1}]",
        "['arn:aws:states:::sagemaker:createModel.sync', {'a': 1}]",
    ]


def test_step_functions_calls_an_added_service_as_an_aws_sdk_integration(in_ministack: Program) -> None:
    said = in_ministack("""
        async def handle(method, path, headers, body, query):
            return 200, {}, json.dumps([headers["x-amz-target"], json.loads(body)]).encode()
        hooks.add_service("sagemaker", "SageMaker", handle)
        resource = "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint"
        print(stepfunctions._invoke_resource(resource, {"EndpointName": "cats"}))
    """)

    assert said == "['SageMaker.DescribeEndpoint', {'EndpointName': 'cats'}]"


def test_a_task_wrapper_sees_the_execution_of_a_running_state_machine(in_ministack: Program) -> None:
    said = in_ministack("""
        seen = []
        def wrap(execute):
            def wrapped(state, raw_input, execution, context):
                seen.append(execution["status"])
                return {"done": True}, None
            return wrapped
        hooks.wrap_task(wrap)
        definition = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:x", "End": True}}}
        execution = execute(definition)
        print(seen, execution["status"])
    """)

    assert said == "['RUNNING'] SUCCEEDED"


DISTRIBUTED = """
from sandbox.aws import step_functions
hooks.wrap_map(step_functions._distributed_in_jsonata)
item = {"StartAt": "I", "States": {"I": STATE}, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
mapped = {"Type": "Map", "Items": "{% $states.input.all %}", "ItemProcessor": item, "End": True,
          "Output": "{% {'was': $states.input.all, 'made': $states.result} %}"}
start = {"Type": "Pass", "Output": {"all": [1, 2, 3]}, "Next": "M"}
execution = execute({"StartAt": "S", "QueryLanguage": "JSONata", "States": {"S": start, "M": mapped}})
print(execution["status"], json.loads(execution["output"]))
"""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True},
            "SUCCEEDED {'was': [1, 2, 3], 'made': [2, 4, 6]}",
        ),
        (
            {"Type": "Fail", "Error": "Toy"},
            # https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
            "FAILED {'Error': 'States.ExceedToleratedFailureThreshold', "
            "'Cause': 'The specified tolerated failure threshold was exceeded'}",
        ),
    ],
)
def test_a_distributed_map_does_each_item_in_jsonata(in_ministack: Program, state: dict, said: str) -> None:
    assert in_ministack(DISTRIBUTED.replace("STATE", repr(state))) == said


def test_a_task_error_is_caught_by_its_name(in_ministack: Program) -> None:
    said = in_ministack("""
        def fail(resource, arguments):
            raise hooks.task_error("SageMaker.Busy", "come back later")
        hooks.add_integration("arn:aws:states:::sagemaker:createModel", fail)
        task = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createModel", "End": True,
                "Catch": [{"ErrorEquals": ["SageMaker.Busy"], "Next": "Caught"}]}
        definition = {"StartAt": "T", "States": {"T": task, "Caught": {"Type": "Pass", "End": True}}}
        execution = execute(definition)
        print(execution["status"], json.loads(execution["output"]))
    """)

    assert said == "SUCCEEDED {'Error': 'SageMaker.Busy', 'Cause': 'come back later'}"
