"""Training trigger: an asynchronous invocation with options starts a run."""

from typing import Any

from aws_cdk import Duration
from constructs import Construct

from lambdas.data_prep.kinds import has_inspection
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.spec import MetricDefinition, StrategySpec, TrainingSpec
from stacks.pipeline import definition
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.training import Training
from stacks.pipeline.training_run import TrainingRun
from stacks.shared import key_permissions, permissions
from stacks.shared.asynchronous import keep_failures
from stacks.shared.python_function import PythonFunction
from stacks.shared.queue import DeadLetterQueue
from training_containers.contract.metric_definitions import metric_definitions


class TrainingTrigger(Construct):
    """`function` plans the job and starts `run`, once however often an event is delivered; `failures`: the refused."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        raw_data: RawData,
        training: Training,
        run: TrainingRun,
    ) -> None:
        super().__init__(scope, construct_id)
        platform, by_size = domain.platform, bool(domain.definition.training.strategies)
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
                raw_bucket=raw_data.bucket.bucket_name if by_size else None,
                raw_prefix=raw_data.prefix if by_size else None,
                training=_spec(domain, training),
            ),
            platform=platform,
            timeout=Duration.seconds(30),
        )
        keep_failures(self, self.function, self.failures)
        run.state_machine.grant_start_execution(self.function)
        key_permissions.allow_table(self.function, ("dynamodb:GetItem",), platform.releases, platform.key)
        if by_size:
            permissions.allow_listing(self.function, raw_data.bucket, raw_data.prefix)


def _spec(domain: DomainContext, stage: Training) -> TrainingSpec:
    training = domain.definition.training
    return TrainingSpec(
        **_machines(training, stage),
        role_arn=stage.role.role_arn,
        kms_key_id=domain.platform.key.key_arn,
        cost_limit_usd=training.cost_limit_usd,
        options=training.options,
        metric_definitions=tuple(
            MetricDefinition(name=entry["Name"], regex=entry["Regex"]) for entry in metric_definitions(training.metrics)
        ),
        tuning=training.tuning,
        strategies=tuple(
            StrategySpec(
                **_machines(training.by(strategy), stage),
                name=strategy.name,
                below_gb=strategy.below_gb,
                defaults=dict(strategy.defaults),
                throughput=strategy.throughput,
            )
            for strategy in training.strategies
        ),
        diagnoses=has_inspection(domain.definition.data),
        pretrained_uri=None if training.pretrained is None else training.pretrained.uri,
        network_isolation=stage.tracking is None,
        tracking_uri=None if stage.tracking is None else stage.tracking.uri,
    )


def _machines(training: definition.Training, stage: Training) -> dict[str, Any]:
    return {
        "image_uri": stage.image_uri(training.instance),
        "instance_type": training.instance,
        "allowed_instance_types": (training.instance, *training.or_instances),
        "instance_count": training.instance_count,
        "volume_gb": training.volume_gb,
        "max_runtime_s": training.max_runtime_s,
        "max_wait_s": training.max_wait_s if training.spot else 0,
        "spot": training.spot,
    }
