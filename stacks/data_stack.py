"""Stateful: buckets, the releases table, the key. Retained and protected in production."""

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.storage import Storage


class DataStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, termination_protection=settings.environment.retain)
        self.storage = Storage(self, "Storage", environment=settings.environment)
        CfnOutput(self, "ArtifactsBucket", value=self.storage.artifacts.bucket_name)
        CfnOutput(self, "CapturesBucket", value=self.storage.captures.bucket_name)
        CfnOutput(self, "ReleasesTable", value=self.storage.releases.table_name)
