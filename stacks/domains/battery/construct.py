"""`BatterySafety(self, "Battery")` in any stack."""

from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.domains.battery.definition import BATTERY
from stacks.pipeline.ml_domain import MlDomain
from stacks.pipeline.tracking import Tracking
from stacks.platform import Platform


class BatterySafety(MlDomain):
    """Tables of telemetry below `telemetry/` in `bucket`, which is made if not given; labels come with the data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket | None = None,
        platform: Platform | None = None,
        model_data_url: str | None = None,
        model_manifest_sha256: str | None = None,
        model_data_key_arn: str | None = None,
        tracking_uri: str | None = None,
        tracking_artifacts: str | None = None,
        tracking_key_arn: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            definition=BATTERY,
            platform=platform,
            bucket=bucket,
            model_data_url=model_data_url,
            model_manifest_sha256=model_manifest_sha256,
            model_data_key_arn=model_data_key_arn,
            tracking=Tracking.of(tracking_uri, tracking_artifacts, tracking_key_arn),
        )
