"""The configuration file of a device: TOML, or JSON where its name ends in .json.

url = "https://<api>.execute-api.us-west-2.amazonaws.com"
domain = "adssports"
device_id = "livingroom-1"
key = "key.pem"          # made by `keygen`
root = "root.json"       # 1.root.json of the domain's update repository, handed over with the device
folder = "/var/lib/vigil"
"""

import json
import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from clients.device.errors import ConfigError
from inference.contracts.base import Contract
from inference.contracts.devices import DEVICE_ID, REPORT_S


class Config(Contract):
    """Paths that are not absolute start at the file's own folder."""

    url: str = Field(
        pattern=r"^(https://|http://127\.0\.0\.1(:|/|$))",
        description="base address of the API (the stack's output ApiUrl); without TLS only on this machine",
    )
    domain: str = Field(pattern=r"^[a-z0-9]+$")
    device_id: str = Field(pattern=DEVICE_ID)
    key: Path = Field(description="private key, PEM")
    root: Path = Field(description="root metadata that is trusted from the start")
    folder: Path = Field(description="models, trusted metadata, reports; 3 models must fit")
    poll_s: float = Field(default=900, ge=1, description="mean time between two looks for updates")
    report_s: float = Field(default=REPORT_S, ge=1, description="mean time between two reports")
    reports_kept: int = Field(default=1000, ge=1, description="while the cloud cannot be reached; the oldest go first")
    trial: int = Field(default=100, ge=20, description="inferences during which a new release may be rolled back")


def read_config(path: Path) -> Config:
    """Raises ConfigError, which names every field that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        config = Config.model_validate(document)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; name the file with --config") from None
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ConfigError(f"{path}: {faults}") from None
    except ValueError as error:
        raise ConfigError(f"{path} is not {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from None
    here = path.resolve().parent
    return config.model_copy(update={name: here / getattr(config, name) for name in ("key", "root", "folder")})
