"""AWS::SageMaker::Model, EndpointConfig, Endpoint and ModelPackageGroup."""

import time
from typing import Any

from botocore.exceptions import ClientError

from sandbox.cloudformation.resource import Provisioned, ResourceType, generated_name

_LONGEST_NAME = 63


class _SageMakerType(ResourceType):
    """Named by `<Kind>Name`, made by `create_<kind>`, referred to by its ARN."""

    kind: str
    snake: str

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        name_key = f"{self.kind}Name"
        name = properties.get(name_key, generated_name(stack, logical_id, _LONGEST_NAME))
        request = {key: _numbers(value) for key, value in properties.items()} | {name_key: name}
        arn = getattr(self.client("sagemaker"), f"create_{self.snake}")(**request)[f"{self.kind}Arn"]
        return arn, {name_key: name, f"{self.kind}Arn": arn}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        """Replaced on any change, as the resource reference says of these types."""
        return self.create(logical_id, new, stack)

    def delete(self, physical_id: str, properties: dict) -> None:
        name = {f"{self.kind}Name": physical_id.rpartition("/")[2]}
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
        return physical_id, _retag(self, physical_id, new, {
            "ModelPackageGroupName": physical_id.rpartition("/")[2], "ModelPackageGroupArn": physical_id})


class Endpoint(_SageMakerType):
    name, kind, snake = "AWS::SageMaker::Endpoint", "Endpoint", "endpoint"

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        provisioned = super().create(logical_id, properties, stack)
        self._wait(provisioned[0])
        return provisioned

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        if old.get("EndpointName") != new.get("EndpointName"):
            return self.create(logical_id, new, stack)
        name = physical_id.rpartition("/")[2]
        if old["EndpointConfigName"] != new["EndpointConfigName"]:
            self.client("sagemaker").update_endpoint(
                EndpointName=name, EndpointConfigName=new["EndpointConfigName"].rpartition("/")[2])
            self._wait(physical_id)
        return physical_id, _retag(self, physical_id, new, {"EndpointName": name, "EndpointArn": physical_id})

    def _wait(self, arn: str) -> None:
        """Until it is in service. Raises RuntimeError with the reason when it fails, or keeps the old configuration."""
        while True:
            found = self.client("sagemaker").describe_endpoint(EndpointName=arn.rpartition("/")[2])
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


def _numbers(value: Any) -> Any:
    """Numbers as the SDK wants them: CloudFormation takes "2048" for 2048."""
    if isinstance(value, dict):
        return {key: item if key in ("Environment", "Tags") else _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return int(value) if isinstance(value, str) and value.isdigit() else value
