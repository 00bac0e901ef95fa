"""What the networks' training shares: it goes on where it was, sees new decisions, and adds up gradients."""

from dataclasses import replace

import numpy as np
import onnxruntime as ort
import pytest
import torch

from tests.unit.ensemble_toys import SETTINGS, SIGNALS, toy_source
from training_containers.contract import ConfigurationFault, Interrupted
from training_containers.ensemble.models import tcn, vae
from training_containers.ensemble.models.member import Fit
from training_containers.ensemble.models.network import Readings


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return toy_source(tmp_path_factory.mktemp("sites"), (1, 2))


class Watched:
    """A source that remembers what was drawn of it."""

    def __init__(self, source, change=lambda batch: batch):
        self._source, self._change = source, change
        self.decisions, self.hazards = source.decisions, source.hazards
        self.drawn = []

    def sample(self, reads, most, seed):
        batch = self._source.sample(reads, most, seed)
        self.drawn.append(batch)
        return self._change(batch)


def fit(tmp_path, report=lambda share, rows: None, **settings):
    changed = SETTINGS.model_copy(update=settings)
    return Fit(SIGNALS, changed, 3, tmp_path, tmp_path / "network.onnx", report)


def scores(path, inputs):
    return ort.InferenceSession(path).run(["score"], {"windows": inputs})[0]


@pytest.mark.parametrize("most_windows", [2000, 5000], ids=["drawn-anew", "the-whole"])
def test_a_killed_training_repeats_its_unfinished_epoch_only(source, tmp_path, most_windows):
    shares = []
    inputs = source.sample("windows", 200, seed=1).inputs

    def kill(share, rows):
        if share > 0.6:
            raise Interrupted("told to stop (SIGTERM)")

    tcn.MEMBER.train(source, fit(_folder(tmp_path, "undisturbed"), most_windows=most_windows))
    killed = _folder(tmp_path, "killed")
    with pytest.raises(Interrupted):
        tcn.MEMBER.train(source, fit(killed, kill, most_windows=most_windows))
    tcn.MEMBER.train(source, fit(killed, lambda share, rows: shares.append(share), most_windows=most_windows))

    assert shares[0] > 0.5
    assert shares[-1] == 1
    undisturbed, resumed = (scores(tmp_path / name / "network.onnx", inputs) for name in ("undisturbed", "killed"))
    assert resumed == pytest.approx(undisturbed, rel=1e-4, abs=1e-5)


def test_each_epoch_draws_anew_where_the_sample_is_not_the_whole(source, tmp_path):
    watched = Watched(source)

    tcn.MEMBER.train(watched, fit(tmp_path, most_windows=500, epochs=3))

    assert [len(batch) for batch in watched.drawn] == [500, 500, 500]
    assert not np.array_equal(watched.drawn[0].inputs, watched.drawn[1].inputs, equal_nan=True)


def test_a_sample_that_is_the_whole_is_drawn_once(source, tmp_path):
    watched = Watched(source)

    tcn.MEMBER.train(watched, fit(tmp_path, most_windows=5000, epochs=3))

    assert len(watched.drawn) == 1


def test_accumulated_batches_make_the_step_of_one_large_batch(source, tmp_path):
    inputs = source.sample("windows", 200, seed=1).inputs

    vae.MEMBER.train(source, fit(_folder(tmp_path, "whole"), batch_size=128))
    vae.MEMBER.train(source, fit(_folder(tmp_path, "parts"), batch_size=32, accumulate=4))

    whole, parts = (scores(tmp_path / name / "network.onnx", inputs) for name in ("whole", "parts"))
    assert parts == pytest.approx(whole, rel=1e-3, abs=1e-4)


def test_a_loss_that_is_no_number_is_a_fault_of_the_settings(source, tmp_path):
    def infinite(batch):
        inputs = batch.inputs.copy()
        inputs[batch.hazard] = np.inf
        return replace(batch, inputs=inputs)

    with pytest.raises(ConfigurationFault, match="lower learning_rate"):
        tcn.MEMBER.train(Watched(source, infinite), fit(tmp_path))


def test_the_autoencoder_never_sees_a_hazard(source, tmp_path):
    def hazards_are_nonsense(batch):
        inputs = batch.inputs.copy()
        inputs[batch.hazard] = np.nan
        return replace(batch, inputs=inputs)

    inputs = source.sample("windows", 200, seed=1).inputs
    vae.MEMBER.train(source, fit(_folder(tmp_path, "as-is")))
    vae.MEMBER.train(Watched(source, hazards_are_nonsense), fit(_folder(tmp_path, "nonsense")))

    as_is, nonsense = (scores(tmp_path / name / "network.onnx", inputs) for name in ("as-is", "nonsense"))
    assert np.array_equal(as_is, nonsense)


def test_readings_are_scaled_by_channel_and_say_what_is_missing():
    rng = np.random.default_rng(0)
    windows = rng.normal([20, 5000, 7], [1, 300, 0], (50, 4, 2, 3)).astype(np.float32)
    windows[:, :, 1, 0] = np.nan
    readings = Readings(3)

    readings.measure(windows)
    found = readings(torch.from_numpy(windows)).numpy()

    assert found.shape == (50, 4, 2, 4)
    assert np.abs(found[:, :, 0, :2]).max() < 2
    assert not found[:, :, :, 2].any()  # a channel that never changes
    assert found[0, 0, :, 3].tolist() == pytest.approx([0, 1 / 3])


def _folder(tmp_path, name):
    (tmp_path / name).mkdir()
    return tmp_path / name
