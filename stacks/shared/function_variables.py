"""A function's variables within Lambda's limit: long fields of specs that exceed it lie in S3, as an asset.

The asset is named after its content, so a function's version and what it reads change together.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from lambdas.common.function_variables import IN_S3_VARIABLE, FunctionVariables, as_text
from stacks.shared.permissions import READ_OBJECT

LIMIT = 4096
"""Bytes of all variables together: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")
_RESOLVED = 128
"""Characters that a token is taken for: most stand for ARNs, which have 60 to 170."""

Spec = dict[str, Any]


def size(variables: Mapping[str, str]) -> int:
    """Bytes as Lambda measures them: of the JSON of all names and values, in which quotes of specs are escaped.

    "String measured" in https://github.com/github-aws-runners/terraform-aws-github-runner/issues/3594
    """
    return len(_TOKEN.sub("x" * _RESOLVED, json.dumps(variables, separators=(",", ":"))).encode())


def within_limit(
    scope: Construct, construct_id: str, *, variables: FunctionVariables, beside: Mapping[str, str], role: iam.IRole
) -> dict[str, str]:
    """The `variables` and those `beside` them; with an asset that `role` may read where they are long.

    Lists and objects without tokens go into the asset; what is short, or known at deployment only, stays in sight.

    Raises:
        ValueError: what stays exceeds the limit, too.
    """
    whole = {**variables.variables(), **beside}
    if size(whole) <= LIMIT:
        return whole
    fields = variables.model_dump(mode="json", exclude_none=True)
    long = {name: _long_fields(value) for name, value in fields.items() if isinstance(value, dict)}
    short = {
        name: {key: value for key, value in fields[name].items() if key not in moved} for name, moved in long.items()
    }
    asset = _asset(scope, construct_id, long)
    one_object = asset.bucket.arn_for_objects(asset.s3_object_key)
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(READ_OBJECT), resources=[one_object]))
    fitting = whole | {name.upper(): as_text(spec) for name, spec in short.items()}
    fitting[IN_S3_VARIABLE] = asset.s3_object_url
    if size(fitting) > LIMIT:
        largest = sorted(fitting, key=lambda name: -len(fitting[name]))[:3]
        raise ValueError(
            f"{scope.node.path}/{construct_id}: variables have {size(fitting)} bytes without the lists and objects of "
            f"specs, and Lambda allows {LIMIT} in all; the largest are {', '.join(largest)}: shorten their texts."
        )
    return fitting


def _long_fields(spec: Spec) -> Spec:
    return {
        name: value
        for name, value in spec.items()
        if isinstance(value, list | dict) and not Token.is_unresolved(json.dumps(value))
    }


def _asset(scope: Construct, construct_id: str, content: Spec) -> s3_assets.Asset:
    with TemporaryDirectory() as folder:  # staged before it goes
        file = Path(folder) / "spec.json"
        file.write_text(json.dumps(content, sort_keys=True), encoding="utf-8")
        return s3_assets.Asset(scope, construct_id, path=str(file))
