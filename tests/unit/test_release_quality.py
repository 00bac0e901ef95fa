"""What a champion is known to be worth, from the gate's package to the release state and back."""

import pytest

from lambdas.common.package_properties import quality_of, quality_properties
from lambdas.common.release_state import Quality
from lambdas.endpoint_release.requests import package_of
from tests.unit.release_room import ARN, Room


def at(total: float, metric: str = "macro_f1") -> Quality:
    return Quality(metric=metric, total=total)


def released(room: Room, version: int, quality: Quality | None) -> Quality | None:
    if quality is not None:
        room.packages.qualities[ARN.format(version)] = quality
    room.release(version, str(version))
    return room.state.champion.quality


@pytest.mark.parametrize("total", [0.0, -0.0125, 1 / 3, -1e-7])
def test_a_package_tells_the_release_what_the_gate_measured(total: float) -> None:
    description = {
        "ModelPackageArn": "arn",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [{"Image": "image", "ModelDataUrl": "s3://a/b"}]},
    }
    assert package_of(description).quality is None
    properties = {"domain": "cats", **quality_properties(at(total))}
    assert package_of(description | {"CustomerMetadataProperties": properties}).quality == at(total)
    assert quality_of({"quality_metric": "macro_f1"}) is None


def test_the_best_champion_ever_is_remembered(room: Room) -> None:
    totals = [0.0, 0.03, 0.0275, 0.029, 0.035]
    bests = [released(room, version, at(total)).best for version, total in enumerate(totals, start=1)]
    assert bests == [0.0, 0.03, 0.03, 0.03, 0.035]
    assert [room.state.champion.quality.total, room.state.previous.quality.total] == [0.035, 0.029]


def test_a_champion_that_is_rolled_back_is_not_the_best(room: Room) -> None:
    released(room, 1, at(0.01))
    released(room, 2, at(0.05))
    room.act("roll_back", release=room.state.champion.release, reason="an operator")
    assert room.state.champion.quality == Quality(metric="macro_f1", total=0.01, best=0.01)


def test_a_package_of_no_gate_stands_where_the_champion_before_it_stood(room: Room) -> None:
    assert released(room, 1, None) is None
    released(room, 2, at(0.02))
    assert released(room, 3, None) == Quality(metric="macro_f1", total=0.02, best=0.02)


def test_another_metric_starts_anew(room: Room) -> None:
    released(room, 1, at(0.5, "accuracy"))
    assert released(room, 2, at(-0.01)) == Quality(metric="macro_f1", total=-0.01, best=0.0)
