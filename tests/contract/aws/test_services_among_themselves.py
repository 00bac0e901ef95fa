"""What AWS services do in their own name: publish to encrypted topics, fill encrypted queues, write logs."""

import json

import pytest

from stacks.shared.rules.template import as_list, resources, text


@pytest.fixture(scope="module")
def key_policy(stack):
    ((_, key),) = resources(stack("Data"), "AWS::KMS::Key")
    return key["KeyPolicy"]["Statement"]


@pytest.mark.parametrize(
    ("service", "source"),
    [
        (
            "cloudwatch",
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
        ),
        ("events", "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"),
        ("budgets", "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"),
    ],
)
def test_a_service_may_use_the_key_of_what_it_sends_to(key_policy, service, source):
    """An alarm on an encrypted topic whose key CloudWatch may not use changes its state and tells nobody."""
    name = f"{service}.amazonaws.com"
    statements = [one for one in key_policy if name in as_list(one["Principal"].get("Service", []))]

    allowed = {action for one in statements for action in as_list(one["Action"])}
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= allowed, source


def test_logs_may_use_the_key_of_log_groups(key_policy):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"""
    (statement,) = (one for one in key_policy if one.get("Sid") == "LogGroupsOfThisAccount")

    assert text(statement["Principal"]["Service"]) == "logs.<...>.amazonaws.com"
    needed = {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"}
    assert set(statement["Action"]) == needed
    assert set(statement["Condition"]["ArnLike"]) == {"kms:EncryptionContext:aws:logs:arn"}


def test_the_account_keeps_its_key(key_policy):
    """Without it no IAM policy counts, and nobody may mend the key's policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    assert any(one["Action"] == "kms:*" and text(one["Principal"].get("AWS")).endswith(":root") for one in key_policy)


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_an_approval_is_sent_by_sagemaker(stack, domain):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
    (rule,) = (one for _, one in resources(stack(domain), "AWS::Events::Rule") if "EventPattern" in one)

    assert rule["EventPattern"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [f"vigil-{domain.lower()}"], "ModelApprovalStatus": ["Approved"]},
    }


def test_the_budget_counts_what_carries_our_tag(stack):
    """`user:` stands before a tag of one's own, `$` between its name and value.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
    """
    ((_, budget),) = resources(stack("Operations"), "AWS::Budgets::Budget")

    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:app$vigil"]}
    assert len(budget["NotificationsWithSubscribers"]) <= 5


@pytest.mark.parametrize(("domain", "count"), [("Cats", 6), ("Battery", 6), ("Deer", 8)])
def test_functions_keep_lambdas_limits(stack, domain, count):
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    functions = [one for _, one in resources(stack(domain), "AWS::Lambda::Function") if "FunctionName" in one]

    assert len(functions) == count
    for one in functions:
        variables = one["Environment"]["Variables"]
        # An unresolved reference is an ARN or a name: 170 characters stand for each.
        size = len("".join(name + text(value) for name, value in variables.items()).replace("<...>", "x" * 170))
        assert size <= 4096, one["FunctionName"]
        assert one["Timeout"] <= 900
        assert 128 <= one["MemorySize"] <= 10_240
        assert len(one["Layers"]) <= 5
        assert len(one["FunctionName"]) <= 64


def test_a_request_is_answered_before_its_gateway_gives_up(stack):
    """An HTTP API waits 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""
    for domain in ("Cats", "Battery"):
        ((_, router),) = (
            (name, one)
            for name, one in resources(stack(domain), "AWS::Lambda::Function")
            if one.get("FunctionName", "").endswith("-router")
        )
        assert router["Timeout"] < 30


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_firehose_takes_the_delivery_stream(stack, domain):
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html, and the prefixes' namespaces of
    https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html: an error prefix names the kind of error."""
    ((_, stream),) = resources(stack(domain), "AWS::KinesisFirehose::DeliveryStream")
    target = stream["ExtendedS3DestinationConfiguration"]

    assert 0 <= target["BufferingHints"]["IntervalInSeconds"] <= 900
    assert 1 <= target["BufferingHints"]["SizeInMBs"] <= 128
    assert "!{timestamp:" in target["Prefix"]
    assert "!{firehose:error-output-type}" in target["ErrorOutputPrefix"]
    assert stream["DeliveryStreamEncryptionConfigurationInput"]["KeyType"] == "CUSTOMER_MANAGED_CMK"


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_state_machines_keep_the_limits_of_step_functions(stack, domain):
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 1 MB, and 80 characters a state's name.

    Logs go to a name below /aws/vendedlogs/, or their resource policy outgrows its limit:
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    machines = [one for _, one in resources(stack(domain), "AWS::StepFunctions::StateMachine")]

    assert len(machines) == 2
    for one in machines:
        definition = text(one["DefinitionString"])
        assert len(definition) < 1_000_000
        assert max(len(name) for name in json.loads(definition)["States"]) <= 80
    groups = [one.get("LogGroupName", "") for _, one in resources(stack(domain), "AWS::Logs::LogGroup")]
    assert len([name for name in groups if name.startswith("/aws/vendedlogs/states/")]) == 2


@pytest.mark.parametrize("service", ["cloudwatch", "budgets"])
def test_only_this_accounts_alarms_and_budgets_speak_to_the_topic(stack, service):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html and
    https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"""
    ((_, policy),) = resources(stack("Operations"), "AWS::SNS::TopicPolicy")
    (statement,) = (
        one
        for one in policy["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow" and f"{service}.amazonaws.com" in as_list(one["Principal"].get("Service", []))
    )

    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("domain", ["Cats", "Battery", "Deer"])
def test_events_that_nobody_could_handle_reach_their_queue(stack, domain):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html: the queue's policy lets them in."""
    rules = [one for _, one in resources(stack(domain), "AWS::Events::Rule")]
    for rule in rules:
        queue = rule["Targets"][0]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
        allowed = [
            (statement["Principal"], statement["Action"])
            for _, policy in resources(stack(domain), "AWS::SQS::QueuePolicy")
            if policy["Queues"] == [{"Ref": queue}]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        ]

        assert ({"Service": "events.amazonaws.com"}, "sqs:SendMessage") in allowed
    assert rules
