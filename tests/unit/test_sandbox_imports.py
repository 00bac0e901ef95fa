"""Importing the sandbox imports neither MiniStack nor moto: the first use of a hook does. Hooks are in one module."""

import ast
import subprocess
import sys

import pytest

from stacks.shared.source_tree import ROOT

THEIRS = ("ministack", "moto")
MODULES = sorted(
    str(file.relative_to(ROOT).with_suffix("")).replace("/", ".")
    for file in [ROOT / "sandbox/__init__.py", ROOT / "sandbox/deployment.py", *(ROOT / "sandbox/aws").rglob("*.py")]
)
PROGRAM = f"""
import importlib, sys
for name in {MODULES!r}:
    importlib.import_module(name.removesuffix(".__init__"))
print(sorted({{name.split(".")[0] for name in sys.modules}} & set(sys.argv[1:])))
"""


@pytest.mark.parametrize("heavy", [THEIRS, ("matplotlib", "mlflow", "numpy", "onnxruntime", "pandas", "torch")])
def test_importing_every_module_of_the_embedded_aws_is_light(heavy: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", PROGRAM, *heavy]
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() == "[]"


def test_only_the_hooks_name_modules_of_ministack_and_moto() -> None:
    named = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "sandbox").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in _module_names(node)
        if name.split(".")[0] in THEIRS
    }
    assert named == {"sandbox/aws/hooks.py"}


def _module_names(node: ast.AST) -> list[str]:
    """Modules that a statement imports, and texts such as import_module takes."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
