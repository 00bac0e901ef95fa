"""The operations API: what it may look at and do."""

import json

from stacks.shared.rules.template import as_list, statements


def test_it_reads_what_is_vigils_and_starts_nothing_but_retraining(development):
    """ListExecutions takes a state machine, DescribeExecution an execution, DescribeAlarms an alarm.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html: only composite alarms
    need `*`.
    """
    allowed = {
        action: json.dumps(resource)
        for logical_id, statement in statements(development["VigilDevelopmentApi"])
        if logical_id.startswith("OperationsFunctionRole")
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    ends = {
        "states:ListExecutions": ":stateMachine:vigil-*-training",
        "states:DescribeExecution": ":execution:vigil-*-training:*",
        "cloudwatch:DescribeAlarms": ":alarm:vigil-*",
        "lambda:InvokeFunction": ":function:vigil-*-retraining-trigger",
    }
    for action, end in ends.items():
        assert f'{end}"' in allowed[action]
    assert {action.split(":")[0] for action in allowed} - {"kms", "logs", "xray"} == {
        *(action.split(":")[0] for action in ends),
        "dynamodb",
        "s3",
    }
    assert not [action for action in allowed if "Put" in action and not action.startswith(("logs:", "xray:"))]


def test_every_domain_has_the_alarm_by_which_it_is_known(development, of_type):
    domains = [name for name in development if name.endswith(("Cats", "Battery", "Fire", "Ads"))]
    for name in domains:
        alarms = {
            one["Properties"]["AlarmName"] for one in of_type(development[name], "AWS::CloudWatch::Alarm").values()
        }
        domain = name.removeprefix("VigilDevelopment").lower()
        assert f"vigil-{domain}-CapturesLost" in alarms
    assert len(domains) == 4
