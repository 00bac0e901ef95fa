"""What devices that hold their model and the cloud tell each other.

A device is enrolled for one domain with an Ed25519 key of its own. It signs a token for each few minutes, reads signed
metadata of The Update Framework and the files these list, decides by its own hash which release is its, and reports.
"""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from inference.contracts.base import Contract
from inference.contracts.traffic import percentile

ROLLOUT = "rollout.json"
"""The signed file (a target of The Update Framework) with the `Rollout`."""
AUDIENCE = "vigil-devices"
"""`aud` of a device's token: a JWT, EdDSA, `sub` the device, `iss` its domain, `iat`, `exp`."""
LONGEST_TOKEN_S = 300
DEVICE_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
RELEASES_REPORTED = 4
LONGEST_WHY = 500
"""Characters of a device's reasons."""
REPORT_S = 900.0
"""Mean seconds between two reports of a device that is told nothing else."""
RAREST_REPORT_S = 7 * 86400.0
"""The most that a device may say it takes."""
_COUNTED = 1_000_000_000
"""So much of anything between two reports, and no more. What devices say is not to be trusted with time or room."""
ReleaseName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]


class DeviceRelease(Contract):
    release: str = Field(description="short id, as in the release state")
    bundle: str = Field(description="name of its tar")


class Rollout(Contract):
    """Which release runs where. Signed: nobody on the way can give a device another one."""

    domain: str
    current: DeviceRelease | None = Field(default=None, description="what devices outside the share run")
    candidate: DeviceRelease | None = None
    percentage: int = Field(default=0, ge=0, le=100, description="of devices that run the candidate")

    def of(self, device_id: str) -> DeviceRelease | None:
        """What a device is to run. Raising the percentage only adds devices to the candidate's; None: nothing yet."""
        if self.candidate is not None and percentile(device_id) < self.percentage:
            return self.candidate
        return self.current


class ReleaseCounts(Contract):
    """What a device did with one release since its last report."""

    release: ReleaseName
    inferences: int = Field(ge=0, le=_COUNTED)
    failures: int = Field(ge=0, le=_COUNTED, description="among the inferences")
    p95_ms: float | None = Field(default=None, ge=0, le=_COUNTED, description="of the inferences; None: there was none")
    confidence: float | None = Field(default=None, ge=0, le=1, description="mean of the answers' sureness")

    @model_validator(mode="after")
    def _are_among_them(self) -> Self:
        if self.failures > self.inferences:
            raise ValueError(f"{self.failures} of {self.inferences} inferences failed; no more than all can")
        return self


class DeviceReport(Contract):
    """One batch. `sequence` rises by one with each; one that was delivered before changes nothing."""

    sequence: int = Field(ge=1, le=1_000_000_000_000)
    at: AwareDatetime = Field(description="by the device's clock, which may be wrong")
    serving: ReleaseName | None = Field(description="release that answers now; None: none has been installed yet")
    refused: dict[ReleaseName, Annotated[str, Field(max_length=LONGEST_WHY)]] = Field(
        default={}, max_length=RELEASES_REPORTED, description="release -> why the device does not run it"
    )
    counts: tuple[ReleaseCounts, ...] = Field(default=(), max_length=RELEASES_REPORTED)
    update_fault: str = Field(
        default="", max_length=LONGEST_WHY, description="why the last look for updates failed, if it did"
    )
    every_s: float = Field(
        default=REPORT_S, gt=0, le=RAREST_REPORT_S, description="mean time between two reports, as the device is set up"
    )
    client: str = Field(max_length=64, description="the client's version")
