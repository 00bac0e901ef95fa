"""The environment's one HTTP API. Its routes ask for an IAM signature unless a route says otherwise."""

import json

import jsii
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.settings import Environment
from stacks.shared.log_group import EncryptedLogGroup

_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "caller": "$context.identity.userArn",
    "person": "$context.authorizer.claims.username",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_error": "$context.integrationErrorMessage",
}
_REQUESTS_PER_SECOND = 100
_BURST = 200


class EnvironmentApi(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        log = EncryptedLogGroup(self, "AccessLog", key=key, days=environment.log_days)
        self.http_api = apigateway.HttpApi(
            self,
            "Http",
            description="Vigil: predictions",
            create_default_stage=False,
            default_authorizer=authorizers.HttpIamAuthorizer(),
        )
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.http_api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=_REQUESTS_PER_SECOND, burst_limit=_BURST),
            access_log_settings=_AccessLog(log),
        )
        self.url = stage.url


@jsii.implements(apigateway.IAccessLogSettings)
class _AccessLog:
    def __init__(self, group: logs.ILogGroup) -> None:
        self._group = group

    @property
    def destination(self) -> apigateway.IAccessLogDestination:
        return apigateway.LogGroupLogDestination(self._group)

    @property
    def format(self) -> rest.AccessLogFormat:
        return rest.AccessLogFormat.custom(json.dumps(_ACCESS_LOG))
