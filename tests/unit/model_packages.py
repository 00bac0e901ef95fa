"""Model packages without a model, as files and as the archive that a training job leaves."""

import io
import tarfile
from collections.abc import Mapping
from hashlib import sha256

from inference.contracts import PackageManifest

MANIFEST = "manifest.json"


def package_files(domain: str = "cats", **contents: bytes) -> dict[str, bytes]:
    """Every file of a whole package; `evaluation` and `golden` replace what is in these files."""
    files = {
        "model.onnx": bytes(range(256)) * 8,
        "evaluation.json": contents.get("evaluation", b"{}"),
        "baseline.json": b"{}",
        "golden.jsonl": contents.get("golden", b""),
    }
    return {**files, MANIFEST: manifest_of(files, domain)}


def manifest_of(files: Mapping[str, bytes], domain: str = "cats") -> bytes:
    manifest = PackageManifest(
        domain=domain,
        task="image_classification",
        classes=("Cat", "NoCat"),
        input={"size": 64},
        thresholds={"Cat": 0.5},
        dataset_version="v1",
        code_version="src-0",
        libraries={"numpy": "2.4.6"},
        files={name: sha256(content).hexdigest() for name, content in files.items()},
    )
    return manifest.model_dump_json(indent=2).encode()


def archive(members: Mapping[str, bytes], link: str | None = None) -> bytes:
    """A tar.gz; `link`: where a symbolic link named evaluation.json leads."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        if link is not None:
            info = tarfile.TarInfo("evaluation.json")
            info.type, info.linkname = tarfile.SYMTYPE, link
            tar.addfile(info)
    return out.getvalue()
