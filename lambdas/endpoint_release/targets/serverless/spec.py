"""What a serverless endpoint is asked for."""

from typing import Literal

from pydantic import Field

from lambdas.endpoint_release.targets.base import Target, TargetPlace, TargetSpec


class ServerlessSpec(TargetSpec):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html."""

    kind: Literal["serverless"] = "serverless"
    memory_mb: Literal[1024, 2048, 3072, 4096, 5120, 6144] = 2048
    max_concurrency: int = Field(default=5, ge=1, le=200)

    def open(self, place: TargetPlace) -> Target:
        from lambdas.endpoint_release.targets.serverless.target import ServerlessTarget  # stacks read specs without AWS

        return ServerlessTarget(self, app=place.app, domain=place.domain, role_arn=place.role_arn)
