"""Features in answers, captures and baselines mean the same; the index between them tells drift from chance."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image, ImageFilter

from inference.captured import captured
from inference.contracts import Bins, PackageManifest
from inference.contracts.tasks import task_of
from inference.errors import PackageError
from inference.image_classification import predictor as served
from inference.image_classification.features import picture_features
from lambdas.common.psi import counts, expected_psi, psi
from lambdas.router.captures import firehose_records
from training_containers.packaging import embedding_projection, feature_columns, make_baseline, quantile_bins

NOISE = np.random.default_rng(0).integers(60, 200, (96, 128, 3), dtype=np.uint8)
PICTURE = Image.fromarray(NOISE)


def test_bins_are_counted_as_the_baseline_counted_them() -> None:
    values = np.random.default_rng(1).integers(0, 7, 500).astype(float)  # ties lie on the edges
    bins = quantile_bins(values)
    assert np.array(counts(bins, values)) / 500 == pytest.approx(bins.fractions)
    assert counts(Bins(edges=(1.0,), fractions=(0.5, 0.5)), [1.0, float("nan"), float("inf")]) == [0, 1]


def test_chance_alone_makes_what_is_expected_and_a_shift_makes_more() -> None:
    draw = np.random.default_rng(2)
    bins = quantile_bins(draw.normal(size=400))
    alike = [psi(bins, 400, draw.normal(size=300)) for _ in range(50)]
    assert np.mean(alike) == pytest.approx(expected_psi(bins, 400, 300), rel=0.3)
    assert max(alike) < 0.15
    assert min(psi(bins, 400, draw.normal(1, 1, 300)) for _ in range(50)) > 0.5


@pytest.mark.parametrize(("items", "values"), [(10, []), (10, [float("nan")]), (0, [1.0])])
def test_nothing_cannot_be_compared(items: int, values: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one of each"):
        psi(Bins(edges=(0.5,), fractions=(0.5, 0.5)), items, values)


@pytest.mark.parametrize(
    ("name", "changed", "grows"),
    [
        ("brightness", PICTURE.point(lambda value: value // 3), False),
        ("sharpness", PICTURE.filter(ImageFilter.GaussianBlur(3)), False),
        ("saturation", PICTURE.convert("L").convert("RGB"), False),
        ("warmth", Image.merge("RGB", (*PICTURE.split()[:2], PICTURE.getchannel(2).point(lambda v: v // 2))), True),
    ],
)
def test_each_feature_of_a_picture_follows_what_it_is_named_after(name: str, changed: Image.Image, grows: bool) -> None:
    before, after = picture_features(PICTURE)[name], picture_features(changed)[name]
    assert (after > before + 0.05) if grows else (after < 0.7 * before)


def test_a_black_picture_has_finite_features() -> None:
    assert picture_features(Image.new("RGB", (1, 3))) == dict.fromkeys(
        ("brightness", "sharpness", "saturation", "warmth"), 0.0
    )


def graph_of(components: int) -> onnx.ModelProto:
    """Two classes by the mean, and as an embedding the mean so many times."""
    pictures = helper.make_tensor_value_info("picture", TensorProto.UINT8, ["batch", 32, 32, 3])
    outputs = [
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 2]),
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", components]),
    ]
    constants = {"scale": np.full((1, 2), 1 / 100, np.float32), "spread": np.ones((1, components), np.float32)}
    nodes = [
        helper.make_node("Cast", ["picture"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "last"], ["column"]),
        helper.make_node("MatMul", ["column", "scale"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
        helper.make_node("MatMul", ["column", "spread"], ["embedding"]),
    ]
    initializers = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    initializers.append(onnx.numpy_helper.from_array(np.array([1], np.int64), "last"))
    graph = helper.make_graph(nodes, "embedding", [pictures], outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def classifier(folder: Path, components: int) -> served.ImageClassifier:
    onnx.save(graph_of(components), folder / "model.onnx")
    manifest = PackageManifest(
        domain="cats",
        task="image_classification",
        classes=("Cat", "NoCat"),
        input={"size": 32},
        dataset_version="v1",
        code_version="src-0",
        libraries={},
        files={},
    )
    return served.load(folder, manifest)


def answer(folder: Path, components: int) -> dict[str, Any]:
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), (100, 100, 100)).save(stream, "PNG")
    return classifier(folder, components).predict(stream.getvalue(), "image/png")


def test_a_network_that_has_an_embedding_answers_with_it(tmp_path: Path) -> None:
    features = answer(tmp_path, 3)["features"]
    assert {name: value for name, value in features.items() if name.startswith("embedding")} == pytest.approx(
        {"embedding_0": 100.0, "embedding_1": 100.0, "embedding_2": 100.0}
    )
    assert features["brightness"] == pytest.approx(100 / 255, abs=1e-4)
    assert features["bytes"] > 0


def test_an_embedding_that_captures_could_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="1 to 16 numbers"):
        classifier(tmp_path, 17)


def test_a_projection_is_the_same_for_ever() -> None:
    projection = embedding_projection(4, 2)
    assert (projection * 2).tolist() == [[1, 1], [-1, 1], [-1, 1], [1, -1]]
    assert embedding_projection(1280).shape == (1280, 8)


def test_callers_do_not_get_features_and_everything_else_they_get() -> None:
    single = {"label": "Cat", "scores": {"Cat": 1.0}, "features": {"bytes": 3.0}}
    assert task_of("image_classification").for_caller(single) == {"label": "Cat", "scores": {"Cat": 1.0}}
    assert task_of("tabular").for_caller({"predictions": [single, single], "more": 1}) == {
        "predictions": [{"label": "Cat", "scores": {"Cat": 1.0}}] * 2,
        "more": 1,
    }


def test_captured_numbers_are_short_and_near() -> None:
    values = np.array([[0.1, -123456.789, 1e-30, 0.0, 7.0, 2.5e-7]], np.float32)
    shown = captured(values)
    assert shown == pytest.approx(values.astype(np.float64), rel=1e-5, abs=1e-12)
    assert all(len(json.dumps(value)) <= 12 for value in shown[0].tolist())


def test_the_largest_batch_fits_into_records_of_whole_lines() -> None:
    """256 windows of 90 features are more than a record of Firehose may have."""
    lines = "".join(json.dumps({"n": n, "text": "x" * 5000}) + "\n" for n in range(256))
    found = firehose_records(lines)
    assert len(found) > 1
    assert b"".join(found) == lines.encode()
    assert all(len(record) <= 1_024_000 and record.endswith(b"\n") for record in found)
    assert firehose_records("one\n") == [b"one\n"]


def test_columns_make_a_baseline_of_the_answers() -> None:
    columns = feature_columns([{"bytes": 1.0}, {"bytes": 3.0}])
    assert set(make_baseline(["a", "b"], {"a": [0.1, 0.2]}, columns).features) == {"bytes"}
    assert feature_columns([]) == {}
