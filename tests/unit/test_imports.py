"""Which way imports may go: a room knows what its code is built on, never who uses it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.shared.source_tree import ROOT, copied

ROOMS = ("app", "benchmarks", "clients", "inference", "lambdas", "sandbox", "stacks", "tests", "training_containers")
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("lambdas/*/handler.py"))
CONTAINERS = sorted(path.parent.name for path in ROOT.glob("training_containers/*/Dockerfile"))

MAY_IMPORT = {
    "inference": r"inference",
    "clients": r"clients|inference\.contracts",
    "lambdas/common": r"lambdas\.common|inference\.contracts",
    **{f"lambdas/{name}": rf"lambdas\.{name}|lambdas\.common|inference\.contracts" for name in FUNCTIONS},
    "training_containers/contract": r"training_containers\.contract",
    "training_containers/packaging": r"training_containers\.(packaging|contract)|inference",
    "training_containers/torch_run": r"training_containers\.(torch_run|contract)",
    **{
        f"training_containers/{name}": rf"training_containers\.({name}|torch_run|packaging|contract)|inference"
        for name in CONTAINERS
    },
    "stacks": r"stacks|lambdas\.\w+\.models|lambdas\.\w+(\.\w+)*\.spec|lambdas\.data_prep\.kinds"
    r"|lambdas\.common\.(environment|artifacts)|inference\.contracts"
    r"|training_containers\.contract\.(metric_definitions|hyperparameters)|training_containers\.\w+\.config",
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


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_room_imports_only_what_it_is_built_on(folder):
    ours = {(file, module) for file, module in imported(folder) if module.split(".")[0] in ROOMS}

    assert {one for one in ours if not re.fullmatch(rf"({MAY_IMPORT[folder]})(\..*)?", one[1])} == set()


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


@pytest.mark.parametrize("name", ["logic.py", "models.py"])
def test_logic_knows_no_aws(name):
    assert {one for one in imported("lambdas", name) if one[1].split(".")[0] in EDGE_ONLY} == set()
