"""One hazard prediction through the serving code, beside the same model as a pickled scikit-learn pipeline.

Both get the same JSON body of one window and answer with the same probability on one thread. The peer prepares it as
notebooks do, with pandas. Requests alternate, so that a busy machine slows both alike. Writes
benchmarks/results/battery_latency.json.
"""

import json
import os
import pickle
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from xgboost import XGBClassifier

from benchmarks.battery_features import WIDE, plain_pandas
from benchmarks.shared.latency import in_turns, quantiles
from inference.tabular.predictor import TabularInput
from stacks.domains.battery.signals import SIGNALS
from training_containers.packaging import PackageDraft
from training_containers.tabular.export import export_onnx

REQUESTS, WARM_UP = 200, 20
ROUNDS = 150
JSON = "application/json"
RESULT = Path(__file__).parent / "results" / "battery_latency.json"
Predict = Callable[[bytes], float]


def fitted() -> XGBClassifier:
    """Of the size that the search chooses; latency does not depend on what it has learned."""
    rng = np.random.default_rng(0)
    features = rng.normal(40, 5, (4000, len(SIGNALS.feature_names))).astype(np.float32)
    hazard = features[:, :3].sum(1) + rng.normal(0, 3, 4000) > 125
    model = XGBClassifier(n_estimators=ROUNDS, max_depth=4, tree_method="hist", n_jobs=1)
    return model.fit(features, hazard)


def request() -> bytes:
    rng = np.random.default_rng(1)
    begins = datetime(2026, 1, 5, 6, tzinfo=UTC)
    readings = [
        {
            "timestamp": (begins + timedelta(seconds=SIGNALS.step_s * number)).isoformat(),
            **{name: round(40 + float(rng.normal()), 3) for name in SIGNALS.channel_names},
        }
        for number in range(SIGNALS.history_steps)
    ]
    return json.dumps({"windows": [{"module_id": "m", "readings": readings}]}).encode()


def vigil(model: XGBClassifier, folder: Path) -> Predict:
    export_onnx(model, folder / "model.onnx", np.full((8, len(SIGNALS.feature_names)), 40, np.float32))
    contract = TabularInput(
        signals=SIGNALS, features=SIGNALS.feature_names, horizon_s=SIGNALS.horizon_s, preparation=WIDE
    )
    draft = PackageDraft(
        domain="battery",
        task="tabular",
        classes=SIGNALS.classes,
        input=contract.model_dump(mode="json"),
        dataset_version="benchmark",
        libraries=(),
        thresholds={SIGNALS.hazard: 0.5},
    )
    predictor = draft.open(folder)
    return lambda body: predictor.predict(body, JSON)["predictions"][0]["hazard_probability"]


def pickled(model: XGBClassifier) -> Predict:
    pipeline = pickle.loads(pickle.dumps(make_pipeline(FunctionTransformer(), model)))

    def predict(body: bytes) -> float:
        (window,) = json.loads(body)["windows"]
        frame = pd.DataFrame(window["readings"]).assign(module=window["module_id"])
        frame = frame.sort_values("timestamp").ffill(limit=6)
        last = plain_pandas(frame[[*SIGNALS.channel_names, "module"]]).iloc[[-1]].to_numpy(np.float32)
        return float(pipeline.predict_proba(last)[0, 1])

    return predict


def main() -> None:
    model, body = fitted(), request()
    with tempfile.TemporaryDirectory() as folder:
        contenders = {"vigil": vigil(model, Path(folder)), "pickled_scikit_learn": pickled(model)}
        answers = {name: predict(body) for name, predict in contenders.items()}
        if np.ptp(list(answers.values())) > 1e-4:
            raise SystemExit(f"the contenders differ: {answers}")
        milliseconds = in_turns(contenders, body, WARM_UP, REQUESTS)
    results = {
        "load_average": os.getloadavg()[0],
        "requests": REQUESTS,
        "model": f"XGBoost, {ROUNDS} rounds, depth 4; "
        f"{len(SIGNALS.feature_names)} features of one window of eleven minutes",
        **{name: quantiles(values) for name, values in milliseconds.items()},
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
