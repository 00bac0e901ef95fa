"""Completes a model package: evidence, then the manifest, then the proof that serving accepts it."""

from collections.abc import Sequence
from pathlib import Path

from inference.contracts import Baseline, Evaluation, GoldenRequest, PackageManifest
from inference.contracts.package import MANIFEST
from inference.package import files_of, load_manifest, sha256
from training_containers.packaging.draft import PackageDraft


def write_package(
    directory: Path,
    draft: PackageDraft,
    *,
    evaluation: Evaluation,
    baseline: Baseline,
    golden: Sequence[GoldenRequest],
) -> PackageManifest:
    """Write the evidence beside the model files, and the manifest last; then load the package as the server does.

    Raises:
        ValueError: there is no golden request, so a release could not be checked before its traffic.
        PackageError: the loader refuses the result; a mistake of the caller's, for instance no `model.onnx`.
    """
    if not golden:
        raise ValueError("a package needs at least one golden request; give the answers to some test items")
    _write(directory / "evaluation.json", evaluation.model_dump_json(indent=2))
    _write(directory / "baseline.json", baseline.model_dump_json(indent=2))
    _write(directory / "golden.jsonl", "\n".join(request.model_dump_json() for request in golden))
    manifest = draft.manifest(files={name: sha256(path) for name, path in files_of(directory).items()})
    _write(directory / MANIFEST, manifest.model_dump_json(indent=2))
    return load_manifest(directory)


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8")
