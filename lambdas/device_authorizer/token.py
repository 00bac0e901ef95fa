"""A device's token: a JWT signed with the Ed25519 key that it was enrolled with. No AWS here."""

import base64
import re
from collections.abc import Callable
from typing import NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inference.contracts.devices import AUDIENCE, DEVICE_ID, LONGEST_TOKEN_S
from lambdas.common.device_record import DeviceRecord

SKEW_S = 30
"""How far a device's clock may be from ours."""
SCHEME = "bearer "
_DOMAIN, _DEVICE = re.compile(r"[a-z0-9]{1,32}"), re.compile(DEVICE_ID)


class Caller(NamedTuple):
    domain: str
    device_id: str


class TokenRefused(Exception):
    """Why, for our logs and not for the caller."""


def verified(header: str, find: Callable[[Caller], DeviceRecord | None]) -> Caller:
    """Whose token the Authorization header has. Raises TokenRefused."""
    if not header.lower().startswith(SCHEME):
        raise TokenRefused("the header is no bearer token")
    token = header[len(SCHEME) :].strip()
    try:
        named = str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.InvalidTokenError as error:
        raise TokenRefused(f"no JWT: {error}") from error
    domain, _, device_id = named.partition("/")
    caller = Caller(domain, device_id)
    # Anybody may send a token, with a name that DynamoDB refuses as a key.
    possible = _DOMAIN.fullmatch(domain) and _DEVICE.fullmatch(device_id)
    record = find(caller) if possible else None
    if record is None or record.status != "enrolled":
        raise TokenRefused(f"{named!a:.120} is {'unknown' if record is None else record.status}")
    _verify(token, caller, base64.b64decode(record.public_key))
    return caller


def _verify(token: str, caller: Caller, public_key: bytes) -> None:
    try:
        claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(public_key),
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=caller.domain,
            subject=caller.device_id,
            leeway=SKEW_S,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
        lasts = claims["exp"] - claims["iat"]
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:  # the last: times that are texts
        raise TokenRefused(f"token of {caller.domain}/{caller.device_id}: {error}") from error
    if lasts > LONGEST_TOKEN_S:
        raise TokenRefused(f"token of {caller.domain}/{caller.device_id} lasts {lasts} s, {LONGEST_TOKEN_S} at most")
