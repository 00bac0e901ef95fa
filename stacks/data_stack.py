"""Stateful: buckets, tables, the key. Retained and protected in production."""

from aws_cdk import CfnOutput
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.environment_claim import EnvironmentClaim
from stacks.shared.environment_stack import EnvironmentStack
from stacks.shared.storage import Storage


class DataStack(EnvironmentStack):
    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        claim = EnvironmentClaim(self, "Environment", environment=settings.environment)
        self.storage = Storage(self, "Storage", environment=settings.environment)
        self.storage.node.add_dependency(claim)
        storage = self.storage
        self.export(storage.key.key_arn, storage.access_logs.bucket_name)
        self.export(storage.artifacts.bucket_name, storage.artifacts.bucket_arn)
        self.export(storage.captures.bucket_name, storage.captures.bucket_arn)
        for table in (storage.releases, storage.devices, storage.audit, storage.detections):
            self.export(table.table_name, table.table_arn)
        CfnOutput(self, "ArtifactsBucket", value=self.storage.artifacts.bucket_name)
        CfnOutput(self, "CapturesBucket", value=self.storage.captures.bucket_name)
        CfnOutput(self, "ReleasesTable", value=self.storage.releases.table_name)
        CfnOutput(self, "DevicesTable", value=self.storage.devices.table_name)
