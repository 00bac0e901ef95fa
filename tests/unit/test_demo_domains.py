"""Demos of domains are found, not listed."""

from pathlib import Path

import pytest

from sandbox.demo import domains
from sandbox.demo.domain import Demo
from stacks.shared.source_tree import ROOT

OUTSIDER = """
from sandbox.demo.domains.cats import CatsDemo


class DogsDemo(CatsDemo):
    name = "dogs"


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


def test_a_demo_that_provides_too_little_is_refused() -> None:
    class Half(Demo):
        name = "half"

    with pytest.raises(TypeError, match="check"):
        Half()
