"""Ask a deployed Vigil for a prediction, signed with the caller's AWS credentials.

python -m clients.predict --url https://<api>.execute-api.us-west-2.amazonaws.com cats picture.jpg
"""

import argparse
import json
import mimetypes
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class PredictionRefused(Exception):
    """The API answered with an error. `status` is the HTTP status, the text is the API's own sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class PredictClient:
    """A thread-safe client for a domain's routes, with kept-alive connections.

    `url` is the API's base address. Credentials need `execute-api:Invoke` on the routes.
    """

    def __init__(self, url: str, *, region: str, credentials: Credentials, timeout_s: float = 35) -> None:
        self._url = url.rstrip("/")
        self._signer = SigV4Auth(credentials, "execute-api", region)
        self._pool = urllib3.PoolManager(maxsize=16, timeout=timeout_s, retries=False)

    def predict(self, domain: str, body: bytes, content_type: str, entity_id: str = "") -> dict[str, Any]:
        """The answer to one input; `entity_id` (a camera, a module) keeps a caller on one release in a rollout.

        Raises PredictionRefused when the API answers with an error, ConnectionError when it does not answer.
        """
        return _answered(*self.post(domain, body, content_type, entity_id))

    def model(self, domain: str) -> dict[str, Any]:
        """What serves now: the champion, the challenger, and the percentage of entities that meet the challenger.

        Raises what `predict` raises.
        """
        return _answered(*self.send("GET", f"/v1/{domain}/model"))

    def label(self, domain: str, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Tell what was true of answered requests: how many labels were held against answers, and how many were right.

        Each request has `request_id`, `answered_at` (ISO 8601) and `labels`, one an item; 100 labels at most.
        Raises what `predict` raises.
        """
        body = json.dumps({"requests": [dict(one) for one in requests]}).encode()
        return _answered(*self.send("POST", f"/v1/{domain}/labels", body, {"Content-Type": "application/json"}))

    def post(self, domain: str, body: bytes, content_type: str, entity_id: str = "") -> tuple[int, bytes]:
        """The status and body that the API answers, whatever they are; raises ConnectionError without an answer."""
        headers = {"Content-Type": content_type} | ({"X-Entity-Id": entity_id} if entity_id else {})
        return self.send("POST", f"/v1/{domain}/predict", body, headers)

    def answered(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """The JSON of an answer with any status of success. Raises what `predict` raises."""
        return _answered(*self.send(method, path, body, headers))

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Any signed request: the status and body of its answer; raises ConnectionError without an answer."""
        request = AWSRequest(method, f"{self._url}{path}", data=body, headers=dict(headers or {}))
        self._signer.add_auth(request)
        try:
            answer = self._pool.request(method, request.url, body=body, headers=dict(request.headers))
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionError(f"no answer from {self._url}: {error}") from error
        return answer.status, answer.data


def _answered(status: int, body: bytes) -> dict[str, Any]:
    if not 200 <= status < 300:
        raise PredictionRefused(status, _sentence(body))
    return json.loads(body)


def _sentence(body: bytes) -> str:
    """The API's own error message, or what came instead of one (a gateway's HTML, say)."""
    try:
        document = json.loads(body)
    except ValueError:
        return body[:300].decode(errors="replace")
    error = document.get("error", document)
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m clients.predict", description=__doc__.split("\n\n")[0])
    parser.add_argument("domain", help="cats, battery, ...")
    parser.add_argument("file", type=Path, help="a picture, or a JSON document")
    parser.add_argument("--url", required=True, help="the API's base address (the stack's output ApiUrl)")
    parser.add_argument("--entity-id", default="", help="the camera or module; keeps it on one release in a rollout")
    args = parser.parse_args()
    session = boto3.Session()
    client = PredictClient(args.url, region=session.region_name, credentials=session.get_credentials())
    content_type = mimetypes.guess_type(args.file.name)[0] or "application/octet-stream"
    try:
        answer = client.predict(args.domain, args.file.read_bytes(), content_type, args.entity_id)
    except (PredictionRefused, OSError) as error:
        print(f"no prediction for {args.file}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
