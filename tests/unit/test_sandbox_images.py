"""Images without Docker: tags to folders, Dockerfiles to entry points."""

import json
from pathlib import Path

import pytest

from sandbox.aws.images import UnknownImageError, find_image, read_dockerfile
from sandbox.aws.sagemaker.container import _on_this_machine


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """A nested assembly, as CDK stages make them, with one image whose Dockerfile has a name of its own."""
    nested = tmp_path / "assembly-Prod"
    (nested / "asset.abc").mkdir(parents=True)
    (nested / "asset.abc" / "Dockerfile.train").write_text('FROM x\nENTRYPOINT ["python", "-m", "train"]\n')
    source = {"directory": "asset.abc", "dockerFile": "Dockerfile.train"}
    (nested / "S.assets.json").write_text(json.dumps({"dockerImages": {"abc": {"source": source}}}))
    return tmp_path


def test_a_tag_that_is_no_asset_is_an_error_that_lists_the_assets(assembly: Path) -> None:
    with pytest.raises(UnknownImageError, match=r"'xyz'.*\['abc'\]"):
        find_image(assembly, "1.dkr.ecr.eu-west-1.amazonaws.com/assets:xyz")


def test_the_tag_names_the_folder(assembly: Path) -> None:
    image = find_image(assembly, "1.dkr.ecr.eu-west-1.amazonaws.com/assets:abc")

    assert image.folder == assembly / "assembly-Prod" / "asset.abc"
    assert image.entrypoint == ("python", "-m", "train")


@pytest.mark.parametrize("text", ["FROM x\n", "FROM x\nENTRYPOINT python -m train\n"])
def test_an_entry_point_in_no_or_in_shell_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)

    with pytest.raises(UnknownImageError, match="ENTRYPOINT"):
        read_dockerfile(tmp_path, tmp_path / "Dockerfile")


def test_variables_and_the_last_entry_point_count(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        'ENV A=1 B="two words" \\\n    C=3\nENTRYPOINT ["first"]\n# ENV D=4\nENTRYPOINT ["second", "-v"]\n'
    )

    image = read_dockerfile(tmp_path, tmp_path / "Dockerfile")

    assert image.environment == {"A": "1", "B": "two words", "C": "3"}
    assert image.entrypoint == ("second", "-v")


@pytest.mark.parametrize(("own", "expected"), [(None, ".venv-edge/bin/python"), ("/my/python", "/my/python")])
def test_an_image_s_second_environment_is_this_machine_s(own, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIL_EDGE_PYTHON", raising=False)
    if own is not None:
        monkeypatch.setenv("VIGIL_EDGE_PYTHON", own)

    found = _on_this_machine({"VIGIL_EDGE_PYTHON": "/opt/edge/bin/python", "A": "1"})

    assert found["VIGIL_EDGE_PYTHON"].endswith(expected)
    assert found["A"] == "1"
    assert "VIGIL_EDGE_PYTHON" not in _on_this_machine({"A": "1"})
