"""Acknowledges findings of cdk-nag on single constructs, each with its reason."""

import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

BARE_STARS = {
    "ecr:GetAuthorizationToken": "the token is the account's, not a repository's",
    "cloudwatch:PutMetricData": "knows no resources; limited to a namespace by condition",
    "cloudwatch:GetMetricData": "knows no resources",
    "sagemaker:ListModelPackageGroups": "knows no resources",
    "sagemaker:ListModelPackages": "knows no resources",
    "xray": "traces know no resources",
    "logs": "log deliveries know no resources",
}
"""Every action or service that may stand beside a resource `*`, and why. The rule `bare_star` refuses all others."""


def acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    """`reasons`: rule id -> why it is right here."""
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=why) for rule, why in reasons.items()))


def acknowledge_star(role: IConstruct, *actions: str) -> None:
    """For actions of BARE_STARS that something of the CDK's adds to a role."""
    why = "; ".join(f"{action}: {BARE_STARS[action]}" for action in actions)
    acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": why})


def acknowledge_wildcards(role: IConstruct, resources: Iterable[str], why: str) -> None:
    """For resources that end in `*` below a name that is the domain's own."""
    stack = Stack.of(role)
    names = [_as_nag_writes_it(stack.resolve(resource)) for resource in resources]
    acknowledge(role, {f"AwsSolutions-IAM5[Resource::{name}]": why for name in names if "*" in name})


def arn_as_seen_from(role: IConstruct, bucket: s3.IBucket) -> str:
    """The bucket's ARN; from another stack it is an import, which is how nag names it."""
    if Stack.of(role).node.path == Stack.of(bucket).node.path or bucket.node.default_child is None:
        return bucket.bucket_arn
    return Stack.of(bucket).export_value(bucket.bucket_arn)


def _as_nag_writes_it(value: Any) -> str:
    """cdk-nag's text for a resolved reference: `<AWS::Region>`, `<LogicalId.Arn>`, an import's own name."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return name
        case {"Fn::Join": [separator, parts]}:
            return separator.join(_as_nag_writes_it(part) for part in parts)
        case {"Fn::Select": _}:
            return json.dumps(value, separators=(",", ":"))
        case _:
            raise TypeError(
                f"{value!r} in an ARN: text, Ref, Fn::GetAtt, Fn::ImportValue, Fn::Join or Fn::Select is expected"
            )
