"""Hyperparameters arrive as strings and leave typed, or with every mistake named at once."""

import pytest

from training_containers.contract import ConfigurationFault
from training_containers.image_classification.config import ImageClassificationHyperparameters


def test_strings_become_numbers_and_flags() -> None:
    raw = {"epochs": "3", "learning_rate": "1e-3", "train_only_top_layer": "true", "seed": "0"}
    settings = ImageClassificationHyperparameters.parse(raw)
    assert (settings.epochs, settings.learning_rate, settings.train_only_top_layer) == (3, 1e-3, True)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = ImageClassificationHyperparameters.parse({})
    assert (settings.epochs, settings.learning_rate, settings.batch_size) == (50, 1e-4, 16)
    assert (settings.dropout_rate, settings.train_only_top_layer) == (0.3, True)
    assert (settings.architecture, settings.frozen_epochs, settings.image_size) == ("efficientnet_lite0", 40, 224)
    assert (settings.early_stopping_patience, settings.early_stopping_min_delta) == (10, 0.001)


def test_all_mistakes_are_told_together() -> None:
    with pytest.raises(ConfigurationFault) as caught:
        ImageClassificationHyperparameters.parse({"epochs": "0", "batch_size": "many", "momentum": "0.9"})
    message = str(caught.value)
    assert "'epochs' is '0': Input should be greater than or equal to 1" in message
    assert "'batch_size' is 'many'" in message
    assert "'momentum' is unknown; known are architecture, batch_size, dropout_rate" in message


def test_what_the_platform_adds_is_left_out_and_json_strings_are_read() -> None:
    raw = {"_tuning_objective_metric": "val_macro_f1", "sagemaker_program": '"train.py"', "epochs": '"7"'}
    assert ImageClassificationHyperparameters.parse(raw).epochs == 7
