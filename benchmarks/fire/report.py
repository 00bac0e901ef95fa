"""What a run found, as JSON and as a table in benchmarks/results."""

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fire.container import Trained, trained
from benchmarks.fire.table import table
from benchmarks.fire.watch import Stage
from benchmarks.fire.work import Work

RESULTS = Path(__file__).parents[1] / "results"
MODELS = 17
SHOWN = ("recall", "false_positive_rate", "event_recall", "detection_delay_p50_s", "average_precision")


def report(work: Work, stages: dict[str, Stage], *, write: bool, note: str = "") -> None:
    """Print the table; written beside those of other numbers of rows, the newest run of each."""
    run = {**summary(work, stages), "note": note}
    path = RESULTS / "fire.json"
    runs = json.loads(path.read_text())["runs"] if path.is_file() else {}
    runs = dict(sorted({**runs, str(run["rows"]): run}.items(), key=lambda one: int(one[0])))
    print(table({str(run["rows"]): run}))
    if write:
        path.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")
        (RESULTS / "fire.md").write_text(table(runs), encoding="utf-8")


def summary(work: Work, stages: dict[str, Stage]) -> dict[str, Any]:
    """Of the stages that are done."""
    asked, rows = work.asked, stages["generate"].found["rows"]
    found = trained(work)
    run = {
        "rows": rows,
        "date": f"{_ended(work):%Y-%m-%d %H:%M} UTC",
        "machine": _machine(),
        "threads": asked.threads,
        "workers": asked.workers,
        "settings": asked.settings,
        "limits": stages["limits"].found,
        "stages": {name: _stage(one, rows) for name, one in stages.items() if name != "limits"},
        "decisions": found.decisions,
        "hazards": found.hazards,
        "phases": found.phases,
        "models": _models(found),
    }
    if found.evaluation:
        manifest = json.loads((work.job / "model" / "manifest.json").read_text())
        run |= {
            "combiner": manifest["input"]["combiner"]["kind"],
            "evaluation": _shown(found.evaluation["metrics"], ("p95_ms", "size_mb")),
            "references": {name: _shown(one) for name, one in found.evaluation["references"].items()},
        }
    if found.evaluation and "lightgbm" in stages:
        run["model_rows"] = _model_rows(found, stages)
    return run


def _stage(one: Stage, rows: int) -> dict[str, Any]:
    speeds = {"rows_per_s": round(rows / one.seconds), "rows_per_cpu_s": round(rows / max(one.cpu_s, 0.01))}
    return {**asdict(one), **speeds}


def _models(found: Trained) -> dict[str, dict[str, float]]:
    """Members with what they cost; ways to combine them, which cost next to nothing, with what they are worth."""
    models = {}
    for name, metrics in found.evaluation.get("components", dict.fromkeys(found.models, {})).items():
        cost = asdict(found.models[name]) if name in found.models else {}
        models[name] = {**{key: round(value, 1) for key, value in cost.items()}, **_shown(metrics)}
    return models


def _model_rows(found: Trained, stages: dict[str, Stage]) -> dict[str, float]:
    """Microseconds of each model and decision to train on: all seventeen, with folds and scores, and LightGBM alone."""
    ours = {
        unit: sum(found.phases[name][unit] for name in ("members", "combining")) / MODELS / found.decisions["train"]
        for unit in ("seconds", "cpu_s")
    }
    alone = stages["lightgbm"].found
    theirs = {"seconds": alone["train_s"] / alone["decisions"], "cpu_s": alone["train_cpu_s"] / alone["decisions"]}
    return {
        "seventeen_us": round(1e6 * ours["seconds"], 2),
        "seventeen_cpu_us": round(1e6 * ours["cpu_s"], 2),
        "lightgbm_us": round(1e6 * theirs["seconds"], 2),
        "lightgbm_cpu_us": round(1e6 * theirs["cpu_s"], 2),
        "ratio": round(ours["seconds"] / theirs["seconds"], 3),
        "cpu_ratio": round(ours["cpu_s"] / theirs["cpu_s"], 3),
    }


def _shown(metrics: dict[str, float], more: tuple[str, ...] = ()) -> dict[str, float]:
    return {name: round(metrics[name], 5) for name in (*SHOWN, *more) if name in metrics}


def _ended(work: Work) -> datetime:
    """The last stage that is done."""
    latest = max(path.stat().st_mtime for path in work.folder("done").iterdir())
    return datetime.fromtimestamp(latest, UTC)


def _machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "python": platform.python_version(),
    }
