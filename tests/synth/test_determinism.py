"""Synth is a pure function of the commit."""

import filecmp
import json
import os
import subprocess
import sys
from pathlib import Path

from stacks.shared.source_tree import ROOT


def _synthesize(outdir: Path, context: dict) -> None:
    """As the CDK's command line runs the app; without validation, which another test does."""
    told = {"CDK_OUTDIR": str(outdir), "CDK_CONTEXT_JSON": json.dumps(context), "CDK_VALIDATION": "false"}
    environment = {**os.environ, **told}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_two_synths_are_byte_identical(tmp_path, flags):
    first, second = tmp_path / "first", tmp_path / "second"
    _synthesize(first, {**flags, "environment": "development"})
    _synthesize(second, {**flags, "environment": "development"})

    assert _files(first) == _files(second)
    different = [path for path in _files(first) if not filecmp.cmp(first / path, second / path, shallow=False)]
    assert different == []
