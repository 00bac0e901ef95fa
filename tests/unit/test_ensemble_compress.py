"""A package without the members that it can do without: the largest go first, and what it cost is told."""

import numpy as np
import pytest

from tests.unit.ensemble_toys import SETTINGS, SIGNALS
from tests.unit.test_ensemble_judged import shard
from training_containers.ensemble.compress import combined, compressed
from training_containers.ensemble.judged import Judged, decisions_of
from training_containers.ensemble.members import OutOfFold, Trained
from training_containers.ensemble.models.member import Member

N = 3000
SIZES = {"idle": 9000, "heat": 4000, "copy": 3000, "smoke": 2000}
"""Heat and smoke see a half of the truth each; one is a copy of heat, and one sees nothing."""


def split(seed):
    rng = np.random.default_rng(seed)
    heat, smoke, nothing = rng.normal(size=(3, N))
    hazard = rng.random(N) < 1 / (1 + np.exp(-(4 * heat + 4 * smoke - 8)))
    return np.stack([nothing, heat, heat + 0.01 * nothing, smoke], axis=1), hazard


@pytest.fixture
def trained(tmp_path):
    for name, size in SIZES.items():
        (tmp_path / f"{name}.onnx").write_bytes(b"x" * size)
    return [Trained(Member(name, 2, "features", print), tmp_path / f"{name}.onnx") for name in SIZES]


def combine(trained, compress):
    scores, hazard = split(1)
    found = OutOfFold(scores, hazard, np.ones(N, np.float32), np.arange(N) % 2, np.arange(N) % 20)
    held, truth = split(2)
    decisions = decisions_of([shard("x", truth)], 10.0)
    settings = SETTINGS.model_copy(update={"compress": compress, "false_positive_rate": 0.05})
    return combined(trained, found, held, decisions, SIGNALS, settings)


def test_members_that_the_ensemble_can_do_without_are_left_out(trained):
    package, whole = combine(trained, compress=True)

    names = [one.member.name for one in package.trained]
    assert "idle" not in names
    assert "smoke" in names
    assert len({"heat", "copy"} & set(names)) == 1  # either says what both do
    assert [one.name for one in package.choice.contract.members] == names
    assert package.recall >= whole.recall
    assert len(whole.trained) == 4


def test_nothing_is_left_out_unless_asked_for(trained):
    package, whole = combine(trained, compress=False)

    assert (len(package.trained), whole) == (4, None)


def test_a_member_that_is_needed_stays_however_large(trained):
    package, _ = combine(trained[1:2] + trained[3:], compress=True)

    assert [one.member.name for one in package.trained] == ["heat", "smoke"]


def test_one_member_is_a_package_too(trained):
    package, _ = combine(trained[3:], compress=True)

    assert [one.member.name for one in package.trained] == ["smoke"]
    assert package.choice.contract.combiner.kind == "best_member"


def test_what_it_cost_is_told_with_its_uncertainty(tmp_path):
    graphs = (tmp_path / "whole", tmp_path / "fewer")
    for path, size in zip(graphs, (2_000_000, 500_000), strict=True):
        path.write_bytes(b"x" * size)
    decisions = decisions_of([shard(site, [0, 0, 1, 1]) for site in "xyz"], 10.0)
    before = Judged.at(decisions, np.tile([0.0, 0.1, 0.8, 0.9], 3), 0.5)
    after = Judged.at(decisions, np.tile([0.0, 0.6, 0.2, 0.9], 3), 0.5)

    told = compressed(["idle"], graphs, before, after)

    assert told.left_out == ("idle",)
    assert (told.before["graph_mb"], told.after["graph_mb"]) == (2.0, 0.5)
    assert (told.before["recall"], told.after["recall"]) == (1.0, 0.5)
    assert told.after["false_positive_rate"] == pytest.approx(0.5)
    assert (told.differences["recall"].low, told.differences["recall"].high) == (-0.5, -0.5)
