"""All seventeen models of a fire ensemble on one core: over HTTP, in this process, and in their native libraries.

A request is the last six minutes of a zone's sensors and of those in two zones beside it, as JSON. The natives are
spared parsing, features and calibration: each gets its row or its window as an array, and their times are added up.
All take turns of twenty requests, so that a busy machine slows them alike; where others run on the core, read the
processor's time. Without `--package` an ensemble of the
default sizes is trained on a simulated building; `--work` keeps it for another time. Writes
benchmarks/results/fire_latency.json.
"""

import argparse
import json
import os
import platform
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before the libraries start their threads

import numpy as np
import onnx
import onnxruntime

from benchmarks.ensembles.natives import natives
from benchmarks.ensembles.package import SIGNALS, Site, packaged, simulated
from benchmarks.shared.latency import quantiles
from benchmarks.shared.serving import serving
from inference.onnx_session import one_thread
from inference.package import load_manifest
from inference.predictor import open_predictor
from inference.sensor_zones.input import Asked, ZoneReader
from inference.sensor_zones.package_input import FEATURES, WINDOWS, EnsembleInput, MemberInput
from training_containers.ensemble.requests import request_for
from training_containers.packaging import size_mb

TURNS, EACH, WARM_UP, BODIES = 20, 20, 4, 16
JSON = "application/json"
RESULT = Path(__file__).parent / "results" / "fire_latency.json"
Times = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fire_latency", description=__doc__)
    parser.add_argument("--package", type=Path, help="a folder with an unpacked package")
    parser.add_argument("--work", type=Path, help="where what is trained is kept (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        site = simulated(work)
        package = options.package or packaged(work, site.source)
        peers = natives(site.source)
        bodies = requests(site)
        base = Path(scratch) / "ml"
        shutil.copytree(package, base / "model")
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core for everybody, the server included
        with serving(base, JSON) as over_http:
            times = measure(package, bodies, over_http, peers)
    report(package, times, bodies)


def requests(site: Site) -> list[bytes]:
    """Of zones and times drawn from a day."""
    rng = np.random.default_rng(0)
    zones = rng.integers(len(site.panel.zones), size=BODIES).tolist()
    ends = rng.integers(SIGNALS.history_steps, len(site.panel.values), BODIES).tolist()
    return [request_for(site.panel, zone, end, site.adjacent, SIGNALS) for zone, end in zip(zones, ends, strict=True)]


def measure(
    package: Path, bodies: list[bytes], over_http: Callable[[bytes], Any], peers: dict[str, Callable[..., object]]
) -> Times:
    """Milliseconds of each contender and each part, in turns."""
    manifest = load_manifest(package)
    predictor = open_predictor(package, manifest)
    contract = EnsembleInput.model_validate(manifest.input)
    reader = ZoneReader(contract.signals)
    graph = onnx.load(package / "model.onnx")
    session = one_thread(graph.SerializeToString())
    given = {one.name for one in session.get_inputs()}
    outputs = [member.name for member in contract.members]
    asked = [reader.read(body)[0] for body in bodies]
    inputs = [{FEATURES: one.features, WINDOWS: one.window} for one in asked]
    contenders: dict[str, Callable[[int], object]] = {
        "http": lambda n: over_http(bodies[n]),
        "predictor": lambda n: predictor.predict(bodies[n], JSON),
        "reading": lambda n: reader.read(bodies[n]),
        "graph": lambda n: session.run(outputs, {name: inputs[n][name] for name in given}),
    }
    for member in contract.members:
        contenders[f"onnx {member.name}"] = partial(_alone, _member_of(graph, member), member, inputs)
        contenders[f"native {member.name}"] = partial(_native, peers[member.name], asked)
    times: Times = defaultdict(list)
    for _ in range(TURNS):
        for name, answer in contenders.items():
            for number in range(-WARM_UP, EACH):
                began, busy = time.perf_counter(), time.thread_time()
                answer(number % len(bodies))
                if number >= 0:
                    times[name].append(1000 * (time.perf_counter() - began))
                    times[f"cpu {name}"].append(1000 * (time.thread_time() - busy))
    return times


def _alone(part: onnxruntime.InferenceSession, member: MemberInput, inputs: list[dict[str, Any]], n: int) -> object:
    return part.run([member.name], {member.reads: inputs[n][member.reads]})


def _native(peer: Callable[..., object], asked: list[Asked], n: int) -> object:
    return peer(asked[n].features, asked[n].window)


def _member_of(graph: onnx.ModelProto, member: MemberInput) -> onnxruntime.InferenceSession:
    """Its part of the graph."""
    part = onnx.utils.Extractor(graph).extract_model([member.reads], [member.name])
    return one_thread(part.SerializeToString())


def report(package: Path, times: Times, bodies: list[bytes]) -> None:
    names = [name.removeprefix("native ") for name in times if name.startswith("native ")]
    for kind in ("native", "cpu native"):
        times[f"{kind}s_summed"] = np.sum([times[f"{kind} {name}"] for name in names], axis=0).tolist()
    contenders = ("http", "predictor", "reading", "graph", "natives_summed")
    wall = {name: quantiles(times[name]) for name in contenders}
    busy = {name: quantiles(times[f"cpu {name}"]) for name in contenders[1:]}
    result = {
        "models": f"{len(names)} members and what combines them, one core, one thread",
        "request_bytes": round(float(np.mean([len(body) for body in bodies]))),
        "requests": TURNS * EACH,
        "load_average": round(os.getloadavg()[0], 1),
        "size_mb": round(size_mb(package), 1),
        "wall_clock": wall,
        "processor_time": busy,
        "times_faster_than_natives": {
            name: {key: round(busy["natives_summed"][key] / value, 1) for key, value in busy[name].items()}
            for name in ("predictor", "graph")
        },
        "members_p50_ms_of_processor_time": {name: _compared(times, name) for name in names},
        "versions": {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__},
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def _compared(times: Times, name: str) -> dict[str, float]:
    ours, native = (float(np.median(times[f"cpu {kind} {name}"])) for kind in ("onnx", "native"))
    return {"onnx": round(ours, 3), "native": round(native, 3), "times_faster": round(native / ours, 1)}


if __name__ == "__main__":
    main()
