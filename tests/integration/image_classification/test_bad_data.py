"""What cannot be trained on fails before training, with a sentence that says whose fault it is."""

import json
from pathlib import Path

import pytest

from inference.contracts import Item, Split
from training_containers.contract import ConfigurationFault, DataFault, OptMl
from training_containers.image_classification.train import run


def rewrite(base: Path, keep) -> None:
    """Leave only the manifest's items that `keep` accepts."""
    path = base / "input" / "data" / "dataset" / "manifest.jsonl"
    items = [Item.model_validate_json(line) for line in path.read_text().splitlines()]
    path.write_text("\n".join(item.model_dump_json() for item in items if keep(item)))


def test_a_class_without_items_is_named(job) -> None:
    base = job()
    rewrite(base, lambda item: item.label != "Mu")
    with pytest.raises(DataFault, match=r"no item to train on for the class\(es\) Mu"):
        run(OptMl(base))


def test_a_split_without_items_is_named(job) -> None:
    base = job()
    rewrite(base, lambda item: item.split == Split.TRAIN)
    with pytest.raises(DataFault, match="the validation split has no items; the test split has no items"):
        run(OptMl(base))


def test_one_class_only_is_refused(job) -> None:
    base = job()
    summary = base / "input" / "data" / "dataset" / "dataset.json"
    summary.write_text(json.dumps({**json.loads(summary.read_text()), "classes": ["Chi"]}))
    with pytest.raises(DataFault, match=r"there are 1 classes \(Chi\); at least two are needed"):
        run(OptMl(base))


def test_a_channel_that_holds_no_dataset_version_is_refused(job) -> None:
    base = job()
    (base / "input" / "data" / "dataset" / "dataset.json").write_text("{}")
    with pytest.raises(DataFault, match="holds no dataset version"):
        run(OptMl(base))


def test_a_class_whose_pictures_are_all_broken_is_named(job) -> None:
    base = job()
    for path in (base / "input" / "data" / "images").glob("train-Mu-*"):
        path.write_bytes(b"")
    with pytest.raises(
        DataFault, match=r"8 of 24 pictures .* leaves none of Mu; the first: train-Mu-0\.jpg: .*0 bytes"
    ):
        run(OptMl(base))


def test_a_frozen_network_needs_pretrained_weights(job) -> None:
    with pytest.raises(ConfigurationFault, match="train_only_top_layer is true and mobilenet_v2 has no weights"):
        run(OptMl(job(train_only_top_layer="true")))


def test_a_width_that_the_architecture_does_not_have_is_refused(job) -> None:
    with pytest.raises(ConfigurationFault, match=r"width_multiplier is 0\.1 and efficientnet_lite0 has one width"):
        run(OptMl(job(architecture="efficientnet_lite0")))


def test_a_broken_champion_fails_before_training(job) -> None:
    base = job()
    channel = base / "input" / "data" / "champion"
    channel.mkdir()
    (channel / "model.tar.gz").write_bytes(b"no archive")
    with pytest.raises(ConfigurationFault, match="'champion' holds no model package"):
        run(OptMl(base))


def test_some_broken_pictures_are_skipped_and_named(job, run_here, capsys: pytest.CaptureFixture[str]) -> None:
    base = job(epochs="1")
    images = base / "input" / "data" / "images"
    (images / "train-Chi-0.jpg").write_bytes(b"not a picture")
    (images / "validation-Mu-0.jpg").unlink()
    (images / "test-Mu-1.jpg").write_bytes((images / "test-Mu-1.jpg").read_bytes()[:700])
    run_here(base)
    assert "skipped train-Chi-0.jpg: The 13 bytes are not a JPEG or PNG picture" in capsys.readouterr().out
    evaluation = json.loads((base / "model" / "evaluation.json").read_text())
    assert evaluation["skipped"] == ["train-Chi-0.jpg", "validation-Mu-0.jpg", "test-Mu-1.jpg"]
    assert evaluation["test_items"] == 8


def test_the_failure_file_of_a_whole_job_names_every_bad_hyperparameter(job, train) -> None:
    base = job(epochs="0", learning_rate="fast")
    assert train(base).returncode == ConfigurationFault.exit_code
    reason = (base / "output" / "failure").read_text()
    assert reason.startswith("Configuration fault: ")
    assert "'epochs' is '0'" in reason
    assert "'learning_rate' is 'fast'" in reason
