"""Grants of what is encrypted: a key is used by the role that reads or writes, through the service that keeps it."""

import re
from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from stacks.shared.acknowledge import acknowledge_wildcards, arn_as_seen_from
from stacks.shared.permissions import allow

_WRITING_TABLE = ("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey")


def allow_job_key(role: iam.IRole, key: kms.IKey) -> None:
    """What a job whose request names `key` for its volume and its output needs; SageMaker grants the volume's use on.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    key.grant(role, "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        )
    )


def allow_foreign_key(role: iam.IRole, key_arn: str, *actions: str) -> None:
    """Use of a key that is not ours; its own policy must allow this account or role too.

    Raises ValueError for anything but a key's ARN: IAM does not know a key by its alias.
    """
    if re.fullmatch(r"arn:[^:]+:kms:[^:]+:\d{12}:key/[A-Za-z0-9-]+", key_arn) is None:
        raise ValueError(f"key {key_arn!r}: arn:aws:kms:<region>:<account>:key/<id> is expected, no alias")
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=[key_arn]))


def allow_table(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    table: dynamodb.ITable,
    key: kms.IKey | None,
    indexes: Sequence[str] = (),
) -> None:
    """`actions` on the table, dynamodb:Query on its `indexes`, and its key, which DynamoDB uses in the caller's name.

    Narrower than `table.grant`, which adds every index of the table to every action.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    allow(grantee, actions, [table.table_arn])
    if indexes:
        allow(grantee, ("dynamodb:Query",), [f"{table.table_arn}/index/{index}" for index in indexes])
    _allow_key_of_table(grantee, actions, key)


def allow_items(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    table: dynamodb.ITable,
    key: kms.IKey | None,
    keys: Sequence[str],
    indexes: Sequence[str] = (),
) -> None:
    """As `allow_table`, for items alone whose partition key is one of `keys`, which may end in `*`.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    whole: dict[tuple[str, ...], list[str]] = {tuple(actions): [table.table_arn]}
    if indexes:
        whole |= {("dynamodb:Query",): [f"{table.table_arn}/index/{index}" for index in indexes]}
    for allowed, resources in whole.items():
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=list(allowed),
                resources=resources,
                conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}},
            )
        )
    _allow_key_of_table(grantee, actions, key)


def _allow_key_of_table(grantee: iam.IGrantable, actions: Sequence[str], key: kms.IKey | None) -> None:
    if key is None:
        return
    writes = not {*actions} <= {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"}
    uses = ("kms:Decrypt", "kms:DescribeKey") + (_WRITING_TABLE if writes else ())
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=list(uses),
            resources=[key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"dynamodb.{Aws.REGION}.amazonaws.com"}},
        )
    )


def allow_delivery(role: iam.IRole, bucket: s3.IBucket, key: kms.IKey, *folders: str) -> None:
    """What Firehose needs to deliver into the folders, and the key for nothing but that.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3. A bucket that caches a key
    for itself names itself in the encryption context, any other the object.
    """
    objects = [bucket.arn_for_objects(f"{folder}*") for folder in folders]
    allow(role, ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"), [bucket.bucket_arn])
    role.add_to_principal_policy(
        iam.PolicyStatement(actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], resources=objects)
    )
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[key.key_arn],
            conditions={
                "StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.amazonaws.com"},
                "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket.bucket_arn, *objects]},
            },
        )
    )
    arn = arn_as_seen_from(role, bucket)
    acknowledge_wildcards(role, [f"{arn}/{folder}*" for folder in folders], "below a folder of the domain's own")
