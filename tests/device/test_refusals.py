"""A release that is not for this device: refused, told, remembered; another goes on answering."""

import os

import pytest

from clients.device.store import TRIES
from clients.device.updater import ENDED
from tests.device.toys import bundle, edge_files, golden, tar, toy

GOOD = edge_files(toy(), golden())


def without(name: str) -> dict[str, bytes]:
    return {one: content for one, content in GOOD.items() if one != name}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (tar(edge_files(toy(0.6), golden(0.9))), "golden request 1 of 2: a score is off by 0.3000"),
        (tar(edge_files(toy(0.2), golden(0.9))), "golden request 1 of 2: answered 'content', expected 'ad'"),
        (bundle(quick_for=10, slow_s=0.01, slow_ms=5), "slow on this device"),
        (bundle(dies_on_opening=True), "the model does not open here: RuntimeError: no such operator"),
        (bundle(works_for=1), "a golden request was not answered: r2 failed: RuntimeError: out of memory"),
        (tar(edge_files(toy(), b"")), "golden.jsonl has no request"),
        (tar(edge_files(toy(), b'{"body": 1}')), "golden.jsonl is not understood"),
        (tar(edge_files(toy(), golden(), domain="cats")), "the model is for the domain 'cats'"),
        (tar(edge_files(toy(), golden(), size=8)), "the model does not open here"),
        (tar({**GOOD, "model.tflite": toy(0.8)}), "model.tflite has the sha256"),
        (tar({**GOOD, "golden.jsonl": golden(0.8)}), "golden.jsonl has the sha256"),
        (tar({**GOOD, "edge.json": b"{}"}), "edge.json is not understood"),
        (tar(without("golden.jsonl")), "it should have edge.json, model.tflite, golden.jsonl"),
        (tar({**GOOD, "../x": b""}), "it should have edge.json, model.tflite, golden.jsonl"),
        (b"no tar at all" * 100, "the bundle is no tar"),
    ],
)
def test_the_release_is_refused_and_not_fetched_again(enrolled, cloud, content: bytes, told: str):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r2", content)
        first = device.updater.look()
        asked = len(cloud.asked)
        again = device.updater.look()

        assert (first.state, again.state, device.runner.serving) == ("refused", "refused", "r1")
        assert told in first.why
        assert told in again.why
        assert not [path for path in cloud.asked[asked:] if path.endswith(".tar")]
        assert device.store.complete() == ["r1"]
        device.write_report()
        device.deliver_reports()
    assert told in cloud.reports[-1].refused["r2"]
    assert cloud.reports[-1].update_fault == ""


def test_the_first_release_is_refused_no_less(enrolled, cloud):
    cloud.repository.release("r1", tar(edge_files(toy(0.6), golden(0.9))))

    with enrolled.open() as device:
        assert device.updater.look().state == "refused"
        assert device.runner.serving is None


def test_a_mended_bundle_of_the_same_name_is_tried(enrolled, cloud):
    cloud.repository.release("r1", bundle(dies_on_opening=True))
    with enrolled.open() as device:
        device.updater.look()
        cloud.repository.release("r1", bundle())

        assert device.updater.look().state == "updated"


def test_a_release_in_whose_check_the_program_ends_is_refused_after_some_starts(enrolled, cloud, monkeypatch):
    cloud.repository.release("r1", bundle())
    with enrolled.open() as device:
        device.updater.look()
    cloud.repository.release("r2", bundle())

    for _ in range(TRIES):
        child = os.fork()
        if child == 0:
            monkeypatch.setattr("clients.device.updater.check", lambda model, golden: os._exit(1))
            with enrolled.open() as device:
                device.updater.look()
        os.waitpid(child, 0)

    with enrolled.open() as device:
        assert device.runner.serving == "r1"
        assert (device.updater.look().why, device.runner.serving) == (ENDED, "r1")


def test_refusals_are_forgotten_when_asked_to(enrolled, cloud):
    cloud.repository.release("r1", bundle(dies_on_opening=True))
    with enrolled.open() as device:
        device.updater.look()
        device.store.forget_refusals()

        assert device.store.refusals() == ()
        assert device.updater.look().why.startswith("the model does not open here")
