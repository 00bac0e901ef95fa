"""Training trigger: an asynchronous invocation with options starts a run."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from lambdas.training_trigger.models import MetricDefinition, TrainingSpec, TrainingTriggerVariables
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.training import Training
from stacks.pipeline.training_run import TrainingRun
from stacks.shared import key_permissions, permissions
from stacks.shared.acknowledge import acknowledge
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue
from training_containers.contract.metric_definitions import metric_definitions


class TrainingTrigger(Construct):
    """`function` plans the job and starts `run`, once however often an event is delivered; `failures`: the refused."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: DomainContext, training: Training, run: TrainingRun
    ) -> None:
        super().__init__(scope, construct_id)
        platform = domain.platform
        self.run = run
        self.failures = DeadLetterQueue(self, "Failures", key=platform.key)
        self.function = PythonFunction(
            self,
            "Function",
            name=domain.names.of("trigger-training"),
            package="training_trigger",
            description=f"{domain.definition.name}: starts a training run; invoke with --invocation-type Event",
            variables=TrainingTriggerVariables(
                app=domain.names.app,
                domain=domain.definition.name,
                state_machine_arn=run.state_machine.state_machine_arn,
                artifacts_bucket=platform.artifacts.bucket_name,
                releases_table=platform.releases.table_name,
                training=_spec(domain, training),
            ),
            platform=platform,
            timeout=Duration.seconds(30),
        )
        lambda_.EventInvokeConfig(
            self,
            "Async",
            function=self.function,
            on_failure=destinations.SqsDestination(self.failures),
            retry_attempts=2,
            max_event_age=Duration.hours(1),
        )
        grant = "CDK's grant for sending to an encrypted queue; its resource is the one key"
        acknowledge(
            permissions.role_of(self.function),
            {f"AwsSolutions-IAM5[Action::kms:{action}*]": grant for action in ("GenerateDataKey", "ReEncrypt")},
        )
        run.state_machine.grant_start_execution(self.function)
        key_permissions.allow_table(self.function, ("dynamodb:GetItem",), platform.releases, platform.key)


def _spec(domain: DomainContext, stage: Training) -> TrainingSpec:
    training = domain.definition.training
    return TrainingSpec(
        image_uri=stage.image.image_uri,
        role_arn=stage.role.role_arn,
        kms_key_id=domain.platform.key.key_arn,
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
            MetricDefinition(name=entry["Name"], regex=entry["Regex"]) for entry in metric_definitions(training.metrics)
        ),
        tuning=training.tuning,
        pretrained_uri=None if training.pretrained is None else training.pretrained.uri,
        network_isolation=stage.tracking is None,
        tracking_uri=None if stage.tracking is None else stage.tracking.uri,
    )
