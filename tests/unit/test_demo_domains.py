"""Demos of domains are found, not listed."""

from pathlib import Path

import pytest
from rich.progress import Progress

from lambdas.data_prep.labelled_images.spec import LabelledImages
from sandbox.demo import domains
from sandbox.demo.domain import Demo, DemoError
from sandbox.demo.labelled_images import LabelledImagesDemo
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


@pytest.mark.parametrize(("name", "changes"), [("ads", {"split_ratio": "0.6,0.1,0.3"}), ("cats", {})])
def test_own_pictures_are_rehearsed_as_the_domains_definition_says(
    tmp_path: Path, name: str, changes: dict[str, str]
) -> None:
    data = DEFINITIONS[name].data
    assert isinstance(data, LabelledImages)
    for label in data.classes:
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.jpg").touch()
    demo = domains.find()[name]
    assert isinstance(demo, LabelledImagesDemo)
    own = demo.data(tmp_path)
    assert own is not None
    assert own.model_copy(update={"classes": data.classes}) == data.model_copy(update=changes)
    assert set(own.classes) == set(data.classes)


def test_a_demo_that_provides_too_little_is_refused() -> None:
    class Half(Demo):
        name = "half"

    with pytest.raises(TypeError, match="check"):
        Half()
