"""What a stack hands to a function is what the function's own model reads."""

import json

import pytest
from pydantic import BaseModel

from lambdas.data_prep.models import DataPrepEnvironment
from lambdas.endpoint_release.models import EndpointReleaseEnvironment
from lambdas.model_gate.models import ModelGateEnvironment
from lambdas.router.models import RouterEnvironment
from lambdas.training_trigger.models import TrainingTriggerEnvironment
from lambdas.training_trigger.prices import USD_PER_HOUR
from stacks.shared.rules.template import text
from stacks.shared.source_tree import ROOT

LAMBDA_LIMIT = 4096
READERS: dict[str, type[BaseModel]] = {
    "vigil-cats-data-prep": DataPrepEnvironment,
    "vigil-cats-trigger-training": TrainingTriggerEnvironment,
    "vigil-cats-model-gate": ModelGateEnvironment,
    "vigil-cats-endpoint-release": EndpointReleaseEnvironment,
    "vigil-cats-router": RouterEnvironment,
}


@pytest.fixture(scope="module")
def functions(sandbox, of_type):
    found = of_type(sandbox["VigilCats"], "AWS::Lambda::Function").values()
    return {
        one["Properties"]["FunctionName"]: one["Properties"] for one in found if "FunctionName" in one["Properties"]
    }


@pytest.fixture(scope="module")
def variables(functions):
    return {
        name: {key: text(value) for key, value in function["Environment"]["Variables"].items()}
        for name, function in functions.items()
    }


@pytest.mark.parametrize("name", READERS)
def test_the_function_reads_what_the_stack_wrote(variables, monkeypatch, name):
    for variable, value in variables[name].items():
        monkeypatch.setenv(variable, value)

    read = READERS[name].load()

    assert read.domain == "cats"


@pytest.mark.parametrize("name", READERS)
def test_variables_fit_where_lambda_keeps_them(variables, name):
    assert sum(len(key) + len(value) for key, value in variables[name].items()) < LAMBDA_LIMIT


@pytest.mark.parametrize("name", READERS)
def test_the_handler_is_there(functions, name):
    module, _, attribute = functions[name]["Handler"].rpartition(".")

    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert attribute == "lambda_handler"


def test_every_instance_a_caller_may_ask_for_has_a_price(variables):
    spec = json.loads(variables["vigil-cats-trigger-training"]["TRAINING"])

    assert set(spec["allowed_instance_types"]) <= set(USD_PER_HOUR)


def test_defaults_of_a_run(variables):
    spec = json.loads(variables["vigil-cats-trigger-training"]["TRAINING"])
    defaults = {option["name"]: option["default"] for option in spec["options"]}

    assert (
        defaults.items()
        >= {
            "epochs": 50,
            "learningRate": 1e-4,
            "batchSize": 16,
            "dropoutRate": 0.3,
            "trainOnlyTopLayer": False,
        }.items()
    )
