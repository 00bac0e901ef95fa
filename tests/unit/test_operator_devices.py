"""`devices init` and `rotate-root`: the operator's key, the roots it signs, and what the cloud refuses to store."""

import io
import json
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from clients.operator.__main__ import main
from clients.operator.devices import roots
from lambdas.common.errors import PayloadError, VigilError
from lambdas.endpoint_release import updates as actions
from lambdas.endpoint_release.targets.devices import opened
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.repository import UpdateRepository
from lambdas.endpoint_release.update_models import Refresh, UpdateRoot
from tests.unit.update_harness import Device, Updates, as_text, new_bucket, root_of


class Cloud:
    """The release function behind `lambda:InvokeFunction`."""

    def __init__(self) -> None:
        self.bucket, self.key = new_bucket(), CryptoSigner.generate_ecdsa()
        self.repository = UpdateRepository("cats", RepositoryFiles(self.bucket, "cats"), self.key)
        self.env = SimpleNamespace(domain="cats", devices_key="arn", place=None)
        self.now = datetime.now(UTC)

    def client(self, _: str) -> "Cloud":
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert FunctionName == "vigil-cats-endpoint-release"
        try:
            told = actions.update_root(UpdateRoot.model_validate_json(Payload), self).model_dump_json()
        except VigilError as error:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(_error(error))}
        return {"Payload": io.BytesIO(told.encode())}


def _error(error: Exception) -> bytes:
    return json.dumps({"errorMessage": str(error)}).encode()


@pytest.fixture
def cloud(memory: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cloud:
    cloud = Cloud()
    monkeypatch.setattr(roots, "session_of", lambda _: cloud)
    monkeypatch.setattr(opened, "open_repository", lambda _: cloud.repository)
    monkeypatch.setenv("VIGIL_ROOT_PASSPHRASE", "correct horse")
    monkeypatch.chdir(tmp_path)
    return cloud


def operate(*words: str, key: str = "root.pem") -> int:
    return main(["devices", *words, "cats", "--key", key])


def test_init_makes_a_key_and_a_root_that_a_device_trusts(cloud: Cloud, tmp_path: Path, capsys: Any) -> None:
    assert operate("init") == 0
    key, root = tmp_path / "root.pem", (tmp_path / "root.json").read_bytes()
    assert (key.stat().st_mode & 0o777, b"ENCRYPTED" in key.read_bytes()) == (0o600, True)
    assert sha256(root).hexdigest() in capsys.readouterr().out
    device = Device(tmp_path / "device", cloud.bucket, root)
    assert device.look().current is None
    assert operate("init") == 1
    assert "have root 1 already" in capsys.readouterr().err


def test_another_domains_root_is_not_written_over(cloud: Cloud, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "root.json").write_bytes(b"of another domain")
    assert operate("init") == 1
    assert "root.json is there already" in capsys.readouterr().err
    assert (tmp_path / "root.json").read_bytes() == b"of another domain"
    assert cloud.repository._files.newest("root") == 0


def test_nothing_is_stored_that_cannot_be_handed_over(cloud: Cloud, capsys: Any) -> None:
    assert main(["devices", "init", "cats", "--key", "root.pem", "--out", "nowhere/root.json"]) == 1
    assert "nowhere/root.json cannot be written" in capsys.readouterr().err
    assert cloud.repository._files.newest("root") == 0


def test_the_key_is_on_the_disk_before_its_root_is_stored(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root whose key a power cut took can never be renewed."""
    synced, stored = [], []
    sync, add = os.fsync, cloud.repository.roots.add
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.readlink(f"/proc/self/fd/{file}")) or sync(file))
    monkeypatch.setattr(cloud.repository.roots, "add", lambda text: stored.append(list(synced)) or add(text))
    assert operate("init") == 0
    (before,) = stored
    assert [Path(path).name for path in before][0] == "root.pem"


def test_a_device_follows_a_renewed_root_and_a_handed_over_key(cloud: Cloud, tmp_path: Path) -> None:
    operate("init")
    device = Device(tmp_path / "device", cloud.bucket, (tmp_path / "root.json").read_bytes())
    assert operate("rotate-root") == 0
    assert operate("rotate-root", "--new-key", "next.pem") == 0
    assert device.look().current is None
    assert operate("rotate-root", key="next.pem") == 0
    assert cloud.repository._files.newest("root") == 4


def test_another_key_renews_nothing(cloud: Cloud, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    operate("init")
    assert operate("rotate-root", key="elsewhere.pem") == 1
    assert "elsewhere.pem does not exist" in capsys.readouterr().err
    (tmp_path / "elsewhere.pem").write_bytes(CryptoSigner.generate_ed25519().private_bytes)
    assert main(["devices", "rotate-root", "cats", "--key", "elsewhere.pem", "--no-passphrase"]) == 1
    assert "the keys of the root before did not sign it" in capsys.readouterr().err
    monkeypatch.setenv("VIGIL_ROOT_PASSPHRASE", "wrong")
    assert operate("rotate-root") == 1
    assert "is no key that this passphrase opens" in capsys.readouterr().err
    assert cloud.repository._files.newest("root") == 1


def test_a_domain_without_devices_is_told(cloud: Cloud, capsys: Any) -> None:
    cloud.env.devices_key = None
    cloud.env.target = SimpleNamespace(parts=(SimpleNamespace(kind="serverless"),))
    assert operate("init") == 1
    assert "has no target of kind devices; its targets are: serverless" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"version": 3}, "its version is 3, 2 is next"),
        ({"days": -1, "version": 2}, "it has expired"),
        ({"version": 2, "stranger": True}, "the keys of the root before did not sign it"),
    ],
)
def test_a_root_that_devices_would_not_take_is_not_stored(
    memory: None, tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    updates = Updates.start(tmp_path)
    signer = CryptoSigner.generate_ed25519() if change.pop("stranger", False) else updates.operator
    with pytest.raises(PayloadError, match=fault):
        updates.repository.roots.add(as_text(root_of(updates.repository, signer, **change)))


def test_a_root_whose_last_weeks_have_begun_is_told_after_the_rest_was_renewed(cloud: Cloud) -> None:
    assert actions.refresh(Refresh(action="refresh"), cloud).status == "ignored"
    cloud.repository.roots.add(as_text(root_of(cloud.repository, CryptoSigner.generate_ed25519(), days=30)))
    with pytest.raises(actions.RootExpiresError, match="devices rotate-root cats"):
        actions.refresh(Refresh(action="refresh"), cloud)
    assert cloud.repository.read() is not None
