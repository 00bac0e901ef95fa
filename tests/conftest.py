"""How tests are dealt out to parallel workers: what shares something dear to start stays together."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before xdist, which reads the groups in this hook too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A folder of integration or synthesis tests is one group: its session fixtures are then made once."""
    for item in items:
        folder = item.path.parent.relative_to(TESTS)
        if folder.parts[0] in ("integration", "synth"):
            item.add_marker(pytest.mark.xdist_group(str(folder)))
