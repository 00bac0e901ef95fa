"""The environment of a container's process: one thread where cores are shared, unless somebody says otherwise."""

import json
from pathlib import Path

import pytest

from sandbox.environment import MARK
from sandbox.images import Image
from sandbox.sagemaker import container

PRINT = "import json, os; print(json.dumps(dict(os.environ)))"


def seen(base: Path, **variables: str) -> dict[str, str]:
    """What a process of an image sees that sets `variables`."""
    image = Image(base, ("python", "-c", PRINT), variables)
    output, _ = container.start(image, "train", base, {}).communicate(timeout=30)
    return json.loads(output)


def test_a_job_shares_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "test")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the user's own")
    assert seen(tmp_path)["OMP_NUM_THREADS"] == "1"
    assert "AWS_SECRET_ACCESS_KEY" not in seen(tmp_path)
    assert seen(tmp_path, OMP_NUM_THREADS="3")["OMP_NUM_THREADS"] == "3"
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert seen(tmp_path)["OMP_NUM_THREADS"] == "2"
