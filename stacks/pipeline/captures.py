"""Captures: predictions on their way to S3, one JSON object a line."""

from aws_cdk import Duration
from aws_cdk import aws_kinesisfirehose as firehose
from constructs import Construct

from stacks.platform import Platform
from stacks.shared.log_group import EncryptedLogGroup


class Captures(Construct):
    """Delivers to `captures/<domain>/yyyy/mm/dd/HH/` in the captures bucket."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: str, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        log = EncryptedLogGroup(self, "Log", key=platform.key, days=platform.environment.log_days)
        self.stream = firehose.DeliveryStream(
            self,
            "Stream",
            encryption=firehose.StreamEncryption.customer_managed_key(platform.key),
            destination=firehose.S3Bucket(
                platform.captures,
                data_output_prefix=f"captures/{domain}/!{{timestamp:yyyy/MM/dd/HH}}/",
                error_output_prefix=f"captures-failed/{domain}/!{{firehose:error-output-type}}/",
                buffering_interval=Duration.seconds(platform.environment.capture_delay_s),
                encryption_key=platform.key,
                logging_config=firehose.EnableLogging(log),
            ),
        )
