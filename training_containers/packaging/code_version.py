"""Which code made a package: a hash of the sources, since a container has no version control."""

import hashlib
from pathlib import Path

import inference
import training_containers


def code_version() -> str:
    """`src-` and the first 12 hex digits of a sha256 over the Python sources of training and serving."""
    digest = hashlib.sha256()
    for package in (inference, training_containers):
        root = Path(str(package.__file__)).parent
        for source in sorted(root.rglob("*.py")):
            digest.update(f"{root.name}/{source.relative_to(root).as_posix()}\0".encode())
            digest.update(source.read_bytes())
    return f"src-{digest.hexdigest()[:12]}"
