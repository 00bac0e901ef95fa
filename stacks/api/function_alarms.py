"""Alarms on a function that no domain's monitoring watches: it failed, or it was turned away."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.pipeline.metrics import NAMESPACE


class FunctionAlarms(Construct):
    """`api`: the dimension of the `ApiErrors` that the function counts itself; None: it counts none."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        name: str,
        topic: sns.ITopic,
        api: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        minute = Duration.minutes(1)
        metrics = {
            "Failures": (function.metric_errors(period=minute), "invocations failed"),
            "Throttles": (function.metric_throttles(period=minute), "invocations were turned away"),
        }
        if api is not None:
            counted = cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name="ApiErrors",
                dimensions_map={"Api": api},
                statistic="Sum",
                period=minute,
            )
            metrics["Errors"] = (counted, "requests failed for no fault of the caller's")
        for word, (metric, meaning) in metrics.items():
            alarm = cloudwatch.Alarm(
                self,
                word,
                alarm_name=f"{name}-{word}",
                alarm_description=f"{name}: {meaning}",
                metric=metric,
                threshold=5,
                evaluation_periods=3,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(actions.SnsAction(topic))
