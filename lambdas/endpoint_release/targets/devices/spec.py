"""What a fleet of devices is judged by."""

from typing import ClassVar, Literal, Self

from pydantic import Field

from lambdas.common.errors import ConfigurationError
from lambdas.endpoint_release.targets.base import Target, TargetPlace, TargetSpec


class DevicesSpec(TargetSpec):
    """Devices cannot be asked from here, so a target that can stands before them in `SeveralSpec`."""

    answers: ClassVar[bool] = False

    kind: Literal["devices"] = "devices"
    max_bad_devices: float = Field(
        default=0.05, ge=0, le=1, description="share that may refuse a release, fail with it or fail to fetch it"
    )
    max_silent_devices: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="share that may fall silent after they were given a release, above that of the champion's",
    )
    settled_s: int = Field(
        default=300, ge=0, description="a device keeps a release when it reports so long after it was given it"
    )
    max_failure_rate: float = Field(
        default=0.02, ge=0, le=1, description="a device with surely more failures among its answers is a bad one"
    )
    minimum_devices: int = Field(
        default=10, ge=1, description="fewer that have told make a step quiet; of a small share, half are enough"
    )

    def within(self, bake_s: int) -> Self:
        """A third of a bake at most, in whole minutes."""
        return self.model_copy(update={"settled_s": min(self.settled_s, bake_s // 3 // 60 * 60)})

    def open(self, place: TargetPlace) -> Target:
        """Raises ConfigurationError where the stack gave the function no table or no key."""
        if not place.devices_table or not place.devices_key:
            raise ConfigurationError(
                "A target of kind devices needs the variables DEVICES_TABLE and DEVICES_KEY; the stack sets them."
            )
        from lambdas.endpoint_release.targets.devices.opened import open_target  # stacks read specs without AWS

        return open_target(self, place)
