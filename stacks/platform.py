"""What domains share: storage, the HTTP API, the alarm topic. Handed to a domain, or made for it in another app."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnOutput
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.settings import PRODUCTION, Environment
from stacks.shared.alarm_topic import AlarmTopic
from stacks.shared.http_api import EnvironmentApi
from stacks.shared.storage import Storage


@dataclass(frozen=True, kw_only=True)
class Platform:
    environment: Environment
    key: kms.IKey
    access_logs: s3.IBucket
    artifacts: s3.IBucket
    captures: s3.IBucket
    releases: dynamodb.ITable
    devices: dynamodb.ITable
    audit: dynamodb.ITable
    detections: dynamodb.ITable
    api: apigateway.IHttpApi
    alarms: sns.ITopic

    @classmethod
    def of(cls, environment: Environment, storage: Storage, api: EnvironmentApi, alarms: sns.ITopic) -> Self:
        return cls(
            environment=environment,
            key=storage.key,
            access_logs=storage.access_logs,
            artifacts=storage.artifacts,
            captures=storage.captures,
            releases=storage.releases,
            devices=storage.devices,
            audit=storage.audit,
            detections=storage.detections,
            api=api.http_api,
            alarms=alarms,
        )

    @classmethod
    def create(cls, scope: Construct, environment: Environment = PRODUCTION) -> Self:
        """All of it as children of `scope`: one stack of someone else's app is enough to hold a domain.

        Unless told otherwise it keeps its data when the stack goes, and a person approves models.
        """
        storage = Storage(scope, "Storage", environment=environment)
        api = EnvironmentApi(scope, "Api", environment=environment, key=storage.key)
        topic = AlarmTopic(scope, "AlarmTopic", key=storage.key)
        CfnOutput(scope, "ApiUrl", value=api.url)
        return cls.of(environment, storage, api, topic.topic)
