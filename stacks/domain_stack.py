"""One stack a domain."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CfnOutput
from constructs import Construct

from lambdas.common.artifacts import incoming_folder, latest_dataset, submissions_folder
from stacks.pipeline.ml_domain import MlDomain
from stacks.platform import Platform
from stacks.shared.environment_stack import EnvironmentStack


class DomainStack(EnvironmentStack):
    """Instantiates the domain's construct and nothing else, and says where to find it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: type[MlDomain],
        platform: Platform,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(scope, construct_id, environment=platform.environment)
        made = domain(self, domain.__name__, platform=platform, **options)
        for name, value in _addresses(made, platform).items():
            CfnOutput(self, name, value=value)


def _addresses(domain: MlDomain, platform: Platform) -> dict[str, str]:
    """What people and programs that use the domain need to find."""
    found = {
        "RawBucket": domain.raw_data.bucket.bucket_name,
        "LatestDataset": f"s3://{platform.artifacts.bucket_name}/{latest_dataset(domain.definition.name)}",
        "ReleasesTable": platform.releases.table_name,
    }
    if domain.raw_data.table is not None:
        found["LabelsTable"] = domain.raw_data.table.table_name
    if domain.raw_data.prefix:
        found["RawPrefix"] = domain.raw_data.prefix
    classes: Sequence[str] | None = getattr(domain.definition.data, "classes", None)
    if classes is not None:
        found["Classes"] = ",".join(classes)
    if domain.trigger is not None:
        found["TriggerFunction"] = domain.trigger.function.function_name
        found["TrainingStateMachine"] = domain.trigger.run.state_machine.state_machine_arn
        found["RefusedTriggers"] = domain.trigger.failures.queue_url
        found["Submissions"] = f"s3://{platform.artifacts.bucket_name}/{submissions_folder(domain.definition.name)}"
    if domain.review is not None and domain.review.takes_frames:
        found["Frames"] = f"s3://{platform.artifacts.bucket_name}/{incoming_folder(domain.definition.name)}"
        found["ReviewFunction"] = domain.review.function.function_name
    if domain.retraining is not None:
        found["RetrainingFunction"] = domain.retraining.function.function_name
    return found
