"""From an answered prediction to a detection, failures first."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from inference.contracts.boxes import MOST_BOXES
from inference.contracts.incoming import Incoming, pack
from lambdas.common.errors import PayloadError
from lambdas.common.incoming import IncomingError, unpack
from lambdas.review.clients import PictureMissingError
from lambdas.review.logic import NoAnswerError
from lambdas.review.picture import PictureError
from tests.unit.review_harness import ANSWER, AT, ID, INCOMING, KEPT, ReviewHarness, jpeg


def stored(review: ReviewHarness) -> Image.Image:
    return Image.open(BytesIO(review.s3.get_object(Bucket="artifacts", Key=KEPT)["Body"].read()))


@pytest.mark.parametrize(
    "event",
    [{}, {"action": "bake"}, {"action": "teach"}, {"action": "teach", "detection_id": "deer"}]
    + [{"action": "intake", "detection_id": "deer"}, {"action": "intake", "detection_id": ID, "release": "r1"}]
    + [{"action": "sweep", "waited_s": -1}],
)
def test_a_malformed_event_is_named(review: ReviewHarness, event: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match="no event of the review function"):
        review.send(**event)


def test_a_detection_of_another_domain_is_refused(review: ReviewHarness) -> None:
    with pytest.raises(PayloadError, match="none of domain deer"):
        review.send(action="teach", detection_id=f"cats-{ID[5:]}")


@pytest.mark.parametrize("body", [b"", b"no picture", jpeg()[:200], jpeg(kind="GIF")])
def test_a_picture_that_cannot_be_read_is_refused_with_the_reason(review: ReviewHarness, body: bytes) -> None:
    with pytest.raises(PictureError, match="no JPEG or PNG picture"):
        review.intake(body)
    assert review.keys("artifacts") == [INCOMING]


@pytest.mark.parametrize("body", [b"", jpeg(), b"{}\n" + jpeg(), b"\xff\n"])
def test_what_the_router_does_not_write_is_refused_with_the_reason(review: ReviewHarness, body: bytes) -> None:
    review.s3.put_object(Bucket="artifacts", Key=INCOMING, Body=body)
    with pytest.raises(IncomingError, match="is no answered prediction"):
        review.intake()
    assert review.keys("artifacts") == [INCOMING]


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(review: ReviewHarness) -> None:
    with pytest.raises(PictureError, match="10000 x 5000 pixels"):
        review.intake(jpeg((10_000, 5_000)))


@pytest.mark.parametrize("answer", [{}, {"label": "deer"}, {**ANSWER, "boxes": [{"label": "moose"}]}])
def test_what_is_no_answer_leaves_nothing(review: ReviewHarness, answer: Any) -> None:
    with pytest.raises(NoAnswerError, match="object_detection"):
        review.intake(jpeg(), answer=answer)
    assert review.keys("artifacts") == [INCOMING]
    assert review.detections.scan()["Items"] == []


def test_an_answer_of_a_task_that_nobody_reviews_is_refused(review: ReviewHarness) -> None:
    review.open(task="tabular")
    window = {"predictions": [{"label": "hazard", "scores": {"hazard": 1.0}}]}
    with pytest.raises(NoAnswerError, match="are not reviewed"):
        review.intake(jpeg(), answer=window)


def test_an_event_whose_picture_never_came_is_refused(review: ReviewHarness) -> None:
    with pytest.raises(PictureMissingError, match=ID):
        review.intake()


def test_an_event_that_comes_ten_times_is_one_detection(review: ReviewHarness) -> None:
    body = jpeg()
    first = [review.intake(body) for _ in range(5)]
    once = review.item()
    review.settle()
    revised = review.item()
    assert [one["status"] for one in first] == ["stored", *["known"] * 4]
    assert {review.intake()["status"] for _ in range(5)} == {"known"}
    assert once["revision"] == 0
    assert review.item() == revised
    assert review.keys("artifacts") == [KEPT]


def test_an_invocation_that_broke_off_is_finished_by_the_next(
    review: ReviewHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(review.stage.table, "add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            review.intake(jpeg())
    assert review.intake()["status"] == "stored"
    assert review.keys("artifacts") == [KEPT]
    assert len([one for one in review.detections.scan()["Items"] if "document" in one]) == 1


def test_the_fullest_answer_and_its_picture_come_as_they_went() -> None:
    box = {"label": "d\n" * 50, "score": 1 / 3, "x": 1 / 3, "y": 1 / 3, "width": 1 / 3, "height": 1 / 3}
    answer = {"boxes": [box] * MOST_BOXES}
    told = Incoming(request_id="r1", at=AT, release="r1-abc", entity_id="\U0001f98c\n" * 128, answer=answer)
    assert unpack(pack(told, b"\n\x00\nbytes\n")) == (told, b"\n\x00\nbytes\n")


def test_nothing_of_the_metadata_survives(review: ReviewHarness) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (47.0, 11.0, 8.0)
    review.intake(jpeg(exif=exif, comment=b"a secret comment", icc_profile=b"secret profile", xmp=b"<secret/>"))
    kept, body = stored(review), review.s3.get_object(Bucket="artifacts", Key=KEPT)["Body"].read()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(kept.getexif()) == {}
    assert b"ecret" not in body


def test_a_picture_is_turned_upright_and_boxes_are_scaled_to_what_is_stored(review: ReviewHarness) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: 320 x 240 as stored is 240 x 320 as seen
    review.open(max_side=160)
    review.intake(jpeg(exif=exif))
    found = review.found()
    assert stored(review).size == (found.width, found.height) == (120, 160)
    box = found.answered.boxes[0] if found.answered.boxes else None
    assert box is not None
    assert (box.x, box.y, box.width, box.height) == (5, 10, 50, 25)


def test_rectangles_are_blanked_of_their_camera_alone(review: ReviewHarness) -> None:
    house = {"left": 0.5, "top": 0, "right": 1, "bottom": 0.501}
    review.open(redact=({**house}, {**house, "camera": "camera-2", "left": 0, "right": 0.5}))
    review.intake(jpeg())
    kept = stored(review)
    assert max(*kept.getpixel((300, 20)), *kept.getpixel((300, 118))) < 10
    assert min(kept.getpixel((100, 20))) > 60
    assert min(kept.getpixel((300, 200))) > 60


@pytest.mark.parametrize("mode", ["L", "I;16", "RGBA", "P", "LA"])
def test_pictures_of_every_kind_are_kept(review: ReviewHarness, mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (32, 24)).save(out, "PNG")
    assert review.intake(out.getvalue())["status"] == "stored"
    assert stored(review).mode == "RGB"


def test_a_detection_tells_what_people_need(review: ReviewHarness) -> None:
    review.open(reviewers=2)
    review.intake(jpeg())
    found = review.found()
    assert (found.domain, found.camera, found.release, found.at) == ("deer", "camera-1", "r1-abc", AT)
    assert (found.classes, found.reviewers_needed, found.status) == (("deer",), 2, "open")
    assert found.uncertainty == pytest.approx(0.4 / 0.6)
    assert len(found.answered.told) == 1
    assert found.answered.boxes is not None
    assert len(found.answered.boxes) == 2


def test_item_and_picture_go_when_their_time_is_over(review: ReviewHarness) -> None:
    review.open(retention_days=7)
    review.intake(jpeg())
    tags = review.s3.get_object_tagging(Bucket="artifacts", Key=KEPT)["TagSet"]
    assert tags == [{"Key": "retention_days", "Value": "7"}]
    assert review.item()["expires"] == int((AT + timedelta(days=7)).timestamp())
