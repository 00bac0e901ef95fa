"""A release on a serverless endpoint. Its address is the endpoint's name."""

from collections.abc import Sequence

from inference.contracts import GoldenRequest
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import TargetStatus
from lambdas.endpoint_release.targets.serverless import requests
from lambdas.endpoint_release.targets.serverless.clients import Endpoints
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.serverless.warm_up import warm_up

STARTING = frozenset({"Creating", "Updating", "SystemUpdating"})


class ServerlessTarget:
    def __init__(
        self, spec: ServerlessSpec, *, app: str, domain: str, role_arn: str, endpoints: Endpoints | None = None
    ) -> None:
        self._spec = spec
        self._app = app
        self._domain = domain
        self._role_arn = role_arn
        self._endpoints = Endpoints() if endpoints is None else endpoints

    def address(self, release: str) -> str:
        return requests.endpoint_name(self._app, self._domain, release)

    def create(self, address: str, release: str, package: Package) -> None:
        tags = {"Tags": requests.tags(self._domain, release)}
        self._endpoints.create(
            {**requests.model(address, package, self._role_arn), **tags},
            {**requests.endpoint_config(address, self._spec), **tags},
            {**requests.endpoint(address), **tags},
        )

    def status(self, address: str) -> TargetStatus:
        found = self._endpoints.describe(address)
        if found is None:
            return TargetStatus("failed", f"endpoint {address} does not exist")
        if found.status == "InService":
            return TargetStatus("ready")
        if found.status in STARTING:
            return TargetStatus("starting", f"endpoint {address} is {found.status}")
        return TargetStatus("failed", f"endpoint {address} is {found.status}: {found.reason}")

    def ask(self, address: str, request: GoldenRequest) -> bytes:
        return self._endpoints.ask(address, request)

    def shift(self, address: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        """The router splits traffic; a larger share needs more instances at once."""
        warm_up(lambda request: self._endpoints.ask(address, request), golden, self._spec.max_concurrency)

    def retire(self, address: str) -> bool:
        return self._endpoints.delete(address)
