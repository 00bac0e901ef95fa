"""Reviewed pictures join a dataset version, and never move a test item."""

from inference.contracts import SPLITS, Split
from inference.contracts.boxes_item import EMPTY, BoxedItem
from lambdas.data_prep.dataset_files import render
from tests.unit.forest import DEER_BOX, forest, of, picture, prepared, reviewed


def test_200_reviewed_pictures_leave_the_test_split_as_it_was() -> None:
    before = prepared(forest())
    after = prepared([*forest(), *reviewed(150), *reviewed(50, "new camera", 150)])
    for split in (Split.TEST, Split.VALIDATION):
        assert [item for item in of(after, split) if not item.reviewed] == of(before, split)
    assert of(after, Split.TEST) == of(before, Split.TEST)
    assert render("deer", after).summary.test_split == render("deer", before).summary.test_split
    assert len(after.items) - len(before.items) == 200
    came = {item.path: item.split for item in after.items if item.path.startswith("reviewed/")}
    shares = {split: list(came.values()).count(split) / 200 for split in came.values()}
    assert shares.keys() == {Split.TRAIN, Split.VALIDATION, Split.REVIEWED}
    assert 0.15 < shares[Split.REVIEWED] < 0.45
    assert 0.1 < shares[Split.VALIDATION] < 0.3


def test_more_reviews_move_none_that_came_before() -> None:
    before = {item.path: item.split for item in prepared([*forest(), *reviewed(60)]).items}
    after = {item.path: item.split for item in prepared([*forest(), *reviewed(200)]).items}
    assert before.items() <= after.items()


def test_no_group_straddles_a_split() -> None:
    pictures = [*forest(), *reviewed(200)]
    groups = {(item.group, item.split) for item in prepared(pictures).items}
    assert len(groups) == len({group for group, _ in groups}) == 4 * 12 + 100


def test_reviews_of_an_event_that_is_tested_are_never_trained_on() -> None:
    tested = {item.path.rsplit("/", 1)[0] for item in of(prepared(forest()), Split.TEST)}
    again = [
        one._replace(path=f"reviewed/{n}.jpg", reviewed=True, digest=f"{n:064}", perceptual_hash=f"{n:032}" * 2)
        for n, one in enumerate(forest())
    ]
    items = {item.path: item for item in prepared([*forest(), *again]).items}
    for one in again:
        place = f"{one.camera}/{one.event}"
        split = items[one.path].split if one.path in items else None
        assert split is not Split.TRAIN if place in tested else split in (Split.TRAIN, Split.REVIEWED)


def test_an_event_that_was_trained_on_does_not_judge() -> None:
    trained = of(prepared(forest()), Split.TRAIN)[0]
    event = trained.path.split("/")[1]
    again = picture(trained.camera, event, 99, DEER_BOX, path="reviewed/again.jpg", reviewed=True)
    items = {item.path: item for item in prepared([*forest(), again], reviewed_share=0.99, reviewed_validation=0).items}
    assert items["reviewed/again.jpg"].split is Split.TRAIN


def test_a_review_of_a_known_picture_corrects_its_boxes_and_keeps_the_test_split() -> None:
    before = prepared(forest())
    one = next(item for item in of(before, Split.TEST) if item.boxes)
    wrong = next(two for two in forest() if two.path == one.path)
    right = wrong._replace(path="reviewed/1.jpg", reviewed=True, boxes=())
    after = prepared([*forest(), right])
    corrected = next(item for item in of(after, Split.TEST) if item.path == one.path)
    assert (corrected.label, corrected.boxes, corrected.reviewed) == (EMPTY, (), True)
    assert render("deer", after).summary.test_split == render("deer", before).summary.test_split
    assert render("deer", after).version != render("deer", before).version
    assert (after.duplicates, len(after.items)) == (1, len(before.items))


def test_many_cameras_are_split_whole_and_those_that_judge_teach_nothing() -> None:
    pictures = forest(cameras=24, events=3)
    splits = {(item.camera, item.split) for item in prepared(pictures).items if isinstance(item, BoxedItem)}
    assert len(splits) == 24
    assert {split for _, split in splits} == set(SPLITS)
    judging = [camera for camera, split in sorted(splits) if split is not Split.TRAIN]
    after = prepared([*pictures, *[one for camera in judging for one in reviewed(40, camera)]])
    came = {item.split for item in after.items if item.path.startswith("reviewed/")}
    assert came == {Split.REVIEWED}
