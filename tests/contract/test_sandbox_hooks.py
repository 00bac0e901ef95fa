"""Every private hook into MiniStack and moto does what the sandbox believes. Both are imported in a process of its own:
MiniStack reads its settings from the environment when it is imported, and the hooks change it for good."""

from tests.contract.conftest import Program


def test_an_added_service_is_routed_by_its_target_and_by_its_signature(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.add_service("sagemaker", "SageMaker", lambda *request: None)
        by_target = router.detect_service("POST", "/", {"x-amz-target": "SageMaker.CreateModel"}, {})
        signed = {"authorization": "AWS4-HMAC-SHA256 Credential=1/2/us-west-2/sagemaker/aws4_request"}
        print(by_target, router.detect_service("POST", "/endpoints/cats/invocations", signed, {}))
    """)

    assert said == "sagemaker sagemaker"


def test_an_added_type_is_created_updated_and_deleted_off_the_loop(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.add_resource_type("AWS::Toy::Cat",
            create=lambda logical_id, properties, stack: ("c", {"made": [logical_id, stack]}),
            update=lambda physical_id, old, new, stack, logical_id: (physical_id, {"changed": [old, new, logical_id]}),
            delete=lambda physical_id, properties: print("deleted", physical_id, properties))
        hooks.provision_on_threads(frozenset({"AWS::Toy::Cat"}))
        print(provisioners._provision_resource("AWS::Toy::Cat", "Cat", {"n": 1}, "zoo"))
        print(provisioners._update_resource("AWS::Toy::Cat", "c", {"n": 1}, {"n": 2}, "zoo", "Cat"))
        provisioners._delete_resource("AWS::Toy::Cat", "c", {"n": 2}, "zoo", "Cat")
        off_the_loop = stacks._runs_on_worker_thread
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


def test_layers_are_never_mounted(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.skip_layers()
        print(lambda_svc._resolve_layer_zip("arn:aws:lambda:us-west-2:123456789012:layer:ours:1"))
    """)

    assert said == "None"


def test_a_lambda_wrapper_is_what_invocations_run(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.wrap_lambda(lambda invoke: lambda func, event, request_id: {"body": ["wrapped", event]})
        config = {"FunctionName": "f", "Runtime": "python3.11",
                  "FunctionArn": "arn:aws:lambda:us-west-2:123456789012:function:f"}
        print(lambda_svc._execute_function({"config": config}, {"a": 1})["body"])
        hooks.stop_lambda_workers()
    """)

    assert said == "['wrapped', {'a': 1}]"


def test_an_event_of_an_aws_service_is_published_in_its_account(in_ministack: Program) -> None:
    said = in_ministack("""
        event = {"Source": "aws.sagemaker", "DetailType": "Toy", "Detail": "{}"}
        hooks.put_aws_event("123456789012", "eu-west-1", event)
        with responses.request_scope("123456789012", "eu-west-1"):
            print([(event["Source"], event["Region"]) for event in eventbridge._events_log_list()], hooks.scope())
    """)

    assert said == "[('aws.sagemaker', 'eu-west-1')] ('123456789012', 'eu-west-1')"


def test_a_recorded_metric_can_be_read_by_its_dimensions(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.record_metric("Toy", "Cats", 3, "Count", {"Domain": "cats"})
        print([(key[:2], points[0]["Value"], points[0]["Dimensions"])
               for key, points in cloudwatch._metrics.items()])
    """)

    assert said == "[(('Toy', 'Cats'), 3.0, {'Domain': 'cats'})]"


def test_alarms_are_left_alone(in_ministack: Program) -> None:
    said = in_ministack("""
        hooks.disable_alarm_evaluation()
        hooks.record_metric("Toy", "Cats", 3, "Count", {})
        alarm = {"AlarmName": "a", "Namespace": "Toy", "MetricName": "Cats", "Threshold": 1, "StateValue": "OK",
                 "ComparisonOperator": "GreaterThanThreshold"}
        cloudwatch._alarms["a"] = alarm
        cloudwatch._evaluate_all_alarms()
        print(alarm["StateValue"], callable(hooks.application()))
    """)

    assert said == "OK True"


def test_an_object_is_read_in_its_account_and_nothing_is_none(in_ministack: Program) -> None:
    said = in_ministack("""
        import asyncio
        with responses.request_scope("123456789012", "us-west-2"):
            for path, body in (("/toys", b""), ("/toys/a/b", b"cat")):
                asyncio.run(app.SERVICE_HANDLERS["s3"]("PUT", path, {"host": "localhost"}, body, {}))
        print(hooks.read_object("123456789012", "us-west-2", "toys", "a/b"),
              hooks.read_object("123456789012", "us-west-2", "toys", "c"),
              hooks.read_object("999999999999", "us-west-2", "toys", "a/b"))
    """)

    assert said == "b'cat' None None"


def test_lambda_workers_are_ended(in_ministack: Program) -> None:
    said = in_ministack("""
        import subprocess, types
        process = subprocess.Popen(["sleep", "60"])
        worker = types.SimpleNamespace(_proc=process, _discard_tmpdir=lambda: None)
        lambda_runtime._workers["123456789012:us-west-2:f:$LATEST"] = [worker]
        hooks.stop_lambda_workers()
        print(process.poll() is not None, lambda_runtime._workers)
    """)

    assert said == "True {}"


def test_moto_answers_for_one_service(in_ministack: Program) -> None:
    said = in_ministack("""
        scope = "123456789012/20260101/us-west-2/sagemaker/aws4_request"
        headers = {"x-amz-target": "SageMaker.ListPipelines", "content-type": "application/x-amz-json-1.1",
                   "authorization": f"AWS4-HMAC-SHA256 Credential={scope}"}
        answer = hooks.moto_client("sagemaker").post("/", data="{}", headers=headers)
        print(answer.status_code, answer.data)
    """)

    assert said == """200 b'{"PipelineSummaries": []}'"""
