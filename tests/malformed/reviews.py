"""What is wrong with a review, or with its undoing."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.malformed.request import CONTROL, Maker, Malformed, no_json, text

JSON = "application/json"
BOX = {"label": "deer", "x": 10, "y": 10, "width": 50, "height": 40}
GOOD = {"review_id": "malformed-1", "revision": 0, "verdict": "missed", "boxes": [BOX]}
"""Of a picture of 640 x 480 pixels; taken, if it were sent."""
UNDO = {"review_id": "malformed-1", "revision": 0}
NO_NUMBERS = (None, "x", [], {}, -1, 1.5, "1e400")


def review_requests() -> dict[str, Maker]:
    """Kind -> maker."""
    fields: dict[str, Callable[[Random], Any]] = {
        **_fields(),
        "verdict": lambda rng: rng.choice([None, 5, "", "maybe", "Correct", ["correct"]]),
        "boxes": lambda rng: rng.choice([None, [], 5, {}, "[]", [None], [[]], [BOX] * 101, [{**BOX, "more": 1}]]),
        "confidence": lambda rng: rng.choice([None, "x", -0.1, 1.01, [], 1e308]),
        "note": lambda rng: rng.choice([None, 5, [], "n" * rng.randint(1001, 5000)]),
        "label": lambda rng: rng.choice([5, [], "", "l" * 101, "deer"]),
    }
    boxes = {
        "box without a field": lambda rng: _without(BOX, rng.choice(sorted(BOX))),
        "box without a number": lambda rng: {**BOX, rng.choice(["x", "y", "width", "height"]): rng.choice([None, "x"])},
        "box of no size": lambda rng: {**BOX, rng.choice(["width", "height"]): rng.choice([0, -1, -1e308])},
        "box left of the picture": lambda rng: {**BOX, rng.choice(["x", "y"]): -rng.uniform(1.1, 1e9)},
        "box right of the picture": lambda rng: {**BOX, rng.choice(["x", "width"]): rng.uniform(700, 1e300)},
        "box below the picture": lambda rng: {**BOX, rng.choice(["y", "height"]): rng.uniform(500, 1e300)},
        "box of another class": lambda rng: {**BOX, "label": rng.choice(["moose", "Deer", "deer ", "", text(rng, 5)])},
    }
    made = {kind: _json(lambda rng, make=make: {**GOOD, "boxes": [make(rng)]}) for kind, make in boxes.items()}
    contradictions = [
        {"verdict": "correct"},
        {"verdict": "false_positive"},
        {"verdict": "corrected", "boxes": None, "label": "deer"},
        {"verdict": "missed", "boxes": None},
    ]
    made["a verdict that its boxes deny"] = _json(lambda rng: GOOD | rng.choice(contradictions))
    return {**made, **_of_any(GOOD, fields)}


def undo_requests() -> dict[str, Maker]:
    """Kind -> maker."""
    return _of_any(UNDO, _fields())


def _fields() -> dict[str, Callable[[Random], Any]]:
    """Values that a field does not take."""
    return {
        "review_id": lambda rng: rng.choice(
            [None, 5, [], "", "short", "x" * 65, "with space", f"id-{rng.choice(CONTROL)}-id"]
        ),
        "revision": lambda rng: rng.choice(NO_NUMBERS),
    }


def _of_any(document: dict[str, Any], fields: dict[str, Callable[[Random], Any]]) -> dict[str, Maker]:
    body = json.dumps(document).encode()
    makers = {
        f"no JSON: {kind}": (lambda rng, make=make: Malformed(make(rng), JSON))
        for kind, make in no_json(document).items()
    }
    for name, values in fields.items():
        makers[f"field {name}"] = _json(lambda rng, name=name, values=values: {**document, name: values(rng)})
    for name in ("review_id", "revision"):
        makers[f"without {name}"] = _json(lambda _, name=name: _without(document, name))
    return makers | {
        "empty body": lambda _: Malformed(b"", JSON),
        "number that no float holds": lambda rng: Malformed(
            body[:-1] + b', "confidence": 1' + b"0" * rng.randint(310, 6000) + b"}", JSON
        ),
        "half of a surrogate pair": lambda rng: Malformed(
            body[:-1] + f', "note": "\\ud{rng.choice("89abcdef")}00"}}'.encode(), JSON
        ),
        "no number": lambda rng: Malformed(
            body[:-1] + b', "confidence": ' + rng.choice([b"NaN", b"-Infinity"]) + b"}", JSON
        ),
        "another content type": lambda rng: Malformed(
            body,
            rng.choice(["text/plain", "multipart/form-data; boundary=x", "*/*", "application/x-www-form-urlencoded"]),
        ),
        "no base64": lambda rng: Malformed(
            body, JSON, changes={"body": rng.choice(["a", "=", "\ud800"]), "isBase64Encoded": True}
        ),
        "bytes that are no text": lambda rng: Malformed(
            rng.randbytes(rng.randint(3, 90)) + b"\xff", "image/jpeg"
        )._replace(changes={"headers": {"content-type": JSON}}),
    }


def _json(make: Callable[[Random], Any]) -> Maker:
    return lambda rng: Malformed(json.dumps(make(rng)).encode(), JSON)


def _without(document: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != name}
