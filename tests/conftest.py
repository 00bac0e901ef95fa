"""How tests are dealt out to parallel workers: what shares something dear to start stays together."""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

from tests.e2e.browser import browser  # noqa: F401 - one for all: Playwright takes no second one in a process


class ByFolder(LoadScopeScheduling):
    """A folder of integration, browser, synthesis or conformance tests goes to one worker, with its session fixtures.

    xdist's own groups (`--dist=loadgroup`) have no effect under pytest 9.2: xdist 3.8 renames tests in a field that
    pytest no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = PurePosixPath(nodeid.partition("::")[0]).parent
        return str(folder) if {"domains", "e2e", "integration", "synth"} & set(folder.parts) else nodeid


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--malformed", type=int, default=300, help="malformed requests to each deployed route")


@pytest.fixture(scope="session")
def malformed(request: pytest.FixtureRequest) -> int:
    """How many malformed requests each deployed route gets."""
    return request.config.getoption("--malformed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return ByFolder(config, log)
