"""Where things lie in the artifacts bucket: said once, and never moved under dataset versions and runs that exist."""

import ast
import re
from collections.abc import Iterator

import pytest

from lambdas.common import artifacts
from stacks.shared.source_tree import ROOT

LAYOUT = ROOT / "lambdas" / "common" / "artifacts.py"
SOURCES = sorted(
    file
    for room in ("benchmarks", "clients", "inference", "lambdas", "sandbox", "stacks", "training_containers")
    for file in (ROOT / room).rglob("*.py")
    if file != LAYOUT
)
SPELT = re.compile(
    r"(^|/)(datasets|quarantine|runs|test-splits|data_prep|tuning)/(?![{<])|(^|/)checkpoints/$|latest\.json"
)
"""Not the API's routes: a parameter of theirs follows in literal brackets."""


def strings(source: str) -> Iterator[str]:
    """Every string of a program and every constant part of an f-string, docstrings left out."""
    tree = ast.parse(source)
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield node.value


@pytest.mark.parametrize(
    "line", ['key = f"runs/{domain}/x"', 'key = f"{home}/test-splits/"', 'folders = ["quarantine/cats/"]']
)
def test_a_prefix_that_is_spelt_is_seen(line):
    assert any(SPELT.search(text) for text in strings(f'"""In runs/<domain>/ and elsewhere."""\n{line}'))


def test_a_docstring_may_name_a_folder():
    assert not any(SPELT.search(text) for text in strings('"""In runs/<domain>/."""'))


def test_nobody_else_spells_a_prefix():
    spelt = {
        f"{file.relative_to(ROOT)}: {text}"
        for file in SOURCES
        for text in strings(file.read_text())
        if SPELT.search(text)
    }

    assert spelt == set()


@pytest.mark.parametrize(
    ("key", "where"),
    [
        (artifacts.dataset_summary("cats", "0f0e"), "datasets/cats/0f0e/dataset.json"),
        (artifacts.latest_dataset("cats"), "datasets/cats/latest.json"),
        (artifacts.quarantine_record("cats", "a/b 1.jpg"), "quarantine/cats/a%2Fb%201.jpg.json"),
        (artifacts.gate_record("cats", "vigil-cats-1"), "runs/cats/vigil-cats-1/gate.json"),
        (artifacts.run_evaluation("cats", "vigil-cats-1"), "runs/cats/vigil-cats-1/evaluation.json"),
        (artifacts.checkpoints_folder("cats", "vigil-cats-1"), "runs/cats/vigil-cats-1/checkpoints/"),
        (artifacts.batches_folder("cats", "vigil-cats-1"), "runs/cats/vigil-cats-1/data_prep/"),
        (artifacts.output_archive("cats", "vigil-cats-1"), "runs/cats/vigil-cats-1/output/output.tar.gz"),
        (artifacts.test_split_folder("cats", "0f0e"), "runs/cats/test-splits/0f0e/"),
        (artifacts.incoming_picture("cats", "cats-0f0e"), "detections/cats/incoming/cats-0f0e"),
        (artifacts.detection_picture("cats", "cats-0f0e"), "detections/cats/pictures/cats-0f0e.jpg"),
    ],
)
def test_the_layout_stays_where_it_is(key, where):
    assert key == where
