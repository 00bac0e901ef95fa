"""A device gets what the signed rollout gives it, and nothing that it has already."""

import pytest

from inference.contracts.devices import DeviceRelease
from inference.contracts.traffic import percentile
from inference.errors import BadRequest
from tests.device.toys import BLUE, RED, bundle, picture

R1, R2 = (DeviceRelease(release=name, bundle=f"{name}.tar") for name in ("r1", "r2"))


def targets(cloud) -> list[str]:
    return [path for path in cloud.asked if path.startswith("/s3/")]


def test_nothing_released_is_no_fault_and_no_model(enrolled, cloud):
    cloud.repository.rollout(None)

    with enrolled.open() as device:
        assert device.updater.look().state == "nothing released"
        assert device.runner.serving is None


def test_a_release_answers_pictures_as_the_cloud_would(enrolled, cloud):
    cloud.repository.release("r1", bundle(0.9))

    with enrolled.open() as device:
        assert device.updater.look().state == "updated"
        answer = device.runner.predict(picture(RED))
        other = device.runner.predict(picture(BLUE))

    assert (answer["release"], answer["label"]) == ("r1", "ad")
    assert answer["scores"] == pytest.approx({"ad": 0.9, "content": 0.1})
    assert other["label"] == "content"


def test_bytes_that_are_no_picture_are_the_callers_fault(enrolled, cloud):
    cloud.repository.release("r1", bundle())

    with enrolled.open() as device:
        device.updater.look()
        with pytest.raises(BadRequest):
            device.runner.predict(b"no picture")
        assert device.runner.usage.take() == {}


def test_it_is_there_after_a_start_without_a_network(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
    cloud.close()

    with enrolled.open() as device:
        assert device.runner.predict(picture())["release"] == "r1"


def test_a_second_look_fetches_no_file_again(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        before = targets(cloud)
        device.updater.look()

        assert len(before) == 2  # the rollout and the bundle
        assert device.updater.look().state == "up to date"
        assert targets(cloud) == before


def test_a_new_release_replaces_the_one_before_which_is_kept(enrolled, cloud):
    for release in ("r1", "r2", "r3"):
        cloud.repository.release(release, bundle())
        with enrolled.open() as device:
            device.updater.look()
            found = device.runner.serving, device.store.pointer().previous, set(device.store.complete())
            for _ in range(enrolled.config.trial):
                device.runner.predict(picture())

    assert found == ("r3", "r2", {"r3", "r2"})


def test_a_rollback_in_the_cloud_needs_no_download(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r2", bundle())
        device.updater.look()
        cloud.repository.rollout(R1)
        before = [path for path in targets(cloud) if path.endswith(".tar")]

        assert device.updater.look().release == "r1"
        assert device.runner.serving == "r1"
        assert [path for path in targets(cloud) if path.endswith(".tar")] == before


def test_a_share_of_devices_gets_the_candidate_and_the_rest_does_not(another, cloud):
    cloud.repository.add("r1.tar", bundle())
    cloud.repository.add("r2.tar", bundle())
    cloud.repository.rollout(R1, R2, 30)

    found = {}
    for number in range(8):
        with another(f"device-{number}").open() as device:
            found[f"device-{number}"] = device.updater.look().release

    assert found == {name: "r2" if percentile(name) < 30 else "r1" for name in found}
    assert set(found.values()) == {"r1", "r2"}


def test_it_serves_while_it_updates(enrolled, cloud):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r2", bundle())
        answers = []

        def meanwhile(handler) -> bool:
            answers.append(device.runner.predict(picture())["release"])
            return False

        cloud.faults[""] = meanwhile
        device.updater.look()
        answers.append(device.runner.predict(picture())["release"])

    assert answers == ["r1"] * (len(answers) - 1) + ["r2"]
    assert len(answers) > 5
