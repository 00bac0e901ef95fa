"""Kinds of targets a release may run on: the registry. A kind is a folder with its spec, which opens its target."""

from typing import Any

from lambdas.endpoint_release.targets.base import TargetSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec

TARGETS: dict[str, type[TargetSpec]] = {"serverless": ServerlessSpec}


def target_spec(value: Any) -> TargetSpec:
    """The spec of its `kind`, from a spec or its JSON object. Raises ValueError for a kind that is not registered."""
    kind = value.kind if isinstance(value, TargetSpec) else value.get("kind") if isinstance(value, dict) else None
    if kind not in TARGETS:
        raise ValueError(f"target kind {kind!r} is not registered; allowed are {', '.join(sorted(TARGETS))}")
    return TARGETS[kind].model_validate(value)
