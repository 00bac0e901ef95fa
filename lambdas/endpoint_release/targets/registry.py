"""The registry of kinds of targets, and a spec of its kind from data. `__init__.py` fills it."""

from typing import Any

from lambdas.endpoint_release.targets.base import TargetSpec

TARGETS: dict[str, type[TargetSpec]] = {}


def target_spec(value: Any) -> TargetSpec:
    """The spec of its `kind`, from a spec or its JSON object. Raises ValueError for a kind that is not registered."""
    kind = value.kind if isinstance(value, TargetSpec) else value.get("kind") if isinstance(value, dict) else None
    if kind not in TARGETS:
        raise ValueError(f"target kind {kind!r} is not registered; allowed are {', '.join(sorted(TARGETS))}")
    return TARGETS[kind].model_validate(value)
