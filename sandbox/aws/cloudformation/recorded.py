"""Resource types that do nothing on a laptop: accepted, and listed for the user in `recorded-only.log`."""

import logging
from pathlib import Path

from sandbox.aws.cloudformation.resource import Provisioned, ResourceType, generated_name
from sandbox.aws.settings import RECORDED_ONLY, Settings

# Type, and why it has no meaning here.
RECORDED_TYPES = {
    "AWS::BedrockAgentCore::Gateway": "agents that call a detector run on AWS only",
    "AWS::BedrockAgentCore::GatewayTarget": "agents that call a detector run on AWS only",
    "AWS::SageMaker::MlflowTrackingServer": "training jobs log to a local sqlite file",
    "AWS::SageMaker::MlflowApp": "training jobs log to a local sqlite file",
}

_log = logging.getLogger(__name__)


class Recorded(ResourceType):
    """Gets a physical id and does nothing else."""

    def __init__(self, settings: Settings, name: str, reason: str) -> None:
        super().__init__(settings)
        self.name = name
        self._reason = reason
        self._record: Path = settings.state / RECORDED_ONLY

    def create(self, logical_id: str, properties: dict, stack: str) -> Provisioned:
        line = f"{stack}/{logical_id}: {self.name} is recorded only: {self._reason}"
        _log.warning(line)
        print(line, flush=True)
        with self._record.open("a") as record:
            record.write(f"{line}\n")
        physical_id = generated_name(stack, logical_id, 100)
        return physical_id, {"Arn": f"arn:aws:recorded:::{physical_id}"}

    def update(self, physical_id: str, old: dict, new: dict, stack: str, logical_id: str) -> Provisioned:
        return physical_id, {"Arn": f"arn:aws:recorded:::{physical_id}"}

    def delete(self, physical_id: str, properties: dict) -> None:
        _log.info("%s (%s) forgotten", physical_id, self.name)
