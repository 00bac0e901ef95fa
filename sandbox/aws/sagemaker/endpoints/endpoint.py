"""One endpoint: its record, its server, and how the two change together."""

import logging
import time
from dataclasses import dataclass

from sandbox.aws.clients import milliseconds
from sandbox.aws.sagemaker import models, packages
from sandbox.aws.sagemaker.account import Account
from sandbox.aws.sagemaker.endpoints.server import ModelServer, ServerError
from sandbox.aws.sagemaker.errors import SageMakerError

# Real-time endpoints have no such limit on AWS; here it bounds the threads that wait for one process.
INSTANCE_CONCURRENCY = 64
_EVENT_STATUS = {
    "Creating": "CREATING",
    "InService": "IN_SERVICE",
    "Updating": "UPDATING",
    "Failed": "FAILED",
    "Deleting": "DELETING",
}

_log = logging.getLogger(__name__)


@dataclass
class Endpoint:
    """`description` is what DescribeEndpoint answers; `server` is None until one was in service."""

    account: Account
    description: dict
    server: ModelServer | None = None

    def enter(self, status: str, **fields: object) -> None:
        """Change the status and tell EventBridge."""
        with self.account.lock:
            self.description |= {"EndpointStatus": status, "LastModifiedTime": time.time(), **fields}
            detail = milliseconds(self.description) | {"EndpointStatus": _EVENT_STATUS[status], "Tags": {}}
        arn = self.description["EndpointArn"]
        self.account.aws.publish("SageMaker Endpoint State Change", detail, arn)

    def serve(self, config_name: str) -> None:
        """Bring a configuration into service; when that fails, keep what served before."""
        variant = self.account.endpoint_configs[config_name]["ProductionVariants"][0]
        server = None
        try:
            server = self._server(variant)
            server.start()
        except Exception as error:
            if not isinstance(error, (ServerError, SageMakerError)):
                _log.exception("endpoint %s", self.description["EndpointName"])
            if server is not None:
                server.stop()
            reason = (
                f"The primary container for production variant {variant['VariantName']} did not pass the ping health "
                f"check. Please check CloudWatch logs for this endpoint. {error}"
            )
            self.enter("Failed" if self.server is None else "InService", FailureReason=reason)
            return
        with self.account.lock:
            superseded = server if self.description["EndpointStatus"] == "Deleting" else self.server
            if superseded is not server:
                self.server = server
                self.description.pop("FailureReason", None)
        if superseded is not server:
            self.enter("InService", EndpointConfigName=config_name, ProductionVariants=[_deployed(variant)])
        if superseded is not None:
            superseded.drain()

    def _server(self, variant: dict) -> ModelServer:
        concurrency = variant.get("ServerlessConfig", {}).get("MaxConcurrency", INSTANCE_CONCURRENCY)
        definition = self._container(variant["ModelName"])
        return ModelServer(self.account.aws, self.description["EndpointName"], definition, concurrency)

    def _container(self, model_name: str) -> dict:
        """The model's container, looked up in the model package it names, if it names one."""
        model = models.describe_model(self.account, {"ModelName": model_name})
        definition = model.get("PrimaryContainer") or model["Containers"][0]
        if "ModelPackageName" not in definition:
            return definition
        package = packages.describe_package(self.account, definition)
        return package["InferenceSpecification"]["Containers"][0] | definition


def _deployed(variant: dict) -> dict:
    """A ProductionVariantSummary."""
    weight = variant.get("InitialVariantWeight", 1.0)
    summary = {"VariantName": variant["VariantName"], "CurrentWeight": weight, "DesiredWeight": weight}
    if "ServerlessConfig" in variant:
        return summary | {
            "CurrentServerlessConfig": variant["ServerlessConfig"],
            "DesiredServerlessConfig": variant["ServerlessConfig"],
        }
    count = variant.get("InitialInstanceCount", 1)
    return summary | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
