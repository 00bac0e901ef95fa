"""A cloud on loopback, and a device that is enrolled there."""

import base64
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from clients.device.config import Config
from clients.device.device import Device, opened
from clients.device.identity import load_key, make_key
from tests.device.cloud import Cloud
from tests.device.signed import SignedRepository
from tests.device.steps import inodes
from tests.device.toys import DOMAIN, bundle, open_toy, picture


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


MEMORY = Path("/dev/shm")


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """In memory where there is such a place: hundreds of updates wait for the disk otherwise."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def halfway(quick_disk: Path, cloud) -> Enrolled:
    """A device that runs r2, kept r1, and is to run r3; `data.saved` is its folder."""
    enrolled = enrol(quick_disk, cloud)
    for release in ("r1", "r2"):
        cloud.repository.release(release, bundle())
        with enrolled.open() as device:
            device.updater.look()
    cloud.repository.release("r3", bundle())
    shutil.copytree(enrolled.config.folder, quick_disk / "data.saved", symlinks=True)
    return enrolled


def restore(enrolled: Enrolled) -> set[int]:
    folder = enrolled.config.folder
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("data.saved"), folder, symlinks=True)
    return inodes(folder)


def serves_a_whole_model(enrolled: Enrolled) -> str:
    """After a start without a network: the release that answers."""
    with enrolled.open() as device:
        answer = device.runner.predict(picture())
        assert answer["scores"] == pytest.approx({"ad": 0.9, "content": 0.1})
        return answer["release"]


def enrolled_by(cloud: Cloud) -> Callable[[str, str], None]:
    """Takes a device's id and its public key, as the cloud does."""

    def enrol_one(device_id: str, public_key: str) -> None:
        cloud.keys[f"{DOMAIN}/{device_id}"] = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))

    return enrol_one
