"""What callers may choose is what the container declares, narrowed by the domain."""

from typing import Literal

import pytest
from pydantic import Field

from lambdas.training_trigger.spec import Option
from stacks.domains.battery import BATTERY
from stacks.domains.cats import CATS
from stacks.pipeline.training_options import Offer, options_of
from training_containers.contract import Hyperparameters

NETWORKS = ("efficientnet_lite0", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large")
# name, hyperparameter, kind, default, minimum, maximum, choices: as callers know them
OF_CATS = {
    (
        "architecture",
        "architecture",
        "choice",
        "efficientnet_lite0",
        None,
        None,
        ("efficientnet_lite0", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"),
    ),
    ("frozenEpochs", "frozen_epochs", "int", 40, 1, 500, ()),
    ("frozenLearningRate", "frozen_learning_rate", "float", 3e-3, 1e-7, 1, ()),
    ("trainOnlyTopLayer", "train_only_top_layer", "bool", True, None, None, ()),
    ("epochs", "epochs", "int", 50, 1, 500, ()),
    ("learningRate", "learning_rate", "float", 1e-4, 1e-7, 1, ()),
    ("batchSize", "batch_size", "int", 16, 2, 512, ()),
    ("dropoutRate", "dropout_rate", "float", 0.3, 0, 0.9, ()),
    ("imageSize", "image_size", "int", 224, 32, 512, ()),
    ("widthMultiplier", "width_multiplier", "float", 1.0, 0.1, 2, ()),
    ("labelSmoothing", "label_smoothing", "float", 0.1, 0, 0.5, ()),
    ("patience", "early_stopping_patience", "int", 10, 1, 500, ()),
    ("seed", "seed", "int", 0, 0, 2_147_483_647, ()),
}
OF_BATTERY = {
    ("trials", "trials", "int", 5, 0, 200, ()),
    ("folds", "folds", "int", 3, 2, 10, ()),
    ("horizonSeconds", "horizon_seconds", "int", 600, 300, 1800, ()),
    ("negatives", "negatives", "int", 30_000, 1000, 10_000_000, ()),
    ("seed", "seed", "int", 0, 0, 2_147_483_647, ()),
}


class Toy(Hyperparameters):
    depth: int = Field(default=3, gt=0, lt=10)
    rate: float = Field(default=0.1, gt=0, le=1)
    mode: Literal["fast", "slow"] = "fast"


def told(option: Option) -> tuple:
    return tuple(option.model_dump().values())


@pytest.mark.parametrize(("definition", "accepted"), [(CATS, OF_CATS), (BATTERY, OF_BATTERY)])
def test_callers_may_choose_what_they_always_could(definition, accepted):
    assert {told(option) for option in definition.training.options} == accepted


def test_a_whole_numbers_open_bounds_become_closed_ones():
    (option,) = options_of(Toy, "depth")

    assert (option.minimum, option.maximum) == (1, 9)


def test_a_domain_gives_its_own_name_default_and_bounds():
    options = options_of(Toy, "mode", rate=Offer(name="speed", default=0.5, minimum=0.25))

    assert [told(option) for option in options] == [
        ("speed", "rate", "float", 0.5, 0.25, 1, ()),
        ("mode", "mode", "choice", "fast", None, None, ("fast", "slow")),
    ]


def test_what_the_container_would_refuse_is_refused_at_once():
    with pytest.raises(ValueError, match="options of Toy: 4 problem") as raised:
        options_of(Toy, "rate", "epochs", depth=Offer(default=12, maximum=20))

    for word in (
        "epochs is no hyperparameter; there are depth, rate, mode",
        "the minimum 0",
        "default 12",
        "maximum 20",
    ):
        assert word in str(raised.value)
