"""Packages, endpoints and metrics of a release that do as a test says."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inference.contracts import GoldenRequest
from lambdas.common.model_archive import ArchiveError
from lambdas.common.release_state import Quality
from lambdas.endpoint_release.judgement import WindowMetrics
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.serverless.clients import EndpointStatus

HEALTHY = WindowMetrics(
    requests=100, errors=0, timeouts=0, throttles=0, slow=0, p95_ms=40, compared=100, disagreements=2
)
SILENT = WindowMetrics(requests=0, errors=0, timeouts=0, throttles=0, slow=0, p95_ms=None, compared=0, disagreements=0)
GOLDEN = GoldenRequest(
    content_type="image/jpeg", body_base64="", answer={"label": "Cat", "scores": {"Cat": 0.9, "NoCat": 0.1}}
)
GOOD_ANSWER = b'{"label": "Cat", "confidence": 0.9, "scores": {"Cat": 0.9, "NoCat": 0.1}}'
MANIFEST_SHA256 = "5e" * 32


class Packages:
    """Every package is approved and has one golden request, unless a test says otherwise."""

    def __init__(self) -> None:
        self.approval_status = "Approved"
        self.golden_lines = GOLDEN.model_dump_json().encode()
        self.qualities: dict[str, Quality] = {}
        """Package ARN -> what the gate measured."""

    def describe(self, arn: str) -> Package:
        return Package(
            arn,
            self.approval_status,
            "image",
            f"s3://artifacts/{arn[-1]}/model.tar.gz",
            {"VIGIL_MANIFEST_SHA256": MANIFEST_SHA256},
            self.qualities.get(arn),
        )

    def golden(self, package: Package) -> bytes:
        if self.golden_lines == b"damaged":
            raise ArchiveError("The model archive is not a readable tar.gz.")
        return self.golden_lines


class Endpoints:
    def __init__(self) -> None:
        self.up: dict[str, str] = {}
        self.made: list[str] = []
        self.locked: set[str] = set()
        self.answer: bytes | Exception = GOOD_ANSWER
        self.gathering: threading.Barrier | None = None
        """So many requests, the first ones, wait for each other."""
        self.asked = self.at_once = self.most_at_once = 0
        self.counting = threading.Lock()

    def create(self, model: dict[str, Any], config: dict[str, Any], endpoint: dict[str, Any]) -> None:
        if endpoint["EndpointName"] not in self.up:
            self.made.append(endpoint["EndpointName"])
            self.up[endpoint["EndpointName"]] = "InService"

    def describe(self, name: str) -> EndpointStatus | None:
        return EndpointStatus(self.up[name], "no capacity") if name in self.up else None

    def delete(self, name: str) -> bool:
        if name in self.locked:
            return False
        self.up.pop(name, None)
        return True

    def ask(self, name: str, request: GoldenRequest) -> bytes:
        with self.counting:
            self.asked += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            gathers = self.gathering if self.gathering is not None and self.asked <= self.gathering.parties else None
        if gathers is not None:
            gathers.wait()
        with self.counting:
            self.at_once -= 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Metrics:
    window: WindowMetrics = HEALTHY

    def read(self, release: str, since: datetime, until: datetime) -> WindowMetrics:
        return self.window
