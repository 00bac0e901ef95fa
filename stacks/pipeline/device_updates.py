"""What signs and renews the updates of a domain's devices (docs/decisions/0048)."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.common.device_files import repository_folder
from lambdas.endpoint_release.models import TargetSpec
from stacks.pipeline.domain_context import DomainContext
from stacks.shared import key_permissions, permissions
from stacks.shared.asynchronous import keep_failures
from stacks.shared.queue import DeadLetterQueue
from stacks.shared.requirements_layer import RequirementsLayer
from stacks.shared.source_tree import ROOT

_EVERY = Duration.days(1)
_REQUIREMENTS = ROOT / "lambdas" / "endpoint_release" / "targets" / "devices" / "requirements.txt"


class DeviceUpdates(Construct):
    """`key` signs; it is the domain's own, so that no other domain can sign for these devices. 1 USD a month."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext) -> None:
        super().__init__(scope, construct_id)
        self._domain = domain
        retain = domain.platform.environment.retain
        self.key = kms.Key(
            self,
            "Key",
            description=f"Vigil: signs updates of devices of {domain.definition.name}",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
        )
        self.layer = RequirementsLayer(self, "Requirements", requirements=_REQUIREMENTS)
        self.failures = DeadLetterQueue(self, "Failures", key=domain.platform.key)

    def keep_fresh(self, function: lambda_.IFunction) -> None:
        """Let the release function publish, and sign anew each day what would expire; what fails lands in `failures`.

        Failures of the function itself go there too: its only asynchronous events are those of the schedule.
        """
        self._allow(function)
        keep_failures(self, function, self.failures)
        refresh = targets.LambdaFunction(
            function,
            event=events.RuleTargetInput.from_object({"action": "refresh"}),
            dead_letter_queue=self.failures,
        )
        events.Rule(
            self,
            "Refresh",
            description=f"Signs updates of devices of {self._domain.definition.name} anew before they expire",
            schedule=events.Schedule.rate(_EVERY),
            targets=[refresh],
        )

    def _allow(self, function: lambda_.IFunction) -> None:
        platform = self._domain.platform
        permissions.allow_objects(
            function, permissions.REPLACE_OBJECT, platform.artifacts, repository_folder(self._domain.definition.name)
        )
        permissions.allow(function, ("kms:Sign", "kms:GetPublicKey"), [self.key.key_arn])
        key_permissions.allow_table(function, ("dynamodb:Query",), platform.devices, platform.key)


def has_devices(target: TargetSpec) -> bool:
    return "devices" in {part.kind for part in target.parts}
