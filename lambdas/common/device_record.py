"""One item a device in the devices table (key: `domain`, `device_id`)."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from inference.contracts.base import Contract
from inference.contracts.devices import DEVICE_ID, DeviceReport


def _understood(value: Any, validate: ValidatorFunctionWrapHandler) -> DeviceReport | None:
    """None for a report of another version's contract, so that it stops neither its device nor a domain's releases."""
    try:
        return validate(value)
    except ValidationError:
        return None


class Offer(Contract):
    """What the signed rollout that a device fetched gives it to run."""

    release: str
    beside: str = Field(default="", description="the challenger that other devices are given; empty: none, or its own")
    at: AwareDatetime = Field(description="when it was first offered so, by the cloud's clock")


class Fetch(Contract):
    """The bundle that a device was handed last."""

    release: str
    at: AwareDatetime = Field(description="when it was first handed, by the cloud's clock")


class DeviceRecord(Contract):
    """Enrolled once; reports are written on condition that their sequence is higher than the last one's."""

    domain: str
    device_id: str = Field(pattern=DEVICE_ID)
    public_key: str = Field(description="Ed25519, 32 bytes, base64")
    status: Literal["enrolled", "revoked"] = "enrolled"
    enrolled_at: AwareDatetime
    enrolled_by: str = ""
    sequence: int = Field(default=0, ge=0, description="of the newest report; 0: none yet")
    report: Annotated[DeviceReport | None, WrapValidator(_understood)] = None
    reported_at: AwareDatetime | None = Field(default=None, description="by the cloud's clock")
    offered: Offer | None = None
    fetched: Fetch | None = None
