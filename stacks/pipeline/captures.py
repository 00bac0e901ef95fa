"""Captures: recorded predictions, delivered to S3 as one JSON object a line."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.pipeline.domain_context import DomainContext
from stacks.shared import key_permissions, permissions
from stacks.shared.log_group import EncryptedLogGroup

_MIB_BUFFERED = 5


class Captures(Construct):
    """Delivers to `captures/<domain>/yyyy/mm/dd/HH/` in the captures bucket."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext) -> None:
        super().__init__(scope, construct_id)
        names, platform = domain.names, domain.platform
        log = EncryptedLogGroup(self, "Log", key=platform.key, days=platform.environment.log_days)
        stream = logs.LogStream(self, "LogStream", log_group=log, removal_policy=RemovalPolicy.DESTROY)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("firehose.amazonaws.com"))
        folders = (f"captures/{names.domain}/", f"captures-failed/{names.domain}/")
        key_permissions.allow_delivery(role, platform.captures, platform.key, *folders)
        log.grant_write(role)
        delivered, failed = folders
        self.stream = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_name=names.of("captures"),
            delivery_stream_type="DirectPut",
            delivery_stream_encryption_configuration_input=(
                firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(
                    key_type="CUSTOMER_MANAGED_CMK", key_arn=platform.key.key_arn
                )
            ),
            extended_s3_destination_configuration=(
                firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                    bucket_arn=platform.captures.bucket_arn,
                    role_arn=role.role_arn,
                    prefix=f"{delivered}!{{timestamp:yyyy/MM/dd/HH}}/",
                    error_output_prefix=f"{failed}!{{firehose:error-output-type}}/",
                    buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                        interval_in_seconds=platform.environment.capture_delay_s, size_in_m_bs=_MIB_BUFFERED
                    ),
                    encryption_configuration=firehose.CfnDeliveryStream.EncryptionConfigurationProperty(
                        kms_encryption_config=firehose.CfnDeliveryStream.KMSEncryptionConfigProperty(
                            awskms_key_arn=platform.key.key_arn
                        )
                    ),
                    cloud_watch_logging_options=firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty(
                        enabled=True, log_group_name=log.log_group_name, log_stream_name=stream.log_stream_name
                    ),
                )
            ),
        )
        self.stream.node.add_dependency(role)

    def grant_put(self, grantee: iam.IGrantable) -> None:
        permissions.allow(grantee, ("firehose:PutRecord", "firehose:PutRecordBatch"), [self.stream.attr_arn])
