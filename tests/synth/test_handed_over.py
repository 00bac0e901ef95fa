"""What a stack hands to a function is what the function's own model reads."""

import pytest
from pydantic import BaseModel

from lambdas.data_prep.models import DataPrepEnvironment
from lambdas.endpoint_release.models import EndpointReleaseEnvironment
from lambdas.model_gate.models import ModelGateEnvironment
from lambdas.router.models import RouterEnvironment
from lambdas.training_trigger.models import TrainingSpec, TrainingTriggerEnvironment
from lambdas.training_trigger.prices import USD_PER_HOUR
from stacks.domains import ALL_DOMAINS
from stacks.shared.rules.template import text
from stacks.shared.source_tree import ROOT
from training_containers.image_classification.config import ImageClassificationHyperparameters
from training_containers.tabular.config import TabularHyperparameters

LAMBDA_LIMIT = 4096
READERS: dict[str, type[BaseModel]] = {
    "data-prep": DataPrepEnvironment,
    "trigger-training": TrainingTriggerEnvironment,
    "model-gate": ModelGateEnvironment,
    "endpoint-release": EndpointReleaseEnvironment,
    "router": RouterEnvironment,
}

HYPERPARAMETERS = {"battery": TabularHyperparameters, "cats": ImageClassificationHyperparameters}


@pytest.fixture(scope="module", params=ALL_DOMAINS)
def domain(request):
    return request.param


@pytest.fixture(scope="module")
def functions(development, of_type, domain):
    found = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::Lambda::Function").values()
    named = (one["Properties"] for one in found if "FunctionName" in one["Properties"])
    return {one["FunctionName"].removeprefix(f"vigil-{domain}-"): one for one in named}


@pytest.fixture(scope="module")
def variables(functions):
    return {
        name: {key: text(value) for key, value in function["Environment"]["Variables"].items()}
        for name, function in functions.items()
    }


@pytest.fixture(scope="module")
def spec(variables):
    return TrainingSpec.model_validate_json(variables["trigger-training"]["TRAINING"])


@pytest.mark.parametrize("name", READERS)
def test_the_function_reads_what_the_stack_wrote(variables, monkeypatch, domain, name):
    for variable, value in variables[name].items():
        monkeypatch.setenv(variable, value)

    read = READERS[name].load()

    assert read.domain == domain


@pytest.mark.parametrize("name", READERS)
def test_variables_fit_where_lambda_keeps_them(variables, name):
    assert sum(len(key) + len(value) for key, value in variables[name].items()) < LAMBDA_LIMIT


@pytest.mark.parametrize("name", READERS)
def test_the_handler_is_there(functions, name):
    module, _, attribute = functions[name]["Handler"].rpartition(".")

    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert attribute == "lambda_handler"


def test_every_instance_a_caller_may_ask_for_has_a_price(spec):
    assert set(spec.allowed_instance_types) <= set(USD_PER_HOUR)


@pytest.mark.parametrize("end", ["default", "minimum", "maximum"])
def test_the_container_takes_what_a_caller_may_ask_for(spec, domain, end):
    numbers = ("int", "float")
    values = {
        option.hyperparameter: getattr(option, end)
        for option in spec.options
        if end == "default" or option.kind in numbers and getattr(option, end) is not None
    }

    HYPERPARAMETERS[domain].parse({name: str(value) for name, value in values.items()})


@pytest.mark.parametrize("domain", ["battery"], indirect=True)  # the only one that declares a search
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_the_container_takes_what_a_search_may_try(spec, domain, end):
    tried = {one.name: f"{getattr(one, end):g}" for one in spec.tuning.ranges}

    HYPERPARAMETERS[domain].parse(spec.tuning.fixed | tried)


@pytest.mark.parametrize("domain", ["cats"], indirect=True)
def test_defaults_of_a_run(spec):
    defaults = {option.name: option.default for option in spec.options}

    assert (
        defaults.items()
        >= {
            "epochs": 50,
            "learningRate": 1e-4,
            "batchSize": 16,
            "dropoutRate": 0.3,
            "architecture": "efficientnet_lite0",
            "frozenEpochs": 40,
            "trainOnlyTopLayer": True,
        }.items()
    )
