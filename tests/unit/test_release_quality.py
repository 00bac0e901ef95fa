"""What a champion is known to be worth, from the gate's package to the release state and back."""

import pytest

from lambdas.common.package_properties import quality_of, quality_properties
from lambdas.common.release_state import Quality
from lambdas.endpoint_release.package import package_of
from tests.unit.release_harness import ARN, ReleaseHarness


def at(total: float, metric: str = "macro_f1") -> Quality:
    return Quality(metric=metric, total=total)


def released(harness: ReleaseHarness, version: int, quality: Quality | None) -> Quality | None:
    if quality is not None:
        harness.packages.qualities[ARN.format(version)] = quality
    harness.release(version, str(version))
    return harness.state.champion.quality


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


def test_the_best_champion_ever_is_remembered(harness: ReleaseHarness) -> None:
    totals = [0.0, 0.03, 0.0275, 0.029, 0.035]
    bests = [released(harness, version, at(total)).best for version, total in enumerate(totals, start=1)]
    assert bests == [0.0, 0.03, 0.03, 0.03, 0.035]
    assert [harness.state.champion.quality.total, harness.state.previous.quality.total] == [0.035, 0.029]


def test_a_champion_that_is_rolled_back_is_not_the_best(harness: ReleaseHarness) -> None:
    released(harness, 1, at(0.01))
    released(harness, 2, at(0.05))
    harness.act("roll_back", release=harness.state.champion.release, reason="an operator")
    assert harness.state.champion.quality == Quality(metric="macro_f1", total=0.01, best=0.01)


def test_a_package_of_no_gate_stands_where_the_champion_before_it_stood(harness: ReleaseHarness) -> None:
    assert released(harness, 1, None) is None
    released(harness, 2, at(0.02))
    assert released(harness, 3, None) == Quality(metric="macro_f1", total=0.02, best=0.02)


def test_another_metric_starts_anew(harness: ReleaseHarness) -> None:
    released(harness, 1, at(0.5, "accuracy"))
    assert released(harness, 2, at(-0.01)) == Quality(metric="macro_f1", total=-0.01, best=0.0)
