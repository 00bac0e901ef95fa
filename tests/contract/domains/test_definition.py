"""A definition says nothing that its own parts would refuse."""

from importlib import import_module

import pytest

from lambdas.router.models import RouterVariables
from lambdas.training_trigger.prices import USD_PER_HOUR
from lambdas.training_trigger.spec import Option
from stacks.pipeline.definition import DomainDefinition
from stacks.shared.source_tree import ROOT
from training_containers.contract import Hyperparameters


@pytest.fixture
def container(definition: DomainDefinition) -> type[Hyperparameters]:
    config = vars(import_module(f"training_containers.{definition.training.container}.config"))
    (found,) = (
        one
        for one in config.values()
        if isinstance(one, type) and issubclass(one, Hyperparameters) and one.model_fields
    )
    return found


def test_the_domain_is_registered_under_its_own_name(definition: DomainDefinition, name: str) -> None:
    assert definition.name == name


def test_its_container_is_an_image_with_an_entry_point(definition: DomainDefinition) -> None:
    folder = ROOT / "training_containers" / definition.training.container
    assert (folder / "Dockerfile").is_file()
    assert (folder / "__main__.py").is_file()


@pytest.mark.parametrize("end", ["default", "minimum", "maximum"])
def test_the_container_takes_what_a_caller_may_ask_for(
    definition: DomainDefinition, container: type[Hyperparameters], end: str
) -> None:
    values = {option.hyperparameter: _value(option, end) for option in definition.training.options}
    assert values
    container.parse(values)


def _value(option: Option, end: str) -> str:
    bound = getattr(option, end) if option.kind in {"int", "float"} else None
    return str(option.default if bound is None else bound)


def test_the_container_takes_what_a_strategy_sets(
    definition: DomainDefinition, container: type[Hyperparameters]
) -> None:
    names = {option.name: option.hyperparameter for option in definition.training.options}
    for strategy in definition.training.strategies:
        container.parse({names[name]: str(value).lower() for name, value in strategy.defaults.items()})


@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_the_container_takes_what_a_search_may_try(
    definition: DomainDefinition, container: type[Hyperparameters], end: str
) -> None:
    tuning = definition.training.tuning
    tried = {} if tuning is None else tuning.fixed | {one.name: f"{getattr(one, end):g}" for one in tuning.ranges}
    container.parse(tried)


def test_every_instance_that_a_caller_may_ask_for_has_a_price(definition: DomainDefinition) -> None:
    offered = {instance for way in definition.training.ways for instance in (way.instance, *way.or_instances)}
    assert offered <= set(USD_PER_HOUR)


def test_an_answer_can_be_too_slow_before_the_router_loses_patience(definition: DomainDefinition) -> None:
    assert definition.rollout.max_p95_ms < RouterVariables.model_fields["challenger_timeout_ms"].default
