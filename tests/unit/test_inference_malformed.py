"""What the router would refuse, put to the serving process itself: a sentence for the caller, never a failure."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import onnxruntime
import pytest
import urllib3

from inference.errors import BadRequest
from inference.image_classification.predictor import ImageClassifier
from inference.predictor import Predictor
from tests.integration.loop.graphs import CLASSES, CONTRACT, brightness_graph
from tests.malformed import Maker, draw, picture_requests, window_requests, zone_requests
from tests.malformed.zones import ROUTER_ONLY
from tests.toys import zones as toy_zones
from tests.unit.serving import MANIFEST, served
from tests.unit.test_tabular_serving import detector as detector

COUNT = 1000


def of_bodies(makers: dict[str, Maker]) -> dict[str, Maker]:
    """Without what only the router reads: entity ids, references to S3, API Gateway's events."""
    ours = (
        "window, ",
        "zones, ",
        "no JSON, ",
        "picture, ",
        "another content type",
        "random content type",
        "empty body",
    )
    router_only = ("window, control character in the name", "window, entity", "window, name", "window, one of two")
    router_only += tuple(f"zones, {kind}" for kind in ROUTER_ONLY)
    return {kind: make for kind, make in makers.items() if kind.startswith(ours) and kind not in router_only}


@contextmanager
def asked(predictor: Predictor, task: str) -> Iterator[urllib3.HTTPConnectionPool]:
    with (
        served(predictor, MANIFEST.model_copy(update={"task": task})) as port,
        urllib3.HTTPConnectionPool("127.0.0.1", port) as pool,
    ):
        yield pool


def refusal(pool: urllib3.HTTPConnectionPool, body: bytes, content_type: str) -> str:
    """The sentence of a documented refusal."""
    answer = pool.urlopen("POST", "/invocations", body=body, headers={"Content-Type": content_type})
    assert answer.status == 400, answer.data[:200]
    document = json.loads(answer.data)
    assert document.keys() == {"error"}
    return document["error"]


def assert_all_refused(predictor: Predictor, task: str, makers: dict[str, Maker]) -> None:
    with asked(predictor, task) as pool:
        for request in draw(makers, COUNT, seed=8):
            assert refusal(pool, request.body, request.content_type), request.kind


def test_windows(detector: Predictor) -> None:
    assert_all_refused(detector, "tabular", of_bodies(window_requests()))


def test_zones(tmp_path: Path) -> None:
    detector = toy_zones.detector(tmp_path)
    assert_all_refused(detector, "sensor_zones", of_bodies(zone_requests()))
    kinds = {kind: make for kind, make in of_bodies(zone_requests()).items() if not kind.endswith("content type")}
    for request in draw(kinds, 10 * COUNT, seed=9):
        with pytest.raises(BadRequest):
            detector.predict(request.body, request.content_type)


def test_pictures() -> None:
    graph = onnxruntime.InferenceSession(brightness_graph().SerializeToString())
    makers = of_bodies(picture_requests("raw"))
    assert_all_refused(ImageClassifier(graph, CLASSES, CONTRACT), "image_classification", makers)


def test_noise_is_no_request(detector: Predictor) -> None:
    with asked(detector, "tabular") as pool:
        for seed in range(100):
            assert "no JSON" in refusal(pool, Random(seed).randbytes(1 + seed * 50), "application/json")
