"""`manifest.json` and `golden.jsonl` of a model package."""

from typing import Any

from pydantic import Field

from inference.contracts.base import Contract


class PackageManifest(Contract):
    """What a loader needs to trust and to run a package. `files` has the sha256 of every other file in it."""

    domain: str
    task: str = Field(description="the module of `inference` that serves it, e.g. image_classification")
    classes: tuple[str, ...]
    input: dict[str, Any] = Field(description="the task's input contract, e.g. image size and normalisation")
    thresholds: dict[str, float] = {}
    dataset_version: str
    code_version: str
    libraries: dict[str, str] = Field(description="package -> version at training time")
    files: dict[str, str] = Field(description="relative path -> sha256")


class GoldenRequest(Contract):
    """One request with the answer the packaged model gave; replayed before a release gets any traffic."""

    content_type: str
    body_base64: str
    label: str = Field(description="the expected class or decision")
    scores: dict[str, float]
    tolerance: float = Field(default=0.02, gt=0, description="largest accepted difference of any score")
