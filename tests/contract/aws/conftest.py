"""The templates of a deployment, and who may do what in them: what the facts in this folder are held against."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stacks.shared.rules.template import as_list, statements, text
from tests.contract.aws.sent import sent  # noqa: F401 - fixture
from tests.synth.conftest import Templates, synthesize

Template = Mapping[str, Any]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the templates and the lists of assets are in."""
    return tmp_path_factory.mktemp("deployed")


@pytest.fixture(scope="session")
def deployed(assembly: Path) -> Templates:
    """Every domain, as it is developed."""
    return synthesize(assembly, {"environment": "development"})


@pytest.fixture(scope="session")
def stack(deployed: Templates) -> Callable[[str], Template]:
    """`stack("Cats")`: the template of the one stack whose name has that word."""

    def find(word: str) -> Template:
        (found,) = (template for name, template in deployed.items() if word in name)
        return found

    return find


@pytest.fixture(scope="session")
def grants(stack: Callable[[str], Template]) -> Callable[[str, str], list[tuple[str, str, Any]]]:
    """`grants("Cats", "TrainingRole")`: (action, resource, condition) of the roles whose policy has that word."""

    def find(word: str, role: str) -> list[tuple[str, str, Any]]:
        found = [
            (action, text(resource), statement.get("Condition"))
            for logical_id, statement in statements(stack(word))
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
            if role in logical_id
        ]
        assert found, f"{word} has no policy of {role}"
        return found

    return find
