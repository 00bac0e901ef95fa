"""docs/architecture.md: every path is there, and the picture's arrows are the imports that there are."""

import re
from pathlib import Path

import pytest

from stacks.shared.source_tree import ROOT
from tests.unit.documents import blocks
from tests.unit.test_imports import ROOMS, imports

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
(PICTURE,) = blocks(PAGE, "mermaid")
PATHS = sorted(set(re.findall(r"`([\w<>]+(?:/[\w<>.]+)+/?)`", PAGE)))
FREE = {"tests", "benchmarks"}


def nodes() -> dict[str, str]:
    """The picture's names -> paths."""
    return {name: path.removesuffix("/*") for name, path in re.findall(r'^ +(\w+)\["([^<"]+)', PICTURE, re.MULTILINE)}


def drawn() -> set[tuple[str, str]]:
    names = nodes()
    lines = re.findall(r"^ +(\w+) --> (.+)$", PICTURE, re.MULTILINE)
    return {(names[one], names[other]) for one, others in lines for other in others.split(" & ")}


def room(path: str) -> str:
    """The picture's node that a file or a module belongs to: the most exact."""
    return max((one for one in nodes().values() if f"{path}/".startswith(f"{one}/")), key=len)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path: str) -> None:
    assert list(ROOT.glob(re.sub(r"<\w+>", "*", path))), path


def test_files_that_a_row_names_lie_below_its_own() -> None:
    for file, told in re.findall(r"^\|[^|]+\| `([\w/]+\.py)` \| (.+) \|$", PAGE, re.MULTILINE):
        for name in re.findall(r"`(\w+\.py)`", told):
            found = list((ROOT / file).parent.rglob(name)) or list(ROOT.glob(f"training_containers/*/{name}"))
            assert found, f"{name}, beside {file}"


def test_the_pictures_arrows_are_the_imports_that_there_are() -> None:
    sources = [ROOT / "app.py", *(file for one in {*ROOMS} - FREE - {"app"} for file in (ROOT / one).rglob("*.py"))]
    found = {
        (room(of(file)), room(module.replace(".", "/")))
        for file in sources
        for module in imports(file)
        if module.split(".")[0] in {*ROOMS} - FREE
    }
    assert drawn() == {(one, other) for one, other in found if one != other}


def of(file: Path) -> str:
    return str(file.relative_to(ROOT))
