"""Arguments about the offline root key."""

from argparse import ArgumentParser
from pathlib import Path

PASSPHRASE = "VIGIL_ROOT_PASSPHRASE"


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, required=True, help="file of the root key (PEM); keep it off line")
    parser.add_argument(
        "--no-passphrase", action="store_true", help=f"the file is not encrypted (else {PASSPHRASE}, or a prompt)"
    )
