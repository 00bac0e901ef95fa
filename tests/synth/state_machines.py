"""State machines as Step Functions gets them, and what their expressions answer."""

import json

import jsonata
import pytest

from stacks.shared.rules.template import text

RELEASED = {"release": "r1-abc", "status": "passed", "bake_s": 6}


@pytest.fixture(scope="module")
def machines(development, of_type):
    found = [
        one["Properties"]
        for stack in ("VigilDevelopmentCats", "VigilDevelopmentBattery")
        for one in of_type(development[stack], "AWS::StepFunctions::StateMachine").values()
    ]
    return {one["StateMachineName"]: json.loads(text(one["DefinitionString"])) for one in found}


@pytest.fixture(scope="module")
def training(machines):
    return machines["vigil-cats-training"]["States"]


@pytest.fixture(scope="module")
def searching(machines):
    return machines["vigil-battery-training"]["States"]


@pytest.fixture(scope="module")
def release(machines):
    return machines["vigil-cats-release"]["States"]


def ask(expression: str, variables: dict | None = None, **states):
    """The value of a `{% ... %}` expression, as Step Functions computes it."""
    engine = jsonata.Jsonata(expression.removeprefix("{%").removesuffix("%}"))
    for name, value in (variables or {}).items():
        engine.assign(name, value)
    engine.assign("states", states)
    engine.register_lambda("parse", json.loads)
    return engine.evaluate({})


def follow(states, name: str, state_input, variables: dict | None = None) -> str:
    """The state that a Choice goes to."""
    for choice in states[name]["Choices"]:
        if ask(choice["Condition"], variables, input=state_input):
            return choice["Next"]
    return states[name]["Default"]
