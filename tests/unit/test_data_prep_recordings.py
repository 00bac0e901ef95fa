"""Pictures of recordings: what stays together, what is set aside, left out, counted and warned of."""

import json
from hashlib import sha256

import pytest
from pydantic import ValidationError

from inference.contracts import SPLITS, Split
from lambdas.data_prep.dataset_files import Dataset, render
from lambdas.data_prep.errors import DataError
from lambdas.data_prep.labelled_images.dataset import assemble
from lambdas.data_prep.labelled_images.labels import Candidate, match
from lambdas.data_prep.labelled_images.pictures import Picture
from lambdas.data_prep.labelled_images.spec import LabelledImages
from lambdas.data_prep.labelled_images.statistics import STATISTICS
from lambdas.data_prep.pictures.records import lines, parse_lines
from lambdas.data_prep.splits import position, set_aside, split_groups, spread

ADS = LabelledImages(prefix="ads/", classes=("ad", "content"), group_columns=("recording",))


def frame(recording: str, number: int, label: str, look: str | None = None, scene: str = "") -> Picture:
    path = f"{recording}/{number:03}.jpg"
    digest = sha256(path.encode()).hexdigest()
    occasion = f"{recording}/{scene}" if scene else recording
    return Picture(path, label, False, digest, look or digest, recording, occasion)


def day(recordings: int = 30, frames: int = 24) -> list[Picture]:
    """A third of each recording are ads."""
    return [frame(f"r{r:02}", n, "content" if n % 3 else "ad") for r in range(recordings) for n in range(frames)]


def prepared(pictures: list[Picture], **changes: object) -> Dataset:
    return assemble(pictures, [], ADS.model_copy(update=changes), "raw")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"split_ratio": "0.7,0.15"}, "split_ratio is '0.7,0.15'"),
        ({"split_ratio": "0.7,0.2,0.2"}, "sum to one"),
        ({"split_ratio": "seventy,15,15"}, "'seventy,15,15'"),
        ({"split_ratio": "0.2,0.2,0.6"}, "below a half"),
        ({"balanced": (0.6, 0.4)}, "lower first"),
        ({"group_columns": ("label",)}, "columns repeat"),
        ({"max_frames": 2}, "max_frames"),
    ],
)
def test_a_specification_that_cannot_work_is_refused(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        LabelledImages(**{**ADS.model_dump(), **changes})


def test_too_few_recordings_are_refused_with_the_way_out() -> None:
    with pytest.raises(DataError, match=r"form 2 groups.*agree in recording.*name more group_columns"):
        prepared(day(recordings=2))


def test_rows_tell_the_recording_and_the_occasion() -> None:
    spec = ADS.model_copy(update={"group_columns": ("recording", "scene")})
    rows = [
        {"imageName": "1.jpg", "label": "ad", "recording": "north", "scene": 3},
        {"imageName": "2.jpg", "label": "ad", "recording": "north", "scene": 0},
        {"imageName": "3.jpg", "label": "ad", "recording": "north"},
        {"imageName": "4.jpg", "label": "ad"},
    ]
    found, rejected = match(rows, {f"{n}.jpg": 10 for n in range(1, 5)}, spec)
    assert [(one.recording, one.occasion) for one in found] == [
        ("north", "north/3"),
        ("north", "north/0"),
        *[("", "")] * 2,
    ]
    assert rejected == []


def test_what_batches_hand_over_keeps_the_recording() -> None:
    rows = [{"imageName": "1.jpg", "label": "ad", "recording": "north"}]
    candidates, _ = match(rows, {"1.jpg": 10}, ADS)
    assert parse_lines(Candidate, lines(candidates)) == candidates
    pictures = [frame("north", 1, "ad", scene="s1")]
    assert parse_lines(Picture, lines(pictures)) == pictures


def test_a_recording_never_straddles_a_split_and_never_moves() -> None:
    few, many = prepared(day(20)), prepared(day(60))
    splits = [{(item.group, item.split) for item in one.items} for one in (few, many)]
    assert len(splits[0]) == 20
    assert {group for group, _ in splits[1]} == {f"r{r:02}" for r in range(60)}
    assert {group for group, split in splits[0] if split is Split.TEST} <= {g for g, s in splits[1] if s is Split.TEST}


def test_a_frame_that_arrives_late_does_not_rename_its_recording() -> None:
    before = prepared(day())
    after = prepared([*day(), frame("r00", -1, "ad")])
    assert {item.group for item in after.items} == {item.group for item in before.items}


def test_scenes_are_groups_where_the_domain_says_so() -> None:
    frames = [frame("r", n, "ad" if n % 6 < 3 else "content", scene=f"s{n // 3}") for n in range(180)]
    items = prepared(frames, group_columns=("recording", "scene")).items
    assert len({(item.group, item.split) for item in items}) == 60


def test_a_spot_of_two_recordings_is_tested_or_learned_but_not_both() -> None:
    frames = day()
    repeated = [frame(f"r{r:02}", 900, "ad", look="ab" * 32) for r in range(8)]
    dataset = prepared([*frames, *repeated])
    of = {item.path: item.split for item in dataset.items}
    learned = {split for path, split in of.items() if path.endswith("900.jpg")}
    assert len(learned) == 1
    left_out = [one for one in dataset.findings if one.kind == "look_alikes"]
    assert [one.count for one in left_out] == [8 - sum(path.endswith("900.jpg") for path in of)]
    assert left_out[0].repaired
    assert len(dataset.examples["look_alikes"]) == left_out[0].count


def test_a_standing_view_is_no_copy() -> None:
    """A studio or a black frame in every recording: training keeps it."""
    black = [frame(f"r{r:02}", 900, "ad", look="00" * 32) for r in range(60)]
    of = {item.split for item in prepared([*day(60), *black]).items if item.path.endswith("900.jpg")}
    assert of == set(SPLITS)


def test_calibration_takes_whole_recordings_of_what_would_train() -> None:
    plain, set_apart = prepared(day(60)), prepared(day(60), calibration=0.2)
    before = {item.path: item.split for item in plain.items}
    after = {item.path: item.split for item in set_apart.items}
    moved = {path for path in before if before[path] != after[path]}
    assert {before[path] for path in moved} == {Split.TRAIN}
    assert {after[path] for path in moved} == {Split.CALIBRATION}
    train = sum(split is Split.TRAIN for split in before.values())
    assert 0.1 < len(moved) / train < 0.3
    summary = render("ads", set_apart).summary
    assert sum(summary.counts[Split.CALIBRATION].values()) == len(moved)
    assert Split.CALIBRATION not in render("ads", plain).summary.counts
    assert set_apart.items != plain.items


def test_calibration_takes_no_class_its_last_group() -> None:
    labels = {f"g{n}": ["ad", "content"] for n in range(3)}
    splits = split_groups(labels, 0.15, 0.15)
    assert set_aside(splits, labels, 0.4) == splits


def test_a_ratio_is_the_two_shares() -> None:
    by_ratio = prepared(day(60), split_ratio="0.5,0.3,0.2")
    assert by_ratio.items == prepared(day(60), validation=0.3, test=0.2).items
    assert by_ratio.items != prepared(day(60)).items


def test_a_limit_of_all_takes_something_of_every_recording() -> None:
    dataset = prepared(day(), max_frames=90)
    by_group = [sum(item.group == f"r{r:02}" for item in dataset.items) for r in range(30)]
    assert by_group == [3] * 30
    assert sum(dataset.undersampled.values()) == 30 * 24 - 90
    items = {f"{n}": "g" for n in range(9)}
    assert spread(items, 4) == set(sorted(items, key=lambda one: position("keep", one))[:4])


def test_statistics_count_by_split_class_and_recording() -> None:
    dataset = prepared(day())
    found = json.loads(dataset.listings[STATISTICS])
    groups = {split: len({item.group for item in dataset.items if item.split == split}) for split in SPLITS}
    for split in SPLITS:
        assert found["splits"][split]["ad"] == {"pictures": 8 * groups[split], "groups": groups[split]}
    assert found["recordings"]["r00"]["pictures"] == {"ad": 8, "content": 16}
    assert [len(one["splits"]) for one in found["recordings"].values()] == [1] * 30


def test_findings_warn_of_little_data_imbalance_and_unknown_recordings() -> None:
    unknown = frame("r99", 1, "content")._replace(recording="", occasion="")
    dataset = prepared([*day(), unknown], enough_pictures=1000, balanced=(0.4, 0.6))
    kinds = {one.kind: one for one in dataset.findings if one.kind != "imbalance"}
    imbalance = [one.detail for one in dataset.findings if one.kind == "imbalance"]
    assert kinds["few_pictures"].count == 721
    assert kinds["unknown_recording"].count == 1
    assert len(imbalance) == 2
    assert "'ad' is 33%" in imbalance[0]
    assert not any(one.repaired for one in dataset.findings)


def test_balanced_data_in_plenty_has_no_findings() -> None:
    frames = [one._replace(label="ad" if number % 2 else "content") for number, one in enumerate(day())]
    assert prepared(frames, enough_pictures=500, balanced=(0.4, 0.6)).findings == []
