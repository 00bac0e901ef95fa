"""A layer of pinned requirements, for what a function needs beyond Lambda and Powertools.

uv fetches them as wheels for Lambda's own platform, so that no Docker is needed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.shared.source_tree import ROOT

_TARGET = (
    "--python-platform",
    "x86_64-manylinux_2_28",
    "--python-version",
    "3.12",
    "--only-binary",
    ":all:",
    "--no-deps",
)


class RequirementsLayer(lambda_.LayerVersion):
    """Its hash follows the pinned requirements and the target, so that synth is the same wherever it runs."""

    def __init__(self, scope: Construct, construct_id: str, *, requirements: Path) -> None:
        source = requirements.read_bytes() + " ".join(_TARGET).encode()
        super().__init__(
            scope,
            construct_id,
            description=f"Libraries of {requirements.parent.relative_to(ROOT / 'lambdas')}",
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_12],
            compatible_architectures=[lambda_.Architecture.X86_64],
            code=lambda_.Code.from_asset(
                str(requirements.parent),
                asset_hash_type=AssetHashType.CUSTOM,
                asset_hash=hashlib.sha256(source).hexdigest(),
                bundling=BundlingOptions(image=DockerImage.from_registry("unused"), local=_Uv(requirements)),
            ),
        )


@jsii.implements(ILocalBundling)
class _Uv:
    def __init__(self, requirements: Path) -> None:
        self._requirements = requirements

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        """Always bundles, or raises RuntimeError: there is no fallback to Docker."""
        folder = Path(output_dir) / "python"
        command = ["uv", "pip", "install", "--quiet", "--target", str(folder), *_TARGET, "-r", str(self._requirements)]
        # Bytecode is of this Python, not of Lambda's, and differs from one synthesis to the next.
        plain = {name: value for name, value in os.environ.items() if name != "UV_COMPILE_BYTECODE"}
        result = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False, env=plain
        )
        if result.returncode != 0:
            raise RuntimeError(f"the layer of {self._requirements} could not be built with uv: {result.stderr.strip()}")
        for leftover in (".lock", "bin"):
            _remove(folder / leftover)
        return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
