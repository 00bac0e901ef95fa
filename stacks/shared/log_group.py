"""An encrypted log group with a retention time, deleted with its stack."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

_RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class EncryptedLogGroup(logs.LogGroup):
    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, days: int, name: str | None = None
    ) -> None:
        if days not in _RETENTION:
            raise ValueError(f"{construct_id}: logs kept {days} days; choose one of {sorted(_RETENTION)}")
        super().__init__(
            scope,
            construct_id,
            log_group_name=name,
            encryption_key=key,
            retention=_RETENTION[days],
            removal_policy=RemovalPolicy.DESTROY,
        )
