"""Asynchronous invocations of a function: tried again, and kept where that does not help."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from stacks.shared import permissions
from stacks.shared.acknowledge import acknowledge
from stacks.shared.queue import DeadLetterQueue


def keep_failures(scope: Construct, function: lambda_.IFunction, failures: DeadLetterQueue) -> None:
    """Events that failed three times, or waited an hour, go to the queue with what was said."""
    lambda_.EventInvokeConfig(
        scope,
        "Async",
        function=function,
        on_failure=destinations.SqsDestination(failures),
        retry_attempts=2,
        max_event_age=Duration.hours(1),
    )
    grant = "CDK's grant for sending to an encrypted queue; its resource is the one key"
    acknowledge(
        permissions.role_of(function),
        {f"AwsSolutions-IAM5[Action::kms:{action}*]": grant for action in ("GenerateDataKey", "ReEncrypt")},
    )
