"""The operator's offline key: an Ed25519 key file that signs which keys devices trust, and nothing else."""

import os
from argparse import Namespace
from getpass import getpass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner

from clients.operator.devices.arguments import PASSPHRASE
from clients.operator.errors import OperatorError


def take_or_make(path: Path, args: Namespace) -> tuple[CryptoSigner, bool]:
    """The key of a file; a new one where there is no file. And whether it is new. Raises OperatorError."""
    if path.exists():
        return _take(path, args), False
    key = Ed25519PrivateKey.generate()
    secret = _passphrase(args, f"new passphrase of {path}: ")
    encryption = NoEncryption() if secret is None else BestAvailableEncryption(secret)
    body = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())  # a root whose key a power cut took can never be renewed
    except OSError as error:
        raise OperatorError(f"{path} cannot be written: {error}") from error
    return CryptoSigner(key), True


def _take(path: Path, args: Namespace) -> CryptoSigner:
    try:
        key = load_pem_private_key(path.read_bytes(), _passphrase(args, f"passphrase of {path}: "))
    except (OSError, ValueError, TypeError) as error:
        raise OperatorError(f"{path} is no key that this passphrase opens: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise OperatorError(f"{path} holds a {type(key).__name__}; an Ed25519 key is expected")
    return CryptoSigner(key)


def _passphrase(args: Namespace, prompt: str) -> bytes | None:
    if args.no_passphrase:
        return None
    text = os.environ.get(PASSPHRASE) or getpass(prompt)
    if not text:
        raise OperatorError("the passphrase is empty; give one, or pass --no-passphrase")
    return text.encode()
