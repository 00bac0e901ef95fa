"""Images are built of the versions that the tests pass with, dependencies of dependencies included."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DOCKERFILES = sorted([ROOT / "inference" / "Dockerfile", *(ROOT / "training_containers").glob("*/Dockerfile")])
EACH = pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
NOT_HERE = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["exclude-dependencies"]
)
"""What uv leaves out here, whoever asks for it."""
OF_TORCH = {"setuptools"}
"""Torch is installed first, from its own index or with the base image; what it asks for in any version comes then."""


def pins(*files: Path) -> dict[str, str]:
    """Name -> version of what requirements or constraints pin."""
    found = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            text = line.partition("#")[0].strip()
            if text:
                requirement = Requirement(text)
                found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


OURS = pins(ROOT / "requirements.txt", ROOT / "constraints.txt")


def steps(dockerfile: Path) -> list[str]:
    """The instructions, one a line, comments left out."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return re.sub(r"\\\s*\n", " ", text).splitlines()


def brought_along(names: set[str]) -> Iterator[str]:
    """These packages and all that they bring along, as installed here."""
    todo, seen = [Requirement(name) for name in names], set[tuple[str, frozenset[str]]]()
    while todo:
        requirement = todo.pop()
        found = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if found in seen:
            continue
        seen.add(found)
        yield found[0]
        for text in metadata.requires(requirement.name) or ():
            needed = Requirement(text)
            extras = requirement.extras or {""}
            if canonicalize_name(needed.name) in NOT_HERE:
                continue
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(needed)


@EACH
def test_every_install_is_constrained(dockerfile: Path) -> None:
    installs = [step for step in steps(dockerfile) if "pip install" in step]
    assert installs
    constrained = ("--constraint /tmp/constraints.txt", "--requirement /tmp/edge/requirements.txt")
    assert [step for step in installs if not any(one in step for one in constrained)] == []
    assert any(step.startswith("COPY constraints.txt ") for step in steps(dockerfile))


@EACH
def test_an_image_asks_for_what_is_tested(dockerfile: Path) -> None:
    asked = pins(dockerfile.with_name("requirements.txt"))
    assert {name: OURS.get(name) for name in asked} == asked


@EACH
def test_what_comes_along_is_pinned_too(dockerfile: Path) -> None:
    names = set(brought_along(set(pins(dockerfile.with_name("requirements.txt")))))
    assert len(names) > 10
    assert names - set(OURS) <= OF_TORCH


def test_what_is_left_out_here_is_not_in_a_cpu_image_either() -> None:
    """pip cannot leave a dependency out; what is uninstalled in the same step takes no room in the image."""
    lines = steps(ROOT / "training_containers" / "tabular" / "Dockerfile")
    (installed,) = [step for step in lines if "--requirement" in step]
    _, _, uninstalled = installed.partition("&& pip uninstall --yes ")
    assert {"nvidia-nccl-cu12"} == NOT_HERE == set(uninstalled.split())
    assert "xgboost" in OURS


def test_the_torch_of_a_base_image_stays() -> None:
    """What is installed by then becomes a constraint, before anything else is installed that might ask for another."""
    lines = steps(ROOT / "training_containers" / "image_classification" / "Dockerfile")
    (kept,) = [number for number, line in enumerate(lines) if line.endswith(">> /tmp/constraints.txt")]
    (rest,) = [number for number, line in enumerate(lines) if "--requirement /tmp/requirements.txt" in line]
    (program,) = re.findall(r'python -c "(.+)"', lines[kept])
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert kept < rest
    assert printed.strip() == f"torch=={metadata.version('torch')}"
    assert "torch" not in pins(ROOT / "constraints.txt")


def test_the_edge_environment_s_lock_pins_everything() -> None:
    """It stands instead of constraints: its packages disagree with the others', so nothing else pins them."""
    lines = (ROOT / "training_containers" / "edge_export" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[a-z0-9_.-]+==[0-9][0-9a-z.]*", line)] == []
    asked = {"torch", "litert-torch", "ai-edge-quantizer", "ai-edge-litert"}
    assert asked < {line.partition("==")[0] for line in pinned}
    assert OURS["ai-edge-litert"] == dict(line.split("==") for line in pinned)["ai-edge-litert"]
