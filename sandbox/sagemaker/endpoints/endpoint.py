"""One endpoint: its record, its server, and how the two change together."""

import logging
import threading
import time
from dataclasses import dataclass, field

from sandbox.sagemaker import models, packages
from sandbox.sagemaker.account import Account
from sandbox.sagemaker.aws import milliseconds
from sandbox.sagemaker.endpoints.server import ModelServer, ServerError

# Real-time endpoints have no such limit on AWS; here it bounds the threads that wait for one process.
INSTANCE_CONCURRENCY = 64
_EVENT_STATUS = {
    "Creating": "CREATING", "InService": "IN_SERVICE", "Updating": "UPDATING", "Failed": "FAILED", "Deleting": "DELETING"}

_log = logging.getLogger(__name__)


@dataclass
class Endpoint:
    """`description` is what DescribeEndpoint answers; `server` is None until one was in service."""

    account: Account
    description: dict
    server: ModelServer | None = None
    slots: threading.Semaphore = field(default_factory=threading.Semaphore)

    def enter(self, status: str, **fields: object) -> None:
        """Change the status and tell EventBridge."""
        with self.account.lock:
            self.description |= {"EndpointStatus": status, "LastModifiedTime": time.time(), **fields}
            detail = milliseconds(self.description) | {"EndpointStatus": _EVENT_STATUS[status], "Tags": {}}
        arn = self.description["EndpointArn"]
        self.account.aws.publish("SageMaker Endpoint State Change", detail, arn)

    def serve(self, config_name: str) -> None:
        """Bring a configuration into service; when that fails, keep what served before."""
        config = self.account.endpoint_configs[config_name]
        variant = config["ProductionVariants"][0]
        server = ModelServer(self.account.aws, self.description["EndpointName"], self._container(variant["ModelName"]))
        try:
            server.start()
        except Exception as error:
            if not isinstance(error, ServerError):
                _log.exception("endpoint %s", self.description["EndpointName"])
            server.stop()
            reason = (f"The primary container for production variant {variant['VariantName']} did not pass the ping health "
                      f"check. Please check CloudWatch logs for this endpoint. {error}")
            self.enter("Failed" if self.server is None else "InService", FailureReason=reason)
            return
        if self.description["EndpointStatus"] == "Deleting":
            server.stop()
            return
        before, self.server = self.server, server
        self.slots = threading.Semaphore(variant.get("ServerlessConfig", {}).get("MaxConcurrency", INSTANCE_CONCURRENCY))
        self.description.pop("FailureReason", None)
        self.enter("InService", EndpointConfigName=config_name, ProductionVariants=[_deployed(variant)])
        if before is not None:
            before.stop()

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
            "CurrentServerlessConfig": variant["ServerlessConfig"], "DesiredServerlessConfig": variant["ServerlessConfig"]}
    count = variant.get("InitialInstanceCount", 1)
    return summary | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
