"""The OpenAPI document of the environment's functions: `python -m tests.openapi` writes docs/openapi.json."""

import json
from typing import Any

from lambdas.device_api import handler as device_api
from lambdas.operations_api import handler as operations_api
from lambdas.registry import handler as registry
from lambdas.review_api import handler as review_api
from stacks.shared.source_tree import ROOT

FILE = ROOT / "docs" / "openapi.json"
REFUSAL = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
GATEWAY = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
"""What API Gateway itself answers to who shows no valid signature or token."""
SECURITY = {
    "iam": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4, service execute-api; or below /console, as a person, an access token",
    },
    "device": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "EdDSA, kid <model>/<device>"},
}


def document() -> dict[str, Any]:
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigil",
            "version": "1",
            "description": "Models, releases, devices and reviews of every domain.",
        },
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": SECURITY},
    }
    functions = (
        (registry.app, "iam"),
        (review_api.app, "iam"),
        (operations_api.app, "iam"),
        (device_api.app, "device"),
    )
    for app, scheme in functions:
        found = json.loads(app.get_openapi_json_schema())
        for path, operations in found["paths"].items():
            for operation in operations.values():
                _complete(operation, scheme)
            merged["paths"].setdefault(path, {}).update(operations)
        _add(merged["components"]["schemas"], found["components"]["schemas"])
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        merged["components"]["schemas"].pop(unused, None)
    return merged


def _add(known: dict[str, Any], schemas: dict[str, Any]) -> None:
    for name, schema in schemas.items():
        if known.setdefault(name, schema) != schema:
            raise ValueError(f"two functions answer with different models of the name {name}: rename one")


def _complete(operation: dict[str, Any], scheme: str) -> None:
    """What Powertools cannot know: who is let in, that invalid requests are refused like all others."""
    operation["security"] = [{scheme: []}]
    responses = operation["responses"]
    responses["422"] = {"description": "Refused: the request is not what is taken here", "content": REFUSAL}
    ours = responses.get("403", {"description": "Refused"})
    allowed = [{"$ref": "#/components/schemas/Refusal"}, GATEWAY] if "403" in responses else [GATEWAY]
    responses["403"] = {**ours, "content": {"application/json": {"schema": {"anyOf": allowed}}}}
    if scheme == "device":
        unknown = {"description": "No token", "content": {"application/json": {"schema": GATEWAY}}}
        responses["401"] = unknown
    responses["500"] = {"description": "Refused", "content": REFUSAL}
    for status in ("302", "304"):
        responses.get(status, {}).pop("content", None)
    operation["responses"] = dict(sorted(responses.items()))


def text() -> str:
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
