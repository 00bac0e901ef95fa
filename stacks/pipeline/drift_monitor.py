"""Drift monitor: by a schedule, captures of a window are held against the champion's baseline."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from lambdas.common.artifacts import drift_folder, runs_folder
from lambdas.drift_monitor.models import DriftMonitorVariables
from stacks.pipeline.domain_context import DomainContext
from stacks.shared import key_permissions, permissions
from stacks.shared.asynchronous import keep_failures
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue

DRIFT_ALARM = "Drift"
"""Last word of the alarm's name."""


class DriftMonitor(Construct):
    """`function` writes a report; `failures`: events of which none was made."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext) -> None:
        super().__init__(scope, construct_id)
        names, platform, spec = domain.names, domain.platform, domain.definition.drift
        self.failures = DeadLetterQueue(self, "Failures", key=platform.key)
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of("drift-monitor"),
            package="drift_monitor",
            description=f"{names.domain}: holds captures against the champion's baseline",
            variables=DriftMonitorVariables(
                domain=names.domain,
                artifacts_bucket=platform.artifacts.bucket_name,
                captures_bucket=platform.captures.bucket_name,
                releases_table=platform.releases.table_name,
                drift=spec,
            ),
            platform=platform,
            timeout=Duration.minutes(10),
            memory_mb=1024,
        )
        keep_failures(self, self.function, self.failures)
        self._allow(domain)
        events.Rule(
            self,
            "Every",
            description=f"Reports drift of {names.domain}",
            schedule=events.Schedule.rate(Duration.seconds(spec.every_s)),
            targets=[
                targets.LambdaFunction(
                    self.function,
                    event=events.RuleTargetInput.from_object({"at": events.EventField.time}),
                    dead_letter_queue=self.failures,
                )
            ],
        )

    def _allow(self, domain: DomainContext) -> None:
        platform, name = domain.platform, domain.definition.name
        permissions.allow_objects(self.function, permissions.READ_OBJECT, platform.captures, f"captures/{name}/")
        permissions.allow_objects(self.function, permissions.READ_OBJECT, platform.artifacts, runs_folder(name))
        permissions.allow_objects(self.function, permissions.WRITE_OBJECT, platform.artifacts, drift_folder(name))
        key_permissions.allow_table(self.function, ("dynamodb:GetItem",), platform.releases, platform.key)
