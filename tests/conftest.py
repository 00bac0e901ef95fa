"""How tests are dealt out to parallel workers: what shares something dear to start stays together.

And what every test shares: AWS's service models, read once a process.
"""

import sys
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

from tests.e2e.browser import browser  # noqa: F401 - one for all: Playwright takes no second one in a process

_READ = JSONFileLoader.load_file


@cache
def _service_model(path: str) -> Any:
    return _READ(JSONFileLoader(), path)


# moto gives each test a botocore session of its own, which would parse megabytes of JSON again.
JSONFileLoader.load_file = lambda _, path: _service_model(path)


class ByFolder(LoadScopeScheduling):
    """A folder goes to one worker, with its session fixtures; of unit tests a file, with its module fixtures.

    xdist's own groups (`--dist=loadgroup`) have no effect under pytest 9.2: xdist 3.8 renames tests in a field that
    pytest no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return str(file if "unit" in file.parts else file.parent)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--malformed", type=int, default=300, help="malformed requests to each deployed route")


@pytest.fixture(scope="session")
def malformed(request: pytest.FixtureRequest) -> int:
    """How many malformed requests each deployed route gets."""
    return request.config.getoption("--malformed")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Networks and pictures that a test or its fixtures make at random are the same each time."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders that take minutes begin first, the small files of unit tests are last, so that workers end alike."""
    items.sort(key=lambda item: "integration" not in item.path.parts)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    config.option.loadscopereorder = False  # as collected, not whatever has most tests first
    return ByFolder(config, log)
