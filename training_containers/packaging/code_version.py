"""Which code made a package: a hash of the sources, since a container has no version control."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def code_version() -> str:
    """`src-` and the first 12 hex digits of a sha256 over the Python sources of training and serving."""
    digest = hashlib.sha256()
    for package in ("inference", "training_containers"):
        for source in sorted((ROOT / package).rglob("*.py")):
            digest.update(f"{source.relative_to(ROOT).as_posix()}\0".encode())
            digest.update(source.read_bytes())
    return f"src-{digest.hexdigest()[:12]}"
