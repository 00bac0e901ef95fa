"""`manifest.json` and `golden.jsonl` of a model package."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from inference.contracts.base import Contract

MANIFEST = "manifest.json"
REQUIRED_FILES = frozenset({"model.onnx", "evaluation.json", "baseline.json", "golden.jsonl"})
MANIFEST_SHA256_VARIABLE = "VIGIL_MANIFEST_SHA256"
"""Variable of the serving container: sha256 of the manifest, which has the sha256 of every other file."""


class PackageManifest(Contract):
    """What a loader needs to trust and to run a package. `files` has the sha256 of every other file in it."""

    domain: str
    task: str = Field(description="its name in `inference.contracts.tasks`")
    classes: tuple[str, ...]
    input: dict[str, Any] = Field(description="the task's input contract, e.g. image size and normalisation")
    thresholds: dict[str, float] = {}
    dataset_version: str
    code_version: str
    libraries: dict[str, str] = Field(description="package -> version at training time")
    files: dict[str, str] = Field(description="relative path -> sha256")

    def faults(self, found: Mapping[str, str]) -> list[str]:
        """Where the files of a package are not exactly those that are named here; `found`: relative path -> sha256."""
        named = set(self.files)
        faults = [f"'{name}' is required and not in the manifest" for name in sorted(REQUIRED_FILES - named)]
        faults += [f"'{name}' is not in the manifest" for name in sorted(set(found) - named)]
        for name in sorted(named):
            if name not in found:
                faults.append(f"'{name}' is missing")
            elif found[name] != self.files[name]:
                faults.append(f"'{name}' has another sha256 than the manifest says")
        return faults


class GoldenRequest(Contract):
    """One request with the answer the packaged model gave; replayed before a release gets any traffic."""

    content_type: str
    body_base64: str
    answer: dict[str, Any] = Field(description="the expected one; its task knows what of it is compared")
    tolerance: float = Field(default=0.02, gt=0, description="largest accepted difference of any number")
