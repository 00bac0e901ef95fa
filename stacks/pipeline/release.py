"""Release: an approved package becomes a challenger, gets traffic in steps, is promoted or rolled back by itself."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.artifacts import runs_folder
from lambdas.endpoint_release.models import EndpointReleaseVariables, RolloutSpec
from stacks.pipeline.device_updates import DeviceUpdates, has_devices
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.release_states import ReleaseStates
from stacks.pipeline.release_targets import allow_target
from stacks.pipeline.serving import Serving
from stacks.pipeline.state_machine import LoggedStateMachine
from stacks.settings import Environment
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue


class Release(Construct):
    """The pipeline owns these endpoints at run time; CloudFormation owns none of them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        serving: Serving,
    ) -> None:
        super().__init__(scope, construct_id)
        definition, names, platform = domain.definition, domain.names, domain.platform
        rollout = _baking(definition.rollout, platform.environment)
        self.updates: DeviceUpdates | None = None
        if has_devices(definition.target):
            self.updates = DeviceUpdates(self, "DeviceUpdates", domain=domain)
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of("endpoint-release"),
            package="endpoint_release",
            description=f"{definition.name}: one step of a release",
            variables=EndpointReleaseVariables(
                domain=definition.name,
                task=definition.task,
                app=names.app,
                releases_table=platform.releases.table_name,
                artifacts_bucket=platform.artifacts.bucket_name,
                endpoint_role_arn=serving.role.role_arn,
                champion_parameter=names.champion_parameter,
                devices_table=platform.devices.table_name if self.updates else None,
                devices_key=self.updates.key.key_arn if self.updates else None,
                target=definition.target.within(rollout.bake_s),
                rollout=rollout,
            ),
            platform=platform,
            timeout=Duration.minutes(5),
            memory_mb=1024,
            layers=[self.updates.layer] if self.updates else [],
        )
        if self.updates is not None:
            self.updates.keep_fresh(self.function)
        self.state_machine = LoggedStateMachine(
            self,
            "StateMachine",
            name=names.of("release"),
            definition=ReleaseStates(self, "States", function=self.function, steps=rollout.steps).start,
            calls=(self.function,),
            platform=platform,
            timeout=_longest(rollout),
        )
        self.failures = DeadLetterQueue(self, "Failures", key=platform.key)
        self._start_on_approval(domain)
        self._allow(domain, serving.role)
        serving.champion.grant_write(self.function)

    def _start_on_approval(self, domain: DomainContext) -> None:
        approval = targets.SfnStateMachine(
            self.state_machine,
            input=events.RuleTargetInput.from_object(
                {
                    "model_package_arn": events.EventField.from_path("$.detail.ModelPackageArn"),
                    "approved_at": events.EventField.time,
                }
            ),
            dead_letter_queue=self.failures,
            retry_attempts=8,
            max_event_age=Duration.hours(2),
        )
        events.Rule(
            self,
            "Approved",
            description="A model package was approved",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Model Package State Change"],
                detail={"ModelPackageGroupName": [domain.names.prefix], "ModelApprovalStatus": ["Approved"]},
            ),
            targets=[approval],
        )

    def _allow(self, domain: DomainContext, endpoint_role: iam.IRole) -> None:
        names, platform = domain.names, domain.platform
        allow_target(self.function, domain.definition.target, names, endpoint_role)
        permissions.allow(
            self.function, permissions.READ_PACKAGE, permissions.sagemaker_arns("model-package", f"{names.prefix}/*")
        )
        permissions.allow(self.function, permissions.READ_METRICS, ["*"])
        key_permissions.allow_table(
            self.function, ("dynamodb:GetItem", "dynamodb:PutItem"), platform.releases, platform.key
        )
        permissions.allow_objects(self.function, permissions.READ_OBJECT, platform.artifacts, runs_folder(names.domain))


def _longest(rollout: RolloutSpec) -> Duration:
    """Of a release and of a second one that waited behind it; a day on top for retries of what AWS fails at."""
    bakes = rollout.bake_s * rollout.max_bakes * len(rollout.steps)
    return Duration.seconds(2 * (rollout.endpoint_timeout_s + bakes)).plus(Duration.days(1))


def _baking(rollout: RolloutSpec, environment: Environment) -> RolloutSpec:
    """As long as the environment lets it. Raises ValueError where nothing would be seen of a step."""
    longest = environment.longest_bake_s
    bake_s = rollout.bake_s if longest is None else min(rollout.bake_s, longest)
    if bake_s < environment.shortest_bake_s:
        raise ValueError(
            f"rollout: bake_s is {bake_s}; at least {environment.shortest_bake_s} s are needed, since CloudWatch shows "
            "what was measured a minute or two later"
        )
    return rollout.model_copy(update={"bake_s": bake_s})
