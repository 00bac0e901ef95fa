"""A cloud on loopback, and a device that is enrolled there."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from clients.device.config import Config
from clients.device.device import Device, opened
from clients.device.identity import load_key, make_key
from tests.device.cloud import Cloud
from tests.device.signed import SignedRepository
from tests.device.toys import DOMAIN, open_toy


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    found = Cloud(SignedRepository())
    yield found
    found.close()


@dataclass
class Enrolled:
    """`open` it to use it; each time the program starts anew. Its pauses are none."""

    config: Config
    cloud: Cloud
    clock: Callable[[], float] = time.time

    def open(self) -> AbstractContextManager[Device]:
        return opened(self.config, open_toy, clock=lambda: self.clock(), sleep=lambda seconds: None)

    @property
    def serving(self) -> str | None:
        """After a start without a network."""
        with self.open() as device:
            return device.runner.serving


def enrol(folder: Path, cloud: Cloud, device_id: str = "kitchen") -> Enrolled:
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder / "key.pem")
    cloud.keys[f"{DOMAIN}/{device_id}"] = load_key(folder / "key.pem").public_key()
    (folder / "root.json").write_bytes(cloud.repository.first_root)
    config = Config(
        url=cloud.url,
        domain=DOMAIN,
        device_id=device_id,
        key=folder / "key.pem",
        root=folder / "root.json",
        folder=folder / "data",
    )
    return Enrolled(config, cloud)


@pytest.fixture
def enrolled(tmp_path: Path, cloud: Cloud) -> Enrolled:
    return enrol(tmp_path / "kitchen", cloud)


@pytest.fixture
def another(tmp_path: Path, cloud: Cloud) -> Callable[[str], Enrolled]:
    return lambda device_id: partial(enrol, tmp_path / device_id, cloud)(device_id)
