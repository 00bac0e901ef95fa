"""Actions about the updates of a domain's devices, and their results; of no release."""

from typing import Any, Literal

from pydantic import Field

from inference.contracts.base import Contract


class Refresh(Contract):
    """Sign anew what devices would soon take for expired. Daily."""

    action: Literal["refresh"]


class UpdateRoot(Contract):
    """Tell the root of trust of the domain's devices and the cloud's key; with `root`, store that one first."""

    action: Literal["update_root"]
    root: str | None = Field(default=None, description="root metadata of The Update Framework, as its file's text")


UpdateEvent = Refresh | UpdateRoot


class RefreshResult(Contract):
    action: Literal["refresh"] = "refresh"
    status: Literal["renewed", "ignored"] = Field(description="ignored: nothing would expire soon, or there is no root")


class UpdateRootResult(Contract):
    action: Literal["update_root"] = "update_root"
    root: str | None = Field(
        default=None, description="the newest root metadata, as its file's text; None: no root yet"
    )
    key: dict[str, Any] = Field(description="the cloud's key, as root metadata has it, and its `keyid`")
