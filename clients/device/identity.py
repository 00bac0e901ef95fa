"""A device's own Ed25519 key, and the short-lived tokens that it signs with it."""

import base64
import os
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from clients.device.errors import ConfigError
from clients.device.files import sync_folder
from inference.contracts.devices import AUDIENCE, LONGEST_TOKEN_S

RENEWED_S = LONGEST_TOKEN_S // 2
"""A token is used for so long."""
OFF_S = 10
"""A clock that is further off may have made the cloud refuse a token."""


def make_key(path: Path) -> Ed25519PrivateKey:
    """A new private key in a PEM file that only its owner reads. Raises ConfigError if the file is there already."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"{path} is there already; a device keeps its key, so delete it to make another") from None
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """Raises ConfigError."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; `keygen` makes a key") from None
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{path} is no private key in PEM without a password: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{path} is a {type(key).__name__}; an Ed25519 key is expected, as `keygen` makes it")
    return key


def public_part(key: Ed25519PrivateKey) -> str:
    """What the device is enrolled with: 32 bytes, base64."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


class Identity:
    """Signs tokens as one device. Their times follow the cloud's clock, whatever the device's own says."""

    def __init__(
        self, domain: str, device_id: str, key: Ed25519PrivateKey, clock: Callable[[], float] = time.time
    ) -> None:
        self.domain, self.device_id = domain, device_id
        self._key = key
        self._clock = clock
        self._ahead_s = 0.0
        self._token, self._signed_at = "", 0.0

    def now(self) -> float:
        """Seconds since 1970 by the cloud's clock, as far as it is known."""
        return self._clock() + self._ahead_s

    def learn_time(self, date: str | None) -> bool:
        """Take the cloud's time from an answer's Date header; whether the clock was off."""
        try:
            told = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return False
        off = told - self.now()
        self._ahead_s += off
        return abs(off) > OFF_S

    def token(self) -> str:
        now = self.now()
        if not self._token or not 0 <= now - self._signed_at < RENEWED_S:
            claims = {"sub": self.device_id, "iss": self.domain, "aud": AUDIENCE}
            times = {"iat": int(now), "exp": int(now) + LONGEST_TOKEN_S}
            kid = f"{self.domain}/{self.device_id}"
            self._token = jwt.encode(claims | times, self._key, algorithm="EdDSA", headers={"kid": kid})
            self._signed_at = now
        return self._token
