"""Trains a detector on pictures with boxes and leaves a model package. Read it from `run` downwards, then `trainer.py`.

Everything random is drawn from (seed, epoch, position), so a run that was killed and resumed ends, on a CPU, with the
very weights of one that was not.
"""

import sys

import torch

from inference.contracts import Split
from inference.image_classification.input import ImageInput
from inference.object_detection.predictor import ObjectDetector
from training_containers.contract import ConfigurationFault, OptMl, StopRequest, run_program
from training_containers.image_classification.edge.environment import edge_python
from training_containers.object_detection.architectures import CHANNEL, build, load_detector
from training_containers.object_detection.config import ObjectDetectionHyperparameters
from training_containers.object_detection.data import Dataset, load_pictures, read_dataset
from training_containers.object_detection.network import Detector
from training_containers.object_detection.package import DetectorPackager
from training_containers.object_detection.results import write_results
from training_containers.object_detection.stages import stages_of
from training_containers.object_detection.trainer import Trainer
from training_containers.object_detection.validation import Validation
from training_containers.packaging import champion_of, package
from training_containers.torch_run.processes import Processes
from training_containers.torch_run.run import Run


def run(opt_ml: OptMl) -> None:
    """The whole job of one process: read, train, and in the main process package."""
    stop = StopRequest()
    settings = ObjectDetectionHyperparameters.parse(opt_ml.hyperparameters)
    if not settings.frozen_epochs + settings.epochs:
        raise ConfigurationFault("frozen_epochs and epochs are both 0, so nothing would be learned; raise one of them.")
    if settings.edge_export != "none":
        edge_python()
    processes = Processes.join()
    dataset = read_dataset(opt_ml.channel("dataset"), opt_ml.channel("images"))
    champion = champion_of(opt_ml, ObjectDetector) if processes.is_main else None
    detector = build_detector(settings, dataset, opt_ml)
    contract = ImageInput(size=settings.image_size)
    train, validation = (load_pictures(dataset, split, contract) for split in (Split.TRAIN, Split.VALIDATION))
    for reason in train.skipped + validation.skipped:
        print(f"skipped {reason}", flush=True)

    shared = Run(
        settings=settings,
        dataset_version=dataset.summary.version,
        processes=processes,
        checkpoints=opt_ml.checkpoints,
        stop=stop,
    )
    held_out = Validation(validation.items, dataset.summary.classes, settings.image_size)
    with shared.tracker(opt_ml, dataset.summary.domain) as tracker:
        trainer = None
        for stage in stages_of(settings, detector, train, validation):
            trainer = Trainer(stage, shared, held_out, trainer)
            trainer.fit(tracker)
    processes.leave()
    if processes.is_main:
        packager = DetectorPackager(
            dataset=dataset,
            detector=detector.cpu().eval(),
            contract=contract,
            skipped=train.skipped + validation.skipped,
            settings=settings,
        )
        package(opt_ml, packager, champion)
        write_results(opt_ml, packager)


def build_detector(settings: ObjectDetectionHyperparameters, dataset: Dataset, opt_ml: OptMl) -> Detector:
    """From the weights of the channel `pretrained`, or from those of the backbone that the image carries."""
    torch.manual_seed(settings.seed)
    channel = opt_ml.optional_channel(CHANNEL)
    detector = build(settings.architecture, len(dataset.summary.classes), pretrained=channel is None)
    if channel is not None:
        load_detector(detector, channel)
    return detector


if __name__ == "__main__":
    sys.exit(run_program(run))
