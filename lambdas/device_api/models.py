"""The device function's variables, its routes, and which names of files it takes."""

from typing import Literal

from pydantic import Field

from inference.contracts.base import Contract
from lambdas.common.api_routes import API, Route
from lambdas.common.function_variables import FunctionVariables

METADATA_NAME = r"^(timestamp|[1-9][0-9]{0,8}\.(root|targets|snapshot))\.json$"
TARGET_NAME = r"^[0-9a-f]{64}\.[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(json|tar)$"
"""The file's sha256 and its name; no path, no dots beside the ones that stand here."""
URL_S = 120
"""So long may a download be begun."""


class DeviceApiVariables(FunctionVariables):
    bucket: str
    devices_table: str
    namespace: str = "Vigil"


ROUTES = (
    Route("GET", f"{API}/models/{{name}}/download"),
    Route("GET", f"{API}/devices/{{name}}/{{device_id}}/metadata/{{file}}"),
    Route("GET", f"{API}/devices/{{name}}/{{device_id}}/targets/{{file}}"),
    Route("POST", f"{API}/devices/{{name}}/{{device_id}}/reports"),
)


class Signature(Contract):
    """Of the metadata that lists the bundle: a device verifies that, by The Update Framework, and not only this."""

    keyid: str
    sig: str
    metadata_version: int


class Download(Contract):
    release: str
    bundle: str
    url: str = Field(description="answers a GET without further authorization")
    expires_in_s: int
    sha256: str
    size_bytes: int
    signature: Signature


class Received(Contract):
    status: Literal["stored", "known"]
    sequence: int = Field(description="of the newest report stored; a device that is behind it lost its count")
