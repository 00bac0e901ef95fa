"""Which way imports may go: a room knows what its code is built on, never who uses it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.shared.source_tree import ROOT, copied
from tests.unit.documents import rows

ROOMS = ("app", "benchmarks", "clients", "inference", "lambdas", "sandbox", "stacks", "tests", "training_containers")
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
CONTAINERS = sorted(path.parent.name for path in ROOT.glob("training_containers/*/Dockerfile"))

ANY_OF = {"<function>": FUNCTIONS, "<container>": CONTAINERS}
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def folders(room: str) -> list[str]:
    """Those that a name in the page's table stands for."""
    parent, _, name = room.rpartition("/")
    return [f"{parent}/{one}" for one in ANY_OF[name]] if name in ANY_OF else [room]


MAY_IMPORT = {
    folder: [folder, *re.findall(r"`(.+?)`", told)]
    for cell, (told,) in rows(PAGE, "room").items()
    for folder in folders(cell.strip("`"))
}
NEVER_SERVED = {"torch", "torchvision", "sklearn", "xgboost", "pickle", "joblib", "cloudpickle", "dill"}
EDGE_ONLY = {"boto3", "botocore", "aws_lambda_powertools"}


def imports(file: Path) -> Iterator[str]:
    """Full names of modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imported(folder: str, name: str = "*.py") -> set[tuple[str, str]]:
    """(file, module), of every file below the folder."""
    files = sorted((ROOT / folder).rglob(name))
    assert files, f"{folder} has no {name}"
    return {(str(file.relative_to(ROOT)), module) for file in files for module in imports(file)}


def is_at(path: str, module: str) -> bool:
    """Whether a module is the one at a path of the table, or below it."""
    pattern = re.sub(r"<\w+>", r"\\w+", path.removesuffix(".py").replace("/", r"\."))
    return re.fullmatch(rf"{pattern}(\..*)?", module) is not None


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_room_imports_only_what_it_is_built_on(folder):
    inner = tuple(f"{room}/" for room in MAY_IMPORT if room.startswith(f"{folder}/"))  # which have rows of their own
    ours = {one for one in imported(folder) if one[1].split(".")[0] in ROOMS and not one[0].startswith(inner)}

    assert {one for one in ours if not any(is_at(path, one[1]) for path in MAY_IMPORT[folder])} == set()


def test_every_room_but_those_that_may_import_anything_is_in_the_table():
    free = {"app", "benchmarks", "sandbox", "tests"}
    folders = {path.parent for room in set(ROOMS) - free for path in (ROOT / room).rglob("*.py")}

    assert {one for one in folders if not any(one.is_relative_to(ROOT / room) for room in MAY_IMPORT)} <= {
        ROOT / "lambdas",
        ROOT / "training_containers",
    }


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_image_holds_every_room_that_its_program_imports(name):
    folder = f"training_containers/{name}"
    held = {path for path in copied(f"{folder}/Dockerfile") if (ROOT / path).is_dir()}
    rooms = {
        re.sub(r"^(training_containers/\w+|\w+).*", r"\1", module.replace(".", "/"))
        for room in held
        for _, module in imported(room)
        if module.split(".")[0] in ROOMS
    }

    assert held == rooms | {folder}


@pytest.mark.parametrize("name", CONTAINERS)
def test_what_a_domain_reads_of_a_container_needs_no_library_but_pydantic(name):
    program = f"from training_containers.{name} import config; import sys; print(*sys.modules)"
    python = [sys.executable, "-c", program]
    loaded = set(subprocess.run(python, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())

    assert "pydantic" in loaded
    assert loaded & {"numpy", "pandas", "PIL", "onnx", "onnxruntime", "mlflow", *NEVER_SERVED} == set()


def test_what_is_served_needs_no_training_library_and_no_pickle():
    assert {one for one in imported("inference") if one[1].split(".")[0] in NEVER_SERVED} == set()


@pytest.mark.parametrize("name", ["logic.py", "models.py", "spec.py"])
def test_logic_knows_no_aws(name):
    assert {one for one in imported("lambdas", name) if one[1].split(".")[0] in EDGE_ONLY} == set()
