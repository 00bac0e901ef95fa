"""Which pictures of a camera belong together, failures first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from PIL import Image

from inference.contracts.reviews import Detection
from lambdas.review.bursts import Burst, join
from tests.unit.review_harness import AT, ReviewHarness, jpeg


def test_pictures_that_follow_each_other_are_a_burst_of_their_camera(review: ReviewHarness) -> None:
    def burst(request: str, seconds: float, camera: str = "camera-1") -> str:
        at = (AT + timedelta(seconds=seconds)).isoformat()
        review.intake(jpeg(), request, at=at, entity_id=camera)
        return next(one.burst for one in map(review.found, ids()) if one.request_id == request)

    def ids() -> list[str]:
        return [one["detection_id"] for one in review.detections.scan()["Items"] if "document" in one]

    first = burst("r1", 0)
    assert burst("r2", 29) == burst("r3", 50) == burst("r4", -10) == first
    assert len({first, burst("r5", 81), burst("r6", 0, "camera-2")}) == 3


def test_pictures_of_days_that_are_sent_at_once_are_told_apart_by_the_cameras_clock(review: ReviewHarness) -> None:
    def sent(request: str, taken: str) -> None:
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = taken
        review.intake(jpeg(exif=exif), request)

    sent("r1", "2026:11:01 04:00:00")
    sent("r2", "2026:11:01 04:00:20")
    sent("r3", "2026:11:03 04:00:20")
    sent("r4", "at dawn")
    bursts = [one.get("document") for one in review.detections.scan()["Items"] if "document" in one]
    assert len(bursts) == 4
    assert len({line.split('"burst":')[1].split(",")[0] for line in bursts}) == 3


def test_a_burst_ends_although_a_camera_never_rests() -> None:
    known: tuple[Burst, ...] = ()
    names = set()
    for second in range(0, 3600, 10):
        known = join("c", AT + timedelta(seconds=second), 30, known, f"d{second}")
        names.add(known[0].name)
    assert len(names) == 6


def test_pictures_of_several_bursts_may_arrive_in_any_order() -> None:
    times = [AT + timedelta(hours=hour, seconds=second) for second in (0, 10, 20) for hour in range(8)]
    known: tuple[Burst, ...] = ()
    found: dict[int, set[str]] = {}
    for at in times:
        known = join("c", at, 30, known, str(at))
        found.setdefault(at.hour, set()).add(known[0].name)
    assert [len(names) for names in found.values()] == [1] * 8
    assert join("c", times[0], 30, known, str(times[0]))[0].name in found[AT.hour]


def test_the_first_that_arrives_of_a_burst_stands_for_it_also_when_it_is_told_of_again(review: ReviewHarness) -> None:
    for request in ("r1", "r2", "r1"):
        review.intake(jpeg(), request, at=AT.isoformat())
    for item in [one for one in review.detections.scan()["Items"] if "document" in one]:
        review.detections.delete_item(Key={name: item[name] for name in ("domain", "detection_id")})
    for request in ("r2", "r1", "r3"):
        review.intake(jpeg(), request, at=AT.isoformat())
    found = [review.found(one["detection_id"]) for one in review.detections.scan()["Items"] if "document" in one]
    assert {one.request_id: one.follows for one in found} == {"r1": False, "r2": True, "r3": True}
    assert len({one.burst for one in found}) == 1


def test_a_camera_that_sends_much_at_once_loses_nothing(review: ReviewHarness) -> None:
    with ThreadPoolExecutor(4) as senders:
        sent = list(senders.map(lambda number: review.intake(jpeg(), f"r{number}"), range(8)))
    assert [one["status"] for one in sent] == ["stored"] * 8
    documents = [one["document"] for one in review.detections.scan()["Items"] if "document" in one]
    assert len({Detection.model_validate_json(one).burst for one in documents}) == 1
