"""AWS::SageMaker::Model, EndpointConfig, Endpoint and ModelPackageGroup."""

import time
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws.cloudformation.resource import Provisioned, ResourceType, generated_name
from sandbox.aws.sagemaker.requests import coerced

_LONGEST_NAME = 63


class _SageMakerType(ResourceType):
    """Named by `<Kind>Name`, made by `create_<kind>`, referred to by its ARN."""

    kind: str
    snake: str

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        name_key = f"{self.kind}Name"
        name = properties.get(name_key, generated_name(stack, logical_id, _LONGEST_NAME).lower())
        request = coerced(f"Create{self.kind}", properties | {name_key: name})
        arn = getattr(self.client("sagemaker"), f"create_{self.snake}")(**request)[f"{self.kind}Arn"]
        return arn, {name_key: name, f"{self.kind}Arn": arn}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        """Replaced on any change, as the resource reference says of these types."""
        return self.create(logical_id, new, stack)

    def _name(self, arn: str, properties: dict) -> str:
        """The ARN has the name in lower case, which generated names are and given ones need not be."""
        return properties.get(f"{self.kind}Name", arn.rpartition("/")[2])

    def delete(self, physical_id: str, properties: dict) -> None:
        name = {f"{self.kind}Name": self._name(physical_id, properties)}
        try:
            getattr(self.client("sagemaker"), f"describe_{self.snake}")(**name)
        except ClientError:
            return
        getattr(self.client("sagemaker"), f"delete_{self.snake}")(**name)


class Model(_SageMakerType):
    name, kind, snake = "AWS::SageMaker::Model", "Model", "model"


class EndpointConfig(_SageMakerType):
    name, kind, snake = "AWS::SageMaker::EndpointConfig", "EndpointConfig", "endpoint_config"


class ModelPackageGroup(_SageMakerType):
    name, kind, snake = "AWS::SageMaker::ModelPackageGroup", "ModelPackageGroup", "model_package_group"

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        if _without_tags(old) != _without_tags(new):
            return super().update(physical_id, old, new, stack, logical_id)
        return physical_id, _retag(
            self,
            physical_id,
            new,
            {"ModelPackageGroupName": self._name(physical_id, new), "ModelPackageGroupArn": physical_id},
        )


class Endpoint(_SageMakerType):
    name, kind, snake = "AWS::SageMaker::Endpoint", "Endpoint", "endpoint"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        provisioned = super().create(logical_id, properties, stack)
        self._wait(provisioned[1]["EndpointName"])
        return provisioned

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        if old.get("EndpointName") != new.get("EndpointName"):
            return self.create(logical_id, new, stack)
        name = self._name(physical_id, new)
        if old["EndpointConfigName"] != new["EndpointConfigName"]:
            self.client("sagemaker").update_endpoint(
                EndpointName=name, EndpointConfigName=new["EndpointConfigName"].rpartition("/")[2]
            )
            self._wait(name)
        return physical_id, _retag(self, physical_id, new, {"EndpointName": name, "EndpointArn": physical_id})

    def _wait(self, name: str) -> None:
        """Until it is in service. Raises RuntimeError with the reason when it fails, or keeps the old configuration."""
        while True:
            found = self.client("sagemaker").describe_endpoint(EndpointName=name)
            if "FailureReason" in found:
                raise RuntimeError(found["FailureReason"])
            if found["EndpointStatus"] == "InService":
                return
            time.sleep(0.1)


def _retag(resource: ResourceType, arn: str, properties: dict, attributes: dict[str, Any]) -> dict[str, Any]:
    if "Tags" in properties:
        resource.client("sagemaker").add_tags(ResourceArn=arn, Tags=properties["Tags"])
    return attributes


def _without_tags(properties: dict) -> dict:
    return {key: value for key, value in properties.items() if key != "Tags"}
