"""What the release function may do at a target: the stacks' side of `lambdas/endpoint_release/targets`."""

from collections.abc import Callable

from aws_cdk import aws_iam as iam

from lambdas.endpoint_release.models import TargetSpec
from stacks.shared import permissions
from stacks.shared.names import Names

Allow = Callable[[iam.IGrantable, Names, iam.IRole], None]


def _serverless(function: iam.IGrantable, names: Names, endpoint_role: iam.IRole) -> None:
    ours = f"{names.prefix}-*"
    made = [arn for kind in ("model", "endpoint-config", "endpoint") for arn in permissions.sagemaker_arns(kind, ours)]
    permissions.allow(function, permissions.MANAGE_ENDPOINT, made)
    permissions.allow(function, permissions.INVOKE_ENDPOINT, permissions.sagemaker_arns("endpoint", ours))
    permissions.allow_pass_role(function, endpoint_role, "sagemaker.amazonaws.com")


def _devices(function: iam.IGrantable, names: Names, endpoint_role: iam.IRole) -> None:
    """What signs its updates grants that: stacks/pipeline/device_updates.py."""


ALLOW: dict[str, Allow] = {"devices": _devices, "serverless": _serverless}
"""Kind of target -> its permissions."""


def allow_target(function: iam.IGrantable, target: TargetSpec, names: Names, role: iam.IRole) -> None:
    """`role`: that what the target makes reads packages with. Raises ValueError for a kind without permissions."""
    for part in target.parts:
        _allow_part(function, part, names, role)


def _allow_part(function: iam.IGrantable, target: TargetSpec, names: Names, role: iam.IRole) -> None:
    if target.kind not in ALLOW:
        raise ValueError(
            f"{names.domain}: no permissions are known for a target of kind {target.kind!r}, "
            f"only for {', '.join(sorted(ALLOW))}; add them to stacks/pipeline/release_targets.py"
        )
    ALLOW[target.kind](function, names, role)
