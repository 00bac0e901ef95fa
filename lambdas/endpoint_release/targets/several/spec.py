"""A release on several targets, e.g. an endpoint and a fleet of devices."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, field_validator

from lambdas.endpoint_release.targets.base import Target, TargetPlace, TargetSpec
from lambdas.endpoint_release.targets.registry import target_spec


class SeveralSpec(TargetSpec):
    """The first one is what the router asks, and what golden requests are replayed on; none is of kind `several`."""

    kind: Literal["several"] = "several"
    targets: tuple[Annotated[SerializeAsAny[TargetSpec], BeforeValidator(target_spec)], ...] = Field(min_length=2)

    @field_validator("targets")
    @classmethod
    def _of_different_kinds(cls, targets: tuple[TargetSpec, ...]) -> tuple[TargetSpec, ...]:
        kinds = [target.kind for target in targets]
        if "several" in kinds or len(set(kinds)) != len(kinds):
            raise ValueError(f"targets are of the kinds {', '.join(kinds)}; each kind once, and none is `several`")
        if not targets[0].answers:
            raise ValueError(f"the first target is {kinds[0]}, which answers no golden request; let another be first")
        return targets

    @property
    def parts(self) -> tuple[TargetSpec, ...]:
        return self.targets

    def within(self, bake_s: int) -> Self:
        return self.model_copy(update={"targets": tuple(spec.within(bake_s) for spec in self.targets)})

    def open(self, place: TargetPlace) -> Target:
        from lambdas.endpoint_release.targets.several.target import SeveralTargets  # stacks read specs without AWS

        return SeveralTargets([spec.open(place) for spec in self.targets])
