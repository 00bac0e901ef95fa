"""The registry's API, for the commands `models` and `devices`.

Needs: execute-api:Invoke on the API's routes below /api/v1.
"""

import argparse
import json
from typing import Any
from uuid import uuid4

from clients.operator.aws import session_of
from clients.operator.errors import OperatorError
from clients.predict import PredictClient, PredictionRefused


def add_api(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, help="the API's base address (the stack's output ApiUrl)")
    parser.add_argument("--region", help="default: that of the credentials' profile or of AWS_DEFAULT_REGION")


def answer(args: argparse.Namespace, method: str, path: str, body: dict[str, Any] | None = None) -> int:
    """Prints the API's answer as JSON, all pages of it. Raises OperatorError with the API's own sentence."""
    session = session_of(args)
    client = PredictClient(args.url, region=session.region_name, credentials=session.get_credentials())
    found = _send(client, method, path, body)
    while (after := found.pop("next", None)) is not None:
        page = _send(client, method, f"{path}?after={after}", body)
        found = {"devices": found["devices"] + page["devices"], "next": page["next"]}
    print(json.dumps(found, indent=2))
    return 0


def _send(client: PredictClient, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())} if method == "POST" else {}
    text = b"" if body is None else json.dumps(body).encode()
    try:
        return client.answered(method, f"/api/v1{path}", text, headers)
    except (PredictionRefused, ConnectionError) as error:
        raise OperatorError(str(error)) from error
