"""Results as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STAGES = {
    "generate": "generate",
    "inspect": "inspect",
    "prepare": "prepare",
    "train": "train and evaluate",
    "lightgbm": "*LightGBM alone*",
    "pandas": "*pandas + scikit-learn*",
}
Run = Mapping[str, Any]


def table(runs: Mapping[str, Run]) -> str:
    parts = ["# Fire on one machine", "", "Made by `python -m benchmarks.fire`; the last run of each number of rows."]
    for run in runs.values():
        parts += ["", *_run(run)]
    if len(runs) > 1:
        parts += ["", *_memory(runs)]
    return "\n".join(parts) + "\n"


def _run(run: Run) -> Iterator[str]:
    machine, limits = run["machine"], run["limits"]
    yield f"## {run['rows']:,} rows"
    yield ""
    yield (
        f"{run['date']}, {machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, "
        f"{run['threads']} thread a library, {run['workers']} processes that simulate. The machine was shared: load is "
        "the mean number of runnable processes, and CPU seconds leave out the waiting for others."
    )
    yield (
        f"The machine's limits in the same run: {limits['copy_gb_per_s']} GB/s copied in memory, "
        f"{limits['decode_rows_per_s']:,} rows/s of Parquet decoded ({limits['decode_rows_per_cpu_s']:,} a CPU second)."
    )
    yield ""
    yield from _grid(
        ("stage", "s", "CPU s", "rows/s", "rows/CPU s", "peak MB", "load"),
        [
            (label, *(f"{run['stages'][name][key]:,}" for key in _STAGE))
            for name, label in STAGES.items()
            if name in run["stages"]
        ],
    )
    yield ""
    again = [f"{name} ({one['tries']} tries)" for name, one in run["stages"].items() if one["tries"] > 1]
    if again:
        yield f"Killed and gone on with: {', '.join(again)}; the time of every try counts."
    if run.get("note"):
        yield run["note"]
    yield ""
    missing = [label for name, label in STAGES.items() if name not in run["stages"]]
    if missing:
        yield f"**Unfinished**: {', '.join(missing)}; what there is of training is in the tables below."
        yield ""
    if run["decisions"]:
        yield from _training(run)
    if "evaluation" in run:
        yield from _package(run)
    yield from _peers(run)


def _training(run: Run) -> Iterator[str]:
    decisions = run["decisions"]
    yield (
        f"{sum(decisions.values()):,} decisions: {decisions['train']:,} to train on, every step; validation "
        f"{decisions['validation']:,} and test {decisions['test']:,}, every {run['settings']['judge_every']}th. "
        f"Settings: {_told(run['settings'])}."
    )
    yield ""
    yield from _grid(
        ("phase of training", "s", "CPU s", "peak MB"),
        [
            (name, f"{one['seconds']:,}", f"{one['cpu_s']:,}", f"{one['peak_mb']:,}")
            for name, one in run["phases"].items()
        ],
    )
    yield ""
    yield from _grid(
        ("model", "trainings s", "of it on all s", "scoring s", "peak MB", "recall", "at rate", "average precision"),
        [_model(name, one) for name, one in run["models"].items()],
    )
    yield ""


def _package(run: Run) -> Iterator[str]:
    evaluation, rule = run["evaluation"], run["references"]["threshold_rule"]
    yield (
        f"The package combines by {run['combiner']}: recall {evaluation['recall']:.3f} at a false-positive rate of "
        f"{evaluation['false_positive_rate']:.4f}, {evaluation['event_recall']:.0%} of fires seen, half of them within "
        f"{evaluation['detection_delay_p50_s']:.0f} s; p95 {evaluation['p95_ms']:.1f} ms, "
        f"{evaluation['size_mb']:.1f} MB. "
        f"The best rule of thresholds: recall {rule['recall']:.3f} at {rule['false_positive_rate']:.4f}."
    )
    yield ""


_STAGE = ("seconds", "cpu_s", "rows_per_s", "rows_per_cpu_s", "peak_mb", "load")


def _model(name: str, one: Run) -> Sequence[str]:
    costs = [f"{one[key]:,}" if key in one else "" for key in ("train_s", "last_s", "score_s", "peak_mb")]
    worth = [f"{one[key]:.4f}" if key in one else "" for key in ("recall", "false_positive_rate", "average_precision")]
    return (name, *costs, *worth)


def _peers(run: Run) -> Iterator[str]:
    light, script = (run["stages"].get(name, {}).get("found") for name in ("lightgbm", "pandas"))
    if light:
        yield _lightgbm(light)
    if script:
        yield _pandas(script)
    if each := run.get("model_rows"):
        yield ""
        yield _each(each)


def _lightgbm(light: Run) -> str:
    return (
        f"LightGBM alone held {light['decisions']:,} of {light['of']:,} decisions in memory (features computed "
        f"before): {light['train_s']:,} s for {light['rounds']} rounds; recall {light['recall_at_rate']:.3f}, "
        f"average precision {light['average_precision']:.3f}."
    )


def _pandas(script: Run) -> str:
    return (
        f"pandas and scikit-learn took {script['rows']:,} of {script['of']:,} raw rows to train on "
        f"({script['could_hold']:,} would have been held): {script['read_s']:,} s reading, "
        f"{script['features_s']:,} s features, {script['train_s']:,} s training; "
        f"recall {script['recall_at_rate']:.3f}, average precision {script['average_precision']:.3f}. "
        "The thresholds of both were set on the test split itself, which flatters them."
    )


def _each(each: Run) -> str:
    return (
        f"Each model and decision to train on, out-of-fold trainings and scores included: {each['seventeen_us']} us "
        f"({each['seventeen_cpu_us']} CPU us), LightGBM alone {each['lightgbm_us']} us "
        f"({each['lightgbm_cpu_us']} CPU us): {each['ratio']} times as long ({each['cpu_ratio']} in CPU time). Most "
        "members learn from bounded samples of the decisions; XGBoost and the statistical one read all of them."
    )


def _memory(runs: Mapping[str, Run]) -> Iterator[str]:
    yield "## Memory against rows"
    yield ""
    rows = [(label, *(_peak(run, name) for run in runs.values())) for name, label in STAGES.items()]
    yield from _grid(("peak MB of", *(f"{run['rows']:,} rows" for run in runs.values())), rows)


def _peak(run: Run, name: str) -> str:
    return f"{run['stages'][name]['peak_mb']:,}" if name in run["stages"] else ""


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' + ' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _told(settings: Run) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())
