"""Demos of domains are found, not listed."""

from pathlib import Path

import pytest
from rich.progress import Progress

from sandbox.demo import domains
from sandbox.demo.domain import Demo, DemoError
from stacks.shared.source_tree import ROOT
from tests.unit.definitions import DEFINITIONS

OUTSIDER = """
from sandbox.demo.labelled_images import LabelledImagesDemo


class DogsDemo(LabelledImagesDemo):
    name = "dogs"
    prefix = "dogs/"

    def trainings(self, raw, own):
        return ({},)


DEMO = DogsDemo()
"""


def test_every_domain_has_a_demo_of_its_name() -> None:
    folders = {folder.parent.name for folder in (ROOT / "stacks/domains").glob("*/__init__.py")}
    assert {name: demo.name for name, demo in domains.find().items()} == {name: name for name in folders}


def test_a_module_is_all_that_a_new_demo_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dogs.py").write_text(OUTSIDER)
    monkeypatch.setattr(domains, "__path__", [*domains.__path__, str(tmp_path)])

    found = domains.find()

    assert list(found)[0] == domains.DEFAULT
    assert found["dogs"].name == "dogs"
    with pytest.raises(DemoError, match="make demo DOMAIN=dogs DATA=folder"):
        found["dogs"].generate(tmp_path, Progress(disable=True))


def test_raw_data_go_where_data_prep_looks_for_them() -> None:
    told = {name: demo.prefix for name, demo in domains.find().items()}
    assert told == {name: definition.data.prefix for name, definition in DEFINITIONS.items()}


def test_a_demo_that_provides_too_little_is_refused() -> None:
    class Half(Demo):
        name = "half"

    with pytest.raises(TypeError, match="check"):
        Half()
