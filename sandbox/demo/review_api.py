"""The review routes of a domain, as a reviewer's program calls them."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from clients.predict import PredictClient
from inference.contracts.boxes import LabelledBox
from inference.contracts.reviews import Detection
from sandbox.demo.domain import DemoError


class ReviewApi:
    """Raises DemoError for every answer that is not 200."""

    def __init__(self, client: PredictClient, domain: str) -> None:
        self._client, self._domain = client, domain

    def detections(self) -> Iterator[Detection]:
        """Open ones in the order in which the API offers them."""
        after: str | None = ""
        while after is not None:
            path = f"/api/v1/detections?domain={self._domain}&limit=100" + (f"&after={after}" if after else "")
            page = self._call("GET", path)
            yield from map(Detection.model_validate, page["detections"])
            after = page["next"]

    def review(self, detection: Detection, verdict: str, boxes: tuple[LabelledBox, ...] | None) -> None:
        """Judge what was read; `boxes`: all that there are, where the verdict changes them."""
        body: dict[str, Any] = {"review_id": uuid4().hex, "revision": detection.revision, "verdict": verdict}
        if boxes is not None:
            body["boxes"] = [box.model_dump() for box in boxes]
        self._call("POST", f"/api/v1/detections/{detection.detection_id}/review", json.dumps(body).encode())

    def progress(self) -> dict[str, Any]:
        """How many reviews there are, what they taught, and the last run."""
        return self._call("GET", f"/api/v1/reviews/{self._domain}")

    def taught(self) -> int:
        return int(self.progress()["taught"]["taught"])

    def last_run(self) -> str | None:
        return (self.progress()["last_run"] or {}).get("run")

    def _call(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} if body else {}
        status, answer = self._client.send(method, path, body, headers)
        if status != 200:
            text = answer[:300].decode(errors="replace")
            raise DemoError(f"{self._domain}: {method} {path} answered {status}: {text}")
        return json.loads(answer)
