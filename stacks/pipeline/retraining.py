"""Retraining: reviews, drift, a schedule or a person start a run through the training trigger."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from lambdas.retraining_trigger.models import RetrainingSpec, RetrainingTriggerVariables
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.drift_monitor import DRIFT_ALARM
from stacks.pipeline.training_trigger import TrainingTrigger
from stacks.shared import key_permissions, permissions
from stacks.shared.asynchronous import keep_failures
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue

FUNCTION = "retraining-trigger"


class Retraining(Construct):
    """`function` starts at most one run for the same reviews; `failures`: events that it could not handle."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        spec: RetrainingSpec,
        trigger: TrainingTrigger,
    ) -> None:
        super().__init__(scope, construct_id)
        names, platform = domain.names, domain.platform
        machine = trigger.run.state_machine.state_machine_arn
        self.failures = DeadLetterQueue(self, "Failures", key=platform.key)
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of(FUNCTION),
            package="retraining_trigger",
            description=f"{names.domain}: starts a run when reviews, drift or a person ask for one",
            variables=RetrainingTriggerVariables(
                domain=names.domain,
                detections_table=platform.detections.table_name,
                training_trigger=trigger.function.function_name,
                state_machine_arn=machine,
                retraining=spec,
            ),
            platform=platform,
            timeout=Duration.seconds(60),
        )
        keep_failures(self, self.function, self.failures)
        permissions.allow(self.function, ("lambda:InvokeFunction",), [trigger.function.function_arn])
        permissions.allow(self.function, ("states:ListExecutions",), [machine])
        actions = ("dynamodb:GetItem", "dynamodb:PutItem")
        key_permissions.allow_items(self.function, actions, platform.detections, platform.key, [names.domain])
        events.Rule(
            self,
            "Look",
            description=f"Starts runs of {names.domain} that were missed or had to wait",
            schedule=events.Schedule.rate(Duration.seconds(spec.look_every_s)),
            targets=[self._event({"action": "look"})],
        )
        if spec.on_drift:
            self._start_on_drift(names.of(DRIFT_ALARM))

    def _start_on_drift(self, alarm: str) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html."""
        event = {
            "action": "drift",
            "alarm": events.EventField.from_path("$.detail.alarmName"),
            "why": events.EventField.from_path("$.detail.state.reason"),
        }
        events.Rule(
            self,
            "Drifted",
            description=f"{alarm} went off",
            event_pattern=events.EventPattern(
                source=["aws.cloudwatch"],
                detail_type=["CloudWatch Alarm State Change"],
                detail={"alarmName": [alarm], "state": {"value": ["ALARM"]}},
            ),
            targets=[self._event(event)],
        )

    def _event(self, event: dict[str, Any]) -> targets.LambdaFunction:
        return targets.LambdaFunction(
            self.function, event=events.RuleTargetInput.from_object(event), dead_letter_queue=self.failures
        )
