"""Reviews whose event was lost, failures first."""

from lambdas.common.detection_items import change
from tests.unit.review_harness import ID, KEPT, ReviewHarness, jpeg


def test_a_lost_invocation_is_swept(seen: ReviewHarness) -> None:
    seen.settle()
    assert seen.send(action="sweep") == {"status": "swept", "detections": 1}
    assert (len(seen.rows()), seen.progress(), seen.told) == (1, {"taught": 1, "missed": 1}, 1)
    assert seen.send(action="sweep") == {"status": "swept", "detections": 0}
    seen.undo()
    seen.send(action="sweep")
    assert (seen.rows(), seen.keys("raw")) == ([], [])


def test_what_cannot_be_taught_holds_up_nothing(seen: ReviewHarness) -> None:
    seen.settle()
    seen.s3.delete_object(Bucket="artifacts", Key=KEPT)
    seen.intake(jpeg(), "r2")
    other = next(one for one in seen.detections.scan()["Items"] if one.get("document") and one["detection_id"] != ID)
    before = seen.found(other["detection_id"])
    seen.detections.update_item(
        **change(before, before.model_copy(update={"status": "open", "revision": 1}))
    )  # reviewed and undone
    assert seen.send(action="sweep")["detections"] == 1


def test_a_sweep_ends_in_time(seen: ReviewHarness) -> None:
    seen.settle()
    seen.context.remaining_ms = 1_000
    assert seen.send(action="sweep")["detections"] == 0
