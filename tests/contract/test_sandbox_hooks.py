"""Every private hook into MiniStack does what the sandbox believes. MiniStack is imported in a process of its own:
it reads its settings from the environment when it is imported, and the hooks change it for good."""

import os
import subprocess
import sys
import textwrap

import pytest


def in_ministack(code: str) -> str:
    """Run `code` in a fresh interpreter with the hooks module imported, and answer what it printed."""
    program = "from sandbox.aws import hooks\n" + textwrap.dedent(code)
    environment = {
        "PATH": os.environ["PATH"],
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": "us-west-2",
        "MINISTACK_ACCOUNT_ID": "123456789012",
        "LOG_LEVEL": "ERROR",
    }
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_every_hook_is_where_it_was() -> None:
    assert in_ministack("hooks.check(); print('all there')") == "all there"


@pytest.mark.parametrize(
    "change",
    [
        "hooks.lambda_svc._execute_function_warm = None; del hooks.lambda_svc._execute_function_warm",
        "hooks.lambda_svc._execute_function_warm = lambda func: None",
    ],
)
def test_a_function_that_moved_is_named(change: str) -> None:
    said = in_ministack(f"""
        {change}
        try:
            hooks.check()
        except hooks.HookMovedError as error:
            print(error)
    """)

    assert "lambda_svc._execute_function_warm" in said
    assert "requirements.txt" in said


def test_a_table_that_moved_is_named() -> None:
    said = in_ministack("""
        del hooks.router.SERVICE_PATTERNS["s3"]
        try:
            hooks.check()
        except hooks.HookMovedError as error:
            print(error)
    """)

    assert "router.SERVICE_PATTERNS has no row 's3'" in said


def test_an_added_service_is_routed_by_its_target_and_by_its_signature() -> None:
    said = in_ministack("""
        hooks.add_service("sagemaker", "SageMaker", lambda *request: None)
        by_target = hooks.router.detect_service("POST", "/", {"x-amz-target": "SageMaker.CreateModel"}, {})
        signed = {"authorization": "AWS4-HMAC-SHA256 Credential=1/2/us-west-2/sagemaker/aws4_request"}
        print(by_target, hooks.router.detect_service("POST", "/endpoints/cats/invocations", signed, {}))
    """)

    assert said == "sagemaker sagemaker"


def test_an_added_integration_is_called_with_and_without_sync() -> None:
    said = in_ministack("""
        hooks.add_integration("arn:aws:states:::sagemaker:createModel", lambda name, arguments: [name, arguments])
        for suffix in ("", ".sync"):
            print(hooks.stepfunctions._invoke_resource("arn:aws:states:::sagemaker:createModel" + suffix, {"a": 1}))
    """)

    assert said.splitlines() == [
        "['arn:aws:states:::sagemaker:createModel', {'a': 1}]",
        "['arn:aws:states:::sagemaker:createModel.sync', {'a': 1}]",
    ]


def test_a_task_wrapper_sees_the_execution_of_a_running_state_machine() -> None:
    said = in_ministack("""
        import json
        seen = []
        def wrap(execute):
            def wrapped(state, raw_input, execution, context):
                seen.append(execution["status"])
                return {"done": True}, None
            return wrapped
        hooks.wrap_task(wrap)
        definition = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:x", "End": True}}}
        machine = "arn:aws:states:us-west-2:123456789012:stateMachine:m"
        hooks.stepfunctions._state_machines[machine] = {"name": "m", "definition": json.dumps(definition)}
        execution = {"executionArn": "e", "stateMachineArn": machine, "status": "RUNNING", "input": "{}", "name": "e",
                     "startDate": "2026-11-01T00:00:00Z", "events": [], "sync": True}
        hooks.stepfunctions._executions["e"] = execution
        hooks.stepfunctions._run_execution("e")
        print(seen, execution["status"])
    """)

    assert said == "['RUNNING'] SUCCEEDED"


def test_an_added_type_is_created_updated_and_deleted_off_the_loop() -> None:
    said = in_ministack("""
        hooks.add_resource_type("AWS::Toy::Cat",
            create=lambda logical_id, properties, stack: ("c", {"made": [logical_id, stack]}),
            update=lambda physical_id, old, new, stack, logical_id: (physical_id, {"changed": [old, new, logical_id]}),
            delete=lambda physical_id, properties: print("deleted", physical_id, properties))
        hooks.provision_off_the_loop(frozenset({"AWS::Toy::Cat"}))
        print(hooks.provisioners._provision_resource("AWS::Toy::Cat", "Cat", {"n": 1}, "zoo"))
        print(hooks.provisioners._update_resource("AWS::Toy::Cat", "c", {"n": 1}, {"n": 2}, "zoo", "Cat"))
        hooks.provisioners._delete_resource("AWS::Toy::Cat", "c", {"n": 2}, "zoo", "Cat")
        off_the_loop = hooks.stacks._runs_on_worker_thread
        print(off_the_loop("AWS::Toy::Cat"), off_the_loop("AWS::S3::Bucket"))
        print("AWS::Toy::Cat" in hooks.resource_types())
    """)

    assert said.splitlines() == [
        "('c', {'made': ['Cat', 'zoo']})",
        "('c', {'changed': [{'n': 1}, {'n': 2}, 'Cat']})",
        "deleted c {'n': 2}",
        "True False",
        "True",
    ]


def test_layers_are_never_mounted() -> None:
    said = in_ministack("""
        hooks.skip_layers()
        print(hooks.lambda_svc._resolve_layer_zip("arn:aws:lambda:us-west-2:123456789012:layer:ours:1"))
    """)

    assert said == "None"


def test_a_lambda_wrapper_is_what_invocations_run() -> None:
    said = in_ministack("""
        hooks.wrap_lambda(lambda invoke: lambda func, event, request_id: {"body": ["wrapped", event]})
        config = {"FunctionName": "f", "Runtime": "python3.11",
                  "FunctionArn": "arn:aws:lambda:us-west-2:123456789012:function:f"}
        print(hooks.lambda_svc._execute_function({"config": config}, {"a": 1})["body"])
        hooks.stop_lambda_workers()
    """)

    assert said == "['wrapped', {'a': 1}]"


def test_an_event_of_an_aws_service_is_published_in_its_account() -> None:
    said = in_ministack("""
        event = {"Source": "aws.sagemaker", "DetailType": "Toy", "Detail": "{}"}
        hooks.put_aws_event("123456789012", "eu-west-1", event)
        with hooks.responses.request_scope("123456789012", "eu-west-1"):
            print([(event["Source"], event["Region"]) for event in hooks.eventbridge._events_log_list()], hooks.scope())
    """)

    assert said == "[('aws.sagemaker', 'eu-west-1')] ('123456789012', 'eu-west-1')"


def test_a_recorded_metric_can_be_read_by_its_dimensions() -> None:
    said = in_ministack("""
        hooks.record_metric("Toy", "Cats", 3, "Count", {"Domain": "cats"})
        print([(key[:2], points[0]["Value"], points[0]["Dimensions"])
               for key, points in hooks.cloudwatch._metrics.items()])
    """)

    assert said == "[(('Toy', 'Cats'), 3.0, {'Domain': 'cats'})]"


def test_alarms_are_left_alone() -> None:
    said = in_ministack("""
        hooks.leave_alarms_to_us()
        hooks.record_metric("Toy", "Cats", 3, "Count", {})
        alarm = {"AlarmName": "a", "Namespace": "Toy", "MetricName": "Cats", "Threshold": 1, "StateValue": "OK",
                 "ComparisonOperator": "GreaterThanThreshold"}
        hooks.cloudwatch._alarms["a"] = alarm
        hooks.cloudwatch._evaluate_all_alarms()
        print(alarm["StateValue"], callable(hooks.application()))
    """)

    assert said == "OK True"


def test_an_object_is_read_in_its_account_and_nothing_is_none() -> None:
    said = in_ministack("""
        import asyncio
        with hooks.responses.request_scope("123456789012", "us-west-2"):
            for path, body in (("/toys", b""), ("/toys/a/b", b"cat")):
                asyncio.run(hooks.app.SERVICE_HANDLERS["s3"]("PUT", path, {"host": "localhost"}, body, {}))
        print(hooks.read_object("123456789012", "us-west-2", "toys", "a/b"),
              hooks.read_object("123456789012", "us-west-2", "toys", "c"),
              hooks.read_object("999999999999", "us-west-2", "toys", "a/b"))
    """)

    assert said == "b'cat' None None"
