"""Training: an asynchronous request starts a run; a run prepares data, trains and asks the gate."""

from aws_cdk import Annotations, Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambdas.training_trigger.models import MetricDefinition, TrainingSpec, TrainingTriggerEnvironment
from stacks.pipeline.data_prep import DataPrep
from stacks.pipeline.definition import DomainDefinition
from stacks.pipeline.model_gate import ModelGate
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.tracking import Tracking
from stacks.pipeline.training_role import TrainingRole
from stacks.pipeline.training_run import TrainingRun
from stacks.platform import Platform
from stacks.shared import key_permissions, permissions
from stacks.shared.acknowledge import acknowledge
from stacks.shared.container_image import training_image
from stacks.shared.names import Names
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue
from training_containers.contract.metric_definitions import metric_definitions

_NOT_ENCRYPTED = (
    "the hosts of one job talk to each other unencrypted, but for what AWS's network encrypts by itself: "
    "Step Functions' integration cannot ask for more (docs/decisions/0021)"
)


class Training(Construct):
    """`trigger` takes options, plans the job and starts `run`, once however often an event is delivered."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: DomainDefinition,
        names: Names,
        platform: Platform,
        raw_data: RawData,
        data_prep: DataPrep,
        model_gate: ModelGate,
        tracking: Tracking | None,
    ) -> None:
        super().__init__(scope, construct_id)
        training = definition.training
        image = training_image(self, "Image", container=training.container, instance=training.instance)
        role = TrainingRole(self, "Role", names=names, platform=platform, raw_data=raw_data, image=image)
        if training.pretrained_uri is not None:
            role.allow_pretrained(training.pretrained_uri, training.pretrained_key_arn)
        if tracking is not None:
            role.allow_tracking(tracking)
            Annotations.of(self).add_warning_v2("vigil:tracking", f"{tracking.uri}: training jobs get a network for it")
        if training.instance_count > 1:
            Annotations.of(self).add_warning_v2("vigil:hosts", _NOT_ENCRYPTED)
        self.run = TrainingRun(
            self,
            "Run",
            names=names,
            platform=platform,
            data_prep=data_prep,
            model_gate=model_gate,
            role=role,
            max_wait=Duration.seconds(training.max_wait_s if training.spot else training.max_runtime_s),
            tunes=training.tuning is not None,
        )
        self.failures: sqs.IQueue = DeadLetterQueue(self, "Failures", key=platform.key)
        self.trigger = PythonFunction(
            self,
            "Trigger",
            name=names.of("trigger-training"),
            package="training_trigger",
            description=f"{definition.name}: starts a training run; invoke with --invocation-type Event",
            environment=TrainingTriggerEnvironment(
                app=names.app,
                domain=definition.name,
                state_machine_arn=self.run.state_machine.state_machine_arn,
                artifacts_bucket=platform.artifacts.bucket_name,
                releases_table=platform.releases.table_name,
                training=TrainingSpec(
                    image_uri=image.image_uri,
                    role_arn=role.role_arn,
                    kms_key_id=platform.key.key_arn,
                    instance_type=training.instance,
                    allowed_instance_types=(training.instance, *training.or_instances),
                    instance_count=training.instance_count,
                    volume_gb=training.volume_gb,
                    max_runtime_s=training.max_runtime_s,
                    max_wait_s=training.max_wait_s if training.spot else 0,
                    spot=training.spot,
                    cost_limit_usd=training.cost_limit_usd,
                    options=training.options,
                    metric_definitions=tuple(
                        MetricDefinition(name=entry["Name"], regex=entry["Regex"])
                        for entry in metric_definitions(training.metrics)
                    ),
                    tuning=training.tuning,
                    pretrained_uri=training.pretrained_uri,
                    network_isolation=tracking is None,
                    tracking_uri=None if tracking is None else tracking.uri,
                ),
            ),
            platform=platform,
            timeout=Duration.seconds(30),
        )
        lambda_.EventInvokeConfig(
            self,
            "Async",
            function=self.trigger,
            on_failure=destinations.SqsDestination(self.failures),
            retry_attempts=2,
            max_event_age=Duration.hours(1),
        )
        grant = "CDK's grant for sending to an encrypted queue; its resource is the one key"
        acknowledge(
            permissions.role_of(self.trigger),
            {f"AwsSolutions-IAM5[Action::kms:{action}*]": grant for action in ("GenerateDataKey", "ReEncrypt")},
        )
        self.run.state_machine.grant_start_execution(self.trigger)
        key_permissions.allow_table(self.trigger, ("dynamodb:GetItem",), platform.releases, platform.key)
