"""Trains a network on labelled pictures and leaves a model package. Read it from `run` downwards, then `trainer.py`.

Everything random is drawn from (seed, epoch, position), so a run that was killed and resumed ends, on a CPU, with the
very weights of one that was not.
"""

import sys

import torch

from inference.contracts import Split
from inference.image_classification.input import ImageInput
from inference.image_classification.predictor import ImageClassifier
from training_containers.contract import ConfigurationFault, OptMl, StopRequest, run_program
from training_containers.image_classification import pretrained
from training_containers.image_classification.architectures import ONE_WIDTH, build
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.image_classification.data import Dataset, load_pictures, read_dataset
from training_containers.image_classification.edge.environment import edge_python
from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.package import ImagePackager
from training_containers.image_classification.results import write_results
from training_containers.image_classification.stages import stages_of
from training_containers.image_classification.trainer import Trainer
from training_containers.packaging import champion_of, package
from training_containers.torch_run.processes import Processes
from training_containers.torch_run.run import Run


def run(opt_ml: OptMl) -> None:
    """The whole job of one process: read, train, and in the main process package."""
    stop = StopRequest()
    settings = ImageClassificationHyperparameters.parse(opt_ml.hyperparameters)
    if settings.edge_export != "none":
        edge_python()
    processes = Processes.join()
    dataset = read_dataset(opt_ml.channel("dataset"), opt_ml.channel("images"))
    champion = champion_of(opt_ml, ImageClassifier) if processes.is_main else None
    network, starts_trained = build_network(settings, dataset, opt_ml)
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
    with shared.tracker(opt_ml, dataset.summary.domain) as tracker:
        trainer = None
        for stage in stages_of(settings, network, starts_trained, train, validation):
            trainer = Trainer(stage, shared, dataset.summary.classes, trainer)
            trainer.fit(tracker)
    processes.leave()
    if processes.is_main:
        packager = ImagePackager(
            dataset=dataset,
            network=network.cpu().eval(),
            contract=contract,
            skipped=train.skipped + validation.skipped,
            # of a channel's weights nobody knows whether the next package has the same
            settings=settings,
            features_as_shipped=settings.train_only_top_layer and opt_ml.optional_channel(pretrained.CHANNEL) is None,
        )
        package(opt_ml, packager, champion)
        write_results(opt_ml.model, dataset.summary.classes, opt_ml.output_data)


def build_network(
    settings: ImageClassificationHyperparameters, dataset: Dataset, opt_ml: OptMl
) -> tuple[PictureNetwork, bool]:
    """The network, and whether it starts from weights: the `pretrained` channel's, or those that the image carries."""
    torch.manual_seed(settings.seed)
    classes, width = len(dataset.summary.classes), settings.width_multiplier
    if width != 1 and settings.architecture in ONE_WIDTH:
        raise ConfigurationFault(
            f"width_multiplier is {width} and {settings.architecture} has one width: "
            "leave it at 1, or set architecture to mobilenet_v2, mobilenet_v3_small or mobilenet_v3_large."
        )
    network = build(settings.architecture, classes, width, settings.dropout_rate)
    starts_trained = pretrained.load_start(network, opt_ml.optional_channel(pretrained.CHANNEL))
    if settings.train_only_top_layer and not starts_trained:
        raise ConfigurationFault(
            f"train_only_top_layer is true and {settings.architecture} has no weights to start from, as there is no "
            "'pretrained' channel: the frozen layers would be random. Fill the channel, set train_only_top_layer to "
            "false, or set architecture to efficientnet_lite0."
        )
    return network, starts_trained


if __name__ == "__main__":
    sys.exit(run_program(run))
