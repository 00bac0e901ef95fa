"""Bad pictures are left out by name and never fatal; a record goes when its item is put right."""

import json
from collections.abc import Callable
from typing import Any

from tests.unit.cat_bucket import Raw, jpeg
from tests.unit.cat_bucket import prepare as prepare
from tests.unit.cat_bucket import raw as raw

BROKEN = {
    "empty.jpg": (b"", "empty"),
    "cut.jpg": (jpeg(3, size=(200, 200))[:-200], "undecodable"),
    "text.jpg": (b"not a picture", "undecodable"),
    "really_a.png.jpg": (jpeg(4, "PNG"), "not_jpeg"),
    "bomb.jpg": (jpeg(5, size=(1200, 900)), "too_many_pixels"),
    "cat.gif": (jpeg(6, "GIF"), "unsupported_file"),
}


def test_bad_pictures_are_quarantined_by_name_and_never_fatal(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill()
    for name, (body, _) in BROKEN.items():
        raw.picture(name, body)
        raw.label(name, "Cat")
    raw.label("nowhere.jpg", "Cat")
    raw.picture("unlabelled.jpg", jpeg(7))
    raw.picture("dog.jpg", jpeg(8))
    raw.label("dog.jpg", "Dog")
    raw.picture("number.jpg", jpeg(9))
    raw.label("number.jpg", 7)
    expected = {name: reason for name, (_, reason) in BROKEN.items()} | {
        "nowhere.jpg": "missing",
        "unlabelled.jpg": "unlabelled",
        "dog.jpg": "unknown_class",
        "number.jpg": "invalid_label",
    }
    result = prepare()
    found = {
        record["item"]: record["reason"]
        for key in raw.keys("quarantine/cats/")
        for record in [json.loads(raw.artifact(key))]
    }
    assert found == expected
    assert result["quarantined"] == len(expected)
    summary = raw.summary(result["version"])
    assert summary.quarantined["undecodable"] == 2
    assert summary.examples["undecodable"] == ("cut.jpg", "text.jpg")
    assert {item.path for item in raw.items(result["version"])}.isdisjoint(expected)


def test_a_record_goes_when_the_item_is_put_right(raw: Raw, prepare: Callable[..., dict[str, Any]]) -> None:
    raw.fill()
    raw.label("late.jpg", "Cat")
    prepare()
    assert raw.keys("quarantine/cats/") == ["quarantine/cats/late.jpg.json"]
    raw.picture("late.jpg", jpeg(60))
    prepare()
    assert raw.keys("quarantine/cats/") == []
