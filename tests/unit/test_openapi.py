"""docs/openapi.json, which the registry serves, and the routes that stacks make."""

import json

from lambdas.device_api import models as device_api
from lambdas.operations_api import models as operations_api
from lambdas.registry import models as registry
from lambdas.review_api import models as review_api
from tests import openapi


def test_the_document_is_what_the_handlers_say() -> None:
    assert openapi.FILE.read_text() == openapi.text(), "run: python -m tests.openapi"


def test_every_route_has_a_handler_and_every_handler_a_route() -> None:
    document = json.loads(openapi.text())
    handled = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    functions = (registry, review_api, operations_api, device_api)
    assert handled == {tuple(route) for one in functions for route in one.ROUTES}


def test_everybody_shows_who_they_are() -> None:
    document = json.loads(openapi.text())
    schemes = {path: operation["security"] for path, found in document["paths"].items() for operation in found.values()}
    devices = {path for path, scheme in schemes.items() if scheme == [{"device": []}]}
    assert devices == {route.path for route in device_api.ROUTES}
    assert all(scheme == [{"iam": []}] for path, scheme in schemes.items() if path not in devices)
