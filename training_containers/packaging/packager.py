"""The way from a trained model to its verified package, the same for every container."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from inference.contracts import Baseline, Evaluation, GoldenRequest, PackageManifest, Split
from inference.predictor import Predictor
from training_containers.contract import InternalFault, OptMl
from training_containers.packaging.champion import Champion, P
from training_containers.packaging.draft import PackageDraft, emptied
from training_containers.packaging.latency import measure_latency, size_mb
from training_containers.packaging.writer import write_package

A = TypeVar("A")


class Packager(ABC, Generic[P, A]):
    """What differs between containers. P serves the model; A is a split's items with what P answers to them."""

    kind: type[P]

    @abstractmethod
    def export(self, directory: Path) -> PackageDraft:
        """Put the model files into the empty folder, and say what the manifest will."""

    def add_files(self, predictor: P, directory: Path) -> None:
        """Whatever else the package holds that the served model is needed for."""

    @abstractmethod
    def answers(self, predictor: P, split: Split) -> A: ...

    @abstractmethod
    def evaluate(self, predictor: P, test: A, champion: Champion[P] | None) -> Evaluation:
        """How good the model is: metrics, intervals, dummy, references and champion; latency and size come later.

        Raises:
            DataFault: the test split shows nothing.
        """

    def completed(self, evaluation: Evaluation, test: A, directory: Path) -> Evaluation:
        """Add to the package what is measured beside the served model; the evaluation with what that showed."""
        return evaluation

    @abstractmethod
    def timed(self, predictor: P, test: A) -> Sequence[tuple[bytes, str]]:
        """Bodies and content types of typical requests, for the latency."""

    @abstractmethod
    def baseline(self, predictor: P, validation: A, test: A) -> Baseline: ...

    @abstractmethod
    def golden(self, predictor: P, test: A) -> list[GoldenRequest]: ...


def package(opt_ml: OptMl, packager: Packager[P, Any], champion: Champion[P] | None) -> PackageManifest:
    """Leave the package in the model folder: exported, opened as serving will, measured, and written with its evidence.

    Raises:
        DataFault: the test split shows nothing.
    """
    directory = emptied(opt_ml.model)
    print("packaging: exporting to ONNX", flush=True)
    draft = packager.export(directory)
    predictor = draft.open(directory)
    if not isinstance(predictor, packager.kind):
        raise InternalFault(f"a package of the task '{draft.task}' opens as {type(predictor).__name__}.")
    packager.add_files(predictor, directory)
    print("packaging: evaluating through the serving code", flush=True)
    test = packager.answers(predictor, Split.TEST)
    evaluation = packager.evaluate(predictor, test, champion)
    evaluation = with_costs(evaluation, predictor, packager.timed(predictor, test), directory)
    evaluation = packager.completed(evaluation, test, directory)
    baseline = packager.baseline(predictor, packager.answers(predictor, Split.VALIDATION), test)
    golden = packager.golden(predictor, test)
    return write_package(directory, draft, evaluation=evaluation, baseline=baseline, golden=golden)


def with_costs(
    evaluation: Evaluation, predictor: Predictor, timed: Sequence[tuple[bytes, str]], directory: Path
) -> Evaluation:
    """The evaluation with what an answer costs in time, and the model in space."""
    costs = {**measure_latency(predictor, timed), "size_mb": size_mb(directory)}
    return evaluation.model_copy(update={"metrics": {**evaluation.metrics, **costs}})
