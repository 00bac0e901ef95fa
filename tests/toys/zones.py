"""An ensemble of two members made by hand: one alarms at the highest temperature, the other at smoke in its window."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache

import onnx
from onnx import TensorProto, helper

from inference.contracts import PackageManifest
from inference.contracts.zones import ZoneChannel, ZoneSignals
from inference.sensor_zones.combine import Averaging, Calibration
from inference.sensor_zones.features import feature_names
from inference.sensor_zones.package_input import FEATURES, WINDOWS, EnsembleInput, MemberInput
from inference.sensor_zones.predictor import load

SIGNALS = ZoneSignals(
    channels=(
        ZoneChannel(name="heat_c", unit="degC", low=-40, high=600),
        ZoneChannel(name="smoke_pct", unit="%", low=0, high=100),
    ),
    window_steps=6,
    short_steps=2,
    fill_steps=2,
    sensors=2,
    neighbours=1,
)
STEPS = SIGNALS.history_steps
BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
_TO_100 = Calibration(scores=(0, 100), probabilities=(0, 1))
CONTRACT = EnsembleInput(
    signals=SIGNALS,
    features=feature_names(SIGNALS),
    members=(
        MemberInput(name="smoky", tier=1, reads=WINDOWS, calibration=_TO_100, threshold=0.5),
        MemberInput(name="hot", tier=2, reads=FEATURES, calibration=_TO_100, threshold=0.5),
    ),
    combiner=Averaging(weights=(0.5, 0.5)),
)
MANIFEST = PackageManifest(
    domain="fire",
    task="sensor_zones",
    classes=("normal", "fire"),
    input=CONTRACT.model_dump(mode="json"),
    thresholds={"fire": 0.4},
    dataset_version="v1",
    code_version="src-0",
    libraries={},
    files={},
)


def graph():
    """`hot`: the feature heat_c:max. `smoky`: the highest smoke of any node and step."""
    hottest, zero, smoke = feature_names(SIGNALS).index("heat_c:max"), 0.0, 1
    shape = ["n", SIGNALS.window_steps, SIGNALS.nodes, len(SIGNALS.channels)]
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Gather", [FEATURES, "hottest"], ["hot"], axis=1),
                helper.make_node("Gather", [WINDOWS, "smoke"], ["of_smoke"], axis=3),
                helper.make_node("IsNaN", ["of_smoke"], ["missing"]),
                helper.make_node("Where", ["missing", "zero", "of_smoke"], ["known"]),
                helper.make_node("ReduceMax", ["known", "axes"], ["smoky"], keepdims=0),
            ],
            "toy",
            [
                helper.make_tensor_value_info(FEATURES, TensorProto.FLOAT, ["n", len(feature_names(SIGNALS))]),
                helper.make_tensor_value_info(WINDOWS, TensorProto.FLOAT, shape),
            ],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in ("smoky", "hot")],
            [
                helper.make_tensor("hottest", TensorProto.INT64, [], [hottest]),
                helper.make_tensor("smoke", TensorProto.INT64, [], [smoke]),
                helper.make_tensor("zero", TensorProto.FLOAT, [], [zero]),
                helper.make_tensor("axes", TensorProto.INT64, [2], [1, 2]),
            ],
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=10,
    )


def detector(folder):
    onnx.save(graph(), folder / "model.onnx")
    return load(folder, MANIFEST)


def readings(count=STEPS, step_s=SIGNALS.step_s, later_s=0, **values):
    """A sensor's, of a quiet room."""
    times = _times(count, step_s, later_s)
    return [{"timestamp": time, "heat_c": 21.0, "smoke_pct": 0.5, **values} for time in times]


@cache  # thousands of malformed requests are made of the same readings
def _times(count, step_s, later_s):
    return tuple((BEGINS + timedelta(seconds=later_s + step_s * number)).isoformat() for number in range(count))


def window(**changes):
    """A zone of two sensors beside another."""
    sensors = {"s1": readings(), "s2": readings()}
    return {"zone_id": "hall", "sensors": sensors, "adjacent": {"attic": {"s9": readings()}}, **changes}


def body(*windows):
    return json.dumps({"windows": windows}).encode()
