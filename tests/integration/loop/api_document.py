"""The document of the HTTP API: requests that it allows, and what answers are held against."""

import json
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clients.predict import PredictClient
from stacks.shared.source_tree import ROOT

WAITS_S = 60
"""For one answer: a function's first call starts its process, which takes long on a busy machine."""
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def generated(examples: int) -> settings:
    """So many requests, the same in each run."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def ask(client: PredictClient, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    status, text = client.send(
        method,
        f"/api/v1{path}",
        b"" if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    return status, json.loads(text)
