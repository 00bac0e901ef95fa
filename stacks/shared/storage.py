"""What must outlive a deployment: the key, the buckets and the tables."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

import lambdas.common.detections_table as detections
from stacks.settings import Environment
from stacks.shared.detection_retention import keep_detections_no_longer
from stacks.shared.key import EnvironmentKey
from stacks.shared.private_bucket import AccessLogsBucket, PrivateBucket
from stacks.shared.table import EncryptedTable, text


class Storage(Construct):
    """`artifacts`: datasets, runs, models, what devices get. `captures`: predictions. `releases`: one item a domain.

    `devices`: one item a device (`DeviceRecord`). `audit`: who decided what; its sort key is `<time>#<id>`.
    `detections`: predictions that people review (`lambdas/common/detections_table.py`).
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        retain = environment.retain
        removal = RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY
        self.key = EnvironmentKey(self, "Key", removal=removal)
        self.access_logs = AccessLogsBucket(self, "AccessLogs", retain=retain, keep_days=environment.log_days)
        self.artifacts = PrivateBucket(self, "Artifacts", key=self.key, access_logs=self.access_logs, retain=retain)
        self.captures = PrivateBucket(self, "Captures", key=self.key, access_logs=self.access_logs, retain=retain)
        self.releases = EncryptedTable(self, "Releases", key="domain", encryption_key=self.key, retain=retain)
        self.devices = EncryptedTable(
            self, "Devices", key="domain", sort="device_id", encryption_key=self.key, retain=retain
        )
        self.audit = EncryptedTable(self, "Audit", key="domain", sort="entry", encryption_key=self.key, retain=retain)
        self.detections = EncryptedTable(
            self,
            "Detections",
            key=detections.KEY,
            sort=detections.SORT,
            expires=detections.EXPIRES,
            encryption_key=self.key,
            retain=retain,
        )
        for index, sort in ((detections.INDEX, detections.RANK), (detections.RECENT, detections.RECENT)):
            self.detections.add_global_secondary_index(
                index_name=index, partition_key=text(detections.QUEUE), sort_key=text(sort)
            )
        self.detections.add_global_secondary_index(
            index_name=detections.UNTAUGHT,
            partition_key=text(detections.UNTAUGHT),
            sort_key=text(detections.SORT),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        keep_detections_no_longer(self.artifacts)
