"""A release on a serverless endpoint. Its address is the endpoint's name; the router reads each share itself."""

from collections.abc import Sequence
from datetime import datetime

from inference.contracts import GoldenRequest
from lambdas.endpoint_release.limits import Judgement
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

    def create(self, release: str, package: Package) -> None:
        name = self.address(release)
        tags = {"Tags": requests.tags(self._domain, release)}
        self._endpoints.create(
            {**requests.model(name, package, self._role_arn), **tags},
            {**requests.endpoint_config(name, self._spec), **tags},
            {**requests.endpoint(name), **tags},
        )

    def status(self, release: str) -> TargetStatus:
        name = self.address(release)
        found = self._endpoints.describe(name)
        if found is None:
            return TargetStatus("failed", f"endpoint {name} does not exist")
        if found.status == "InService":
            return TargetStatus("ready")
        if found.status in STARTING:
            return TargetStatus("starting", f"endpoint {name} is {found.status}")
        return TargetStatus("failed", f"endpoint {name} is {found.status}: {found.reason}")

    def ask(self, release: str, request: GoldenRequest) -> bytes:
        return self._endpoints.ask(self.address(release), request)

    def shift(self, release: str, percentage: int, golden: Sequence[GoldenRequest]) -> None:
        """The router splits traffic; a larger share needs more instances at once."""
        warm_up(lambda request: self.ask(release, request), golden, self._spec.max_concurrency)

    def health(self, release: str, percentage: int, since: datetime, *, last: bool) -> Judgement:
        """The router's metrics tell everything."""
        return Judgement("passed", "")

    def retire(self, release: str) -> bool:
        return self._endpoints.delete(self.address(release))
