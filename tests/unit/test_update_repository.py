"""The update repository: what a device reads of it at any moment, with several writers, and after a crash."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from lambdas.endpoint_release.targets.devices.contents import Contents, with_bundle, with_share
from lambdas.endpoint_release.targets.devices.files import RepositoryFiles
from lambdas.endpoint_release.targets.devices.metadata import MetadataError
from lambdas.endpoint_release.targets.devices.repository import RepositoryBusyError, UpdateRepository
from lambdas.endpoint_release.targets.devices.roots import NoRootError
from tests.unit.update_harness import Updates, new_bucket

NOW = datetime.now(UTC)
BUNDLE = b"a tar"


@pytest.fixture
def updates(memory: None, tmp_path: Path) -> Updates:
    return Updates.start(tmp_path)


def listing(release: str) -> Callable[[Contents], Contents]:
    return lambda contents: with_bundle(contents, release, BUNDLE)


def publish(updates: Updates, release: str, now: datetime = NOW) -> None:
    updates.repository.put_bundle(f"{release}.tar", BUNDLE)
    assert updates.repository.change(listing(release), now)


def test_a_device_reads_what_was_published(updates: Updates) -> None:
    publish(updates, "r1")
    updates.repository.change(lambda contents: with_share(contents, "r1", 100), NOW)
    assert updates.device().look().current.release == "r1"


def test_every_file_but_the_timestamp_is_written_once_and_named_by_version_or_hash(updates: Updates) -> None:
    publish(updates, "r1")
    before = set(updates.listed())
    publish(updates, "r2")
    assert before < set(updates.listed())
    assert {"metadata/timestamp.json", "metadata/2.snapshot.json", "metadata/2.targets.json"} < set(updates.listed())


def test_what_changes_nothing_is_not_published_again(updates: Updates) -> None:
    publish(updates, "r1")
    before = updates.listed()
    assert not updates.repository.change(listing("r1"), NOW)
    assert updates.listed() == before


def test_of_two_writers_at_once_neither_update_is_lost(updates: Updates) -> None:
    publish(updates, "r1")
    other = updates.another_writer()

    def meanwhile(contents: Contents, done: list[bool] = []) -> Contents:  # noqa: B006 - once
        if not done:
            done.append(other.change(listing("r3"), NOW))
        return with_bundle(contents, "r2", BUNDLE)

    assert updates.repository.change(meanwhile, NOW)
    assert set(updates.repository.contents().bundles) == {"r1.tar", "r2.tar", "r3.tar"}
    assert updates.device().look().current is None


def test_a_writer_who_is_always_late_says_so(updates: Updates) -> None:
    other, count = updates.another_writer(), iter(range(100))

    def always_late(contents: Contents) -> Contents:
        other.change(listing(f"other{next(count)}"), NOW)
        return with_bundle(contents, "r2", BUNDLE)

    with pytest.raises(RepositoryBusyError, match="8 times"):
        updates.repository.change(always_late, NOW)


@pytest.mark.parametrize("writes", range(4))
def test_a_crash_between_two_writes_is_seen_by_nobody_and_repaired_by_the_next_try(
    updates: Updates, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes: the rollout, targets, the snapshot, the timestamp."""
    publish(updates, "r1")
    updates.repository.change(lambda contents: with_share(contents, "r1", 100), NOW)
    with monkeypatch.context() as power:
        left = iter(range(writes))
        real = RepositoryFiles._put

        def cut(*args: Any, **more: Any) -> bool:
            if next(left, None) is None:
                raise SystemExit
            return real(*args, **more)

        power.setattr(RepositoryFiles, "_put", cut)
        with pytest.raises(SystemExit):
            updates.repository.change(listing("r2"), NOW)
    assert updates.device().look().current.release == "r1"
    assert set(updates.repository.contents().bundles) == {"r1.tar"}
    publish(updates, "r2")
    assert updates.device().bundle("r2.tar.gz") is None
    assert updates.repository.contents().has("r2")


def test_a_lost_timestamp_is_followed_by_higher_versions(updates: Updates) -> None:
    for release in ("r1", "r2", "r3"):
        publish(updates, release)
    device = updates.device()
    device.look()
    files = RepositoryFiles(updates.bucket, "cats")
    files._s3.delete_object(Bucket=updates.bucket, Key="devices/cats/metadata/timestamp.json")
    publish(updates, "r4")
    assert device.look().current is None
    assert set(updates.repository.contents().bundles) == {"r4.tar"}


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda told: b"<html>", id="no metadata"),
        pytest.param(lambda told: json.dumps({**told, "signatures": []}).encode(), id="no signature"),
        pytest.param(
            lambda told: json.dumps({**told, "signed": {**told["signed"], "expires": "2099-01-01T00:00:00Z"}}).encode(),
            id="changed after it was signed",
        ),
    ],
)
def test_what_our_key_did_not_sign_is_never_signed_anew(updates: Updates, name: str, spoil: Any) -> None:
    publish(updates, "r1")
    found = RepositoryFiles(updates.bucket, "cats").read(name)
    assert found is not None
    updates.put(name, spoil(json.loads(found.body)))
    with pytest.raises(MetadataError, match=f"{name} is not what this domain's key has signed"):
        updates.repository.change(listing("r2"), NOW)


def test_signed_metadata_of_another_role_or_version_is_refused(updates: Updates) -> None:
    publish(updates, "r1")
    publish(updates, "r2")
    files = RepositoryFiles(updates.bucket, "cats")
    updates.put("2.targets.json", files.read("1.targets.json").body)
    with pytest.raises(MetadataError, match=r"2\.targets\.json"):
        updates.repository.contents()
    updates.put("2.targets.json", files.read("1.snapshot.json").body)
    with pytest.raises(MetadataError, match="is snapshot metadata; targets is expected"):
        updates.repository.contents()


def test_a_refresh_signs_only_what_would_expire(updates: Updates) -> None:
    publish(updates, "r1")
    keep = {"even_if_empty": True}
    versions = []
    for days in (0.1, 1, 2, 29, 61):
        updates.repository.change(lambda contents: contents, NOW + timedelta(days=days), **keep)
        read = updates.repository.read()
        versions.append((read.timestamp.version, read.snapshot.version, read.targets.version))
    assert versions == [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 4, 1), (5, 5, 2)]
    assert (read.timestamp.expires - NOW, read.targets.expires - NOW) == (
        pytest.approx(timedelta(days=68), abs=timedelta(seconds=1)),
        pytest.approx(timedelta(days=151), abs=timedelta(seconds=1)),
    )


def test_before_there_is_a_root_nothing_is_published(memory: None) -> None:
    repository = UpdateRepository("cats", RepositoryFiles(new_bucket(), "cats"), CryptoSigner.generate_ecdsa())
    assert not repository.change(lambda contents: contents, NOW)
    with pytest.raises(NoRootError, match="python -m clients.operator devices init cats"):
        repository.change(listing("r1"), NOW)


def test_a_key_that_the_root_does_not_name_signs_nothing(updates: Updates) -> None:
    repository = updates.another_writer(CryptoSigner.generate_ecdsa())
    with pytest.raises(NoRootError, match="devices rotate-root cats"):
        repository.change(listing("r1"), NOW)
