"""What every member of the ensemble does, whatever it is: learns, answers anything, and goes on after a kill."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from sklearn.metrics import roc_auc_score

from inference.sensor_zones.features import feature_names
from tests.unit.ensemble_toys import SETTINGS, SIGNALS, toy_source
from training_containers.contract import DataFault, Interrupted
from training_containers.ensemble.models import members
from training_containers.ensemble.models.member import Batch, Fit, Member
from training_containers.ensemble.models.mlp import mean_and_scale
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.source import ShardSource

MEMBERS = members("all")
ANOMALY = {"vae", "isolation_forest", "one_class_svm", "statistical"}
SHAPES = {
    "windows": (SIGNALS.window_steps, SIGNALS.nodes, len(SIGNALS.channels)),
    "features": (len(feature_names(SIGNALS)),),
}


@dataclass(frozen=True)
class Trained:
    member: Member
    scorer: OnnxMember
    path: Path
    unseen: Batch
    scores: np.ndarray


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> tuple[ShardSource, ShardSource]:
    folder = tmp_path_factory.mktemp("sites")
    return toy_source(folder, (1, 2, 3)), toy_source(folder, (4,))


@pytest.fixture(scope="module", params=MEMBERS, ids=lambda member: member.name)
def trained(request, sources, tmp_path_factory) -> Trained:
    train, held = sources
    path = fit(request.param, train, tmp_path_factory.mktemp(request.param.name))
    unseen = held.sample(request.param.reads, 1500, seed=9)
    scorer = OnnxMember(path, request.param.reads)
    return Trained(request.param, scorer, path, unseen, scorer.scores(unseen.inputs))


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def fit(member: Member, source, folder: Path, report=lambda share, rows: None) -> Path:
    (folder / "resume").mkdir(exist_ok=True)
    path = folder / f"{member.name}.onnx"
    member.train(source, Fit(SIGNALS, SETTINGS, 7, folder / "resume", path, report))
    return path


def test_it_ranks_decisions_about_a_site_that_it_has_not_seen(trained: Trained) -> None:
    floor = 0.6 if trained.member.name in ANOMALY else 0.8

    assert roc_auc_score(trained.unseen.hazard, trained.scores) > floor


def test_its_graph_is_one_that_can_be_merged_with_the_others(trained: Trained) -> None:
    graph = onnx.load(trained.path)

    assert {(one.domain, one.version) for one in graph.opset_import} <= {("", 18), ("ai.onnx.ml", 3)}
    assert graph.ir_version == 10
    assert [one.name for one in graph.graph.input] == [trained.member.reads]
    assert [one.name for one in graph.graph.output] == ["score"]


@pytest.mark.parametrize("rows", [1, 5])
def test_a_decision_s_score_does_not_depend_on_its_batch(trained: Trained, rows: int) -> None:
    alone = trained.scorer.scores(trained.unseen.inputs[:rows])

    assert alone.shape == (rows,)
    assert alone == pytest.approx(trained.scores[:rows], rel=1e-4, abs=1e-5)


def test_it_answers_whatever_is_missing(trained: Trained) -> None:
    some = trained.unseen.inputs[:40].copy()
    some[np.random.default_rng(0).random(some.shape) < 0.5] = np.nan
    nothing = np.full((3, *SHAPES[trained.member.reads]), np.nan, np.float32)

    for inputs in (nothing, some, np.concatenate([nothing, some])):
        assert np.isfinite(trained.scorer.scores(inputs)).all()


def test_the_same_seed_trains_the_same(trained: Trained, sources, tmp_path) -> None:
    again = OnnxMember(fit(trained.member, sources[0], tmp_path), trained.member.reads)

    assert again.scores(trained.unseen.inputs) == pytest.approx(trained.scores, rel=1e-4, abs=1e-5)


def test_a_training_that_was_killed_ends_as_one_that_was_not(trained: Trained, sources, tmp_path) -> None:
    told: list[tuple[float, int]] = []

    def kill(share: float, rows: int) -> None:
        told.append((share, rows))
        if share > 0.6:
            raise Interrupted("told to stop (SIGTERM)")

    with pytest.raises(Interrupted):
        fit(trained.member, sources[0], tmp_path, kill)
    resumed = OnnxMember(fit(trained.member, sources[0], tmp_path), trained.member.reads)

    assert resumed.scores(trained.unseen.inputs) == pytest.approx(trained.scores, rel=1e-4, abs=1e-5)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1][1] > 0


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_nothing_to_learn_from_is_a_fault_of_the_data(member: Member, sources, tmp_path) -> None:
    with pytest.raises(DataFault, match="0 decisions"):
        fit(member, ShardSource((), SIGNALS), tmp_path)


def test_the_mean_of_many_readings_is_as_exact_as_that_of_few() -> None:
    """Pressure in hPa: added up in single precision, 400,000 rows are 2 hPa off."""
    rows = np.random.default_rng(0).normal(1013.25, 3, (400_000, 2)).astype(np.float32)
    mean, scale = mean_and_scale(rows)

    assert mean == pytest.approx(1013.25, abs=0.05)
    assert scale == pytest.approx(3, abs=0.05)
