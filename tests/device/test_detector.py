"""A device runs a detector: a real TFLite file, whose boxes are known; see assets/make_tiny.py."""

import base64
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clients.device.device import Device, opened
from clients.device.updater import Look
from tests.device.test_command_line import TINY
from tests.device.toys import BLUE, RED, edge_files, golden, picture, tar

FILE = (Path(__file__).parent / "assets" / "tiny_detector.tflite").read_bytes()
DETECTOR = {"task": "object_detection", "classes": ("deer",), "thresholds": {"box": 0.4}}
SURE = 1 / (1 + math.exp(-(200 - 40) / 80))
SCALED = 0.01
"""Scaling a picture to the network's input blends its halves where they meet."""
WIDTH, HEIGHT = 640, 480
LEFT = {"label": "deer", "score": SURE, "x": 0.0, "y": 0.0, "width": 320.0, "height": round(480 * 40 / 255, 2)}
UNTOLD = {**LEFT, "score": 1 - SURE, "x": 320.0}


def half_red() -> bytes:
    """A PNG. A box stands in its left half and, too weak to be told of, in its right one."""
    found = Image.new("RGB", (WIDTH, HEIGHT), BLUE)
    found.paste(RED, (0, 0, WIDTH // 2, HEIGHT))
    file = io.BytesIO()
    found.save(file, "PNG")
    return file.getvalue()


def asked(*boxes: dict[str, Any], width: int = WIDTH) -> bytes:
    """golden.jsonl of one request, answered with these boxes."""
    answer = {"width": width, "height": HEIGHT, "classes": ["deer"], "threshold": 0.4, "boxes": boxes}
    body = base64.b64encode(half_red()).decode()
    return json.dumps({"content_type": "image/png", "body_base64": body, "answer": answer}).encode()


@pytest.fixture
def device(enrolled):
    """With the interpreter that real devices have."""
    with opened(enrolled.config, sleep=lambda seconds: None) as found:
        yield found


def offered(device: Device, cloud, release: str, file: bytes, requests: bytes, **others: Any) -> Look:
    cloud.repository.release(release, tar(edge_files(file, requests, **{**DETECTOR, **others})))
    return device.updater.look()


def test_a_detector_is_installed_and_tells_of_boxes_in_pixels_of_the_picture_as_sent(device, cloud):
    assert offered(device, cloud, "r1", FILE, asked(LEFT, UNTOLD)).state == "updated"

    answer = device.runner.predict(half_red())

    (box,) = answer.pop("boxes")  # the narrower one is left out: it overlaps a better one
    assert box == {**LEFT, "score": pytest.approx(SURE, abs=SCALED)}
    assert answer == {"release": "r1", "width": WIDTH, "height": HEIGHT, "classes": ("deer",), "threshold": 0.4}


def test_its_reports_have_the_mean_sureness_of_its_answers(device, cloud):
    offered(device, cloud, "r1", FILE, asked(LEFT, UNTOLD))

    for body in (half_red(), picture(BLUE)):
        device.runner.predict(body)
    device.write_report()
    device.deliver_reports()

    # A box that is told of counts by its score; where none is, the best one's distance from 1 does.
    (counts,) = cloud.reports[-1].counts
    assert (counts.inferences, counts.failures) == (2, 0)
    assert counts.confidence == pytest.approx((SURE + (1 - (1 - SURE))) / 2, abs=SCALED)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (edge_files(FILE, asked({**LEFT, "score": 0.95}), **DETECTOR), "golden request 1 of 1: a score is off by 0.0"),
        (edge_files(FILE, asked({**LEFT, "y": 200.0}), **DETECTOR), "a box of 'deer' that scores 0.881 is not found"),
        (edge_files(FILE, asked(), **DETECTOR), "alone is found at that place"),
        (edge_files(FILE, asked(LEFT, width=320), **DETECTOR), "a picture of 320 x 480 pixels was read as 640 x 480"),
        (edge_files(FILE, golden(), **DETECTOR), "boxes with the picture's width and height are expected"),
        (edge_files(FILE, asked(LEFT), **DETECTOR | {"thresholds": {}}), "thresholds {}; object_detection has ['box']"),
        (edge_files(TINY, asked(LEFT), **DETECTOR), "arrays of the shapes ((1, 2),); ((1, 0, 4), (1, 0, 1)) are"),
        (edge_files(FILE, asked(LEFT), **DETECTOR | {"task": "tabular"}), "run image_classification, object_detection"),
        (edge_files(FILE, golden()), "arrays of the shapes ((1, 3, 4), (1, 3, 1)); ((1, 2),) are expected"),
    ],
)
def test_one_that_answers_otherwise_than_its_golden_requests_is_refused(device, cloud, content, told: str):
    offered(device, cloud, "r1", FILE, asked(LEFT))
    cloud.repository.release("r2", tar(content))

    look = device.updater.look()

    assert (look.state, device.runner.serving) == ("refused", "r1")
    assert told in look.why
