"""The training program: data report, comparison of candidates, calibration and threshold, the best one packaged."""

import sys
import time

from inference.contracts import Split
from inference.tabular.features import series_features
from inference.tabular.predictor import HazardDetector
from training_containers.contract import OptMl, StopRequest, run_program
from training_containers.contract.metric_definitions import print_metrics
from training_containers.contract.mlflow_runs import FinishedRuns
from training_containers.packaging import champion_of, package
from training_containers.tabular.comparison import Comparison, compare
from training_containers.tabular.config import TabularHyperparameters
from training_containers.tabular.data import read_dataset
from training_containers.tabular.evaluation import require_comparable
from training_containers.tabular.hold_out import hold_out
from training_containers.tabular.package import HazardPackager
from training_containers.tabular.references import tune_threshold_rule
from training_containers.tabular.report import add_reliability, write_report
from training_containers.tabular.sampling import draw_sample
from training_containers.tabular.search import Progress
from training_containers.tabular.threshold import choose_threshold
from training_containers.tabular.windows import fit_preparation, make_windows

SEARCH_SHARE = 3  # candidates are compared on a third of the sound windows, and fitted to all that are asked for


def train(opt_ml: OptMl) -> None:
    began = time.perf_counter()
    StopRequest(at_once=True)
    settings = TabularHyperparameters.parse(opt_ml.hyperparameters)
    champion = champion_of(opt_ml, HazardDetector)
    dataset = read_dataset(opt_ml.channel("dataset"))
    progress = Progress(opt_ml.checkpoints, {"dataset_version": dataset.summary.version, **settings.model_dump()})
    signals = dataset.signals
    if champion is not None:
        require_comparable(champion, signals)
    horizon = settings.horizon(signals)
    preparation, windows = fit_preparation(dataset.of(Split.TRAIN), horizon, signals)
    validation = make_windows(
        dataset.of(Split.VALIDATION),
        lambda grid, ends: series_features(grid, ends, preparation, signals),
        horizon,
        signals,
    )
    print(f"{len(windows.lead)} training and {len(validation.lead)} validation windows", flush=True)
    report = opt_ml.output_data / "report.html"
    write_report(report, dataset, windows)
    sample = draw_sample(windows, settings.negatives, settings.seed)
    log = FinishedRuns(opt_ml, {"dataset_version": dataset.summary.version, "seed": settings.seed})
    search_sample = draw_sample(windows, settings.negatives // SEARCH_SHARE, settings.seed)
    comparison = Comparison(settings, sample, search_sample, validation, progress, log)
    compare(settings, comparison)
    best = comparison.best
    assert best is not None  # compare() fits at least one
    held_out = hold_out(best, sample, windows, validation, settings.seed)
    add_reliability(report, held_out.validation)
    point = choose_threshold(held_out.all, settings.recall_floor, settings.false_alarm_budget)
    print(
        f"best: {best.candidate.name}, threshold {point.threshold:.4f}: recall {point.recall:.3f} at "
        f"{point.false_per_1000_hours:.2f} false alarms per 1,000 hours of sound held-out {signals.entity}s"
        + ("" if point.meets_both else "; no threshold keeps both the recall floor and the false alarm budget"),
        flush=True,
    )
    packager = HazardPackager(
        dataset=dataset,
        estimator=best.estimator,
        calibration=held_out.calibration,
        preparation=preparation,
        point=point,
        held_out=held_out.all,
        validation=draw_sample(validation, settings.negatives, settings.seed),
        rule=tune_threshold_rule([windows, validation], preparation, settings.false_alarm_budget, settings.seed),
        horizon=horizon,
        seed=settings.seed,
    )
    package(opt_ml, packager, champion)
    final = {"progress": 1.0, "val_average_precision": best.average_precision, "seconds": time.perf_counter() - began}
    print_metrics(final)


if __name__ == "__main__":
    sys.exit(run_program(train))
