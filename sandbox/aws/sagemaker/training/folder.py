"""The folder that replaces /opt/ml for one training job."""

import json
from pathlib import Path

OPT_ML = "/opt/ml"


class JobFolder:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html"""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.config = base / "input" / "config"
        self.model = base / "model"
        self.output_data = base / "output" / "data"
        self.failure = base / "output" / "failure"
        for folder in (self.config, self.model, self.output_data, base / "input" / "data"):
            folder.mkdir(parents=True)

    def channel(self, name: str) -> Path:
        return self.base / "input" / "data" / name

    def inside(self, path: str) -> Path:
        """Where a container's path lies here. Raises ValueError for a path outside /opt/ml."""
        return self.base / Path(path).relative_to(OPT_ML)

    def write_configuration(self, request: dict) -> None:
        """hyperparameters.json, resourceconfig.json and inputdataconfig.json. One host, whatever was asked for."""
        resources = request["ResourceConfig"]
        group = {
            "instance_group_name": "homogeneousCluster",
            "instance_type": resources["InstanceType"],
            "hosts": ["algo-1"],
        }
        self._write("hyperparameters.json", request.get("HyperParameters", {}))
        self._write(
            "resourceconfig.json",
            {
                "current_host": "algo-1",
                "current_instance_type": resources["InstanceType"],
                "current_group_name": "homogeneousCluster",
                "hosts": ["algo-1"],
                "instance_groups": [group],
                "network_interface_name": "lo",
            },
        )
        self._write(
            "inputdataconfig.json",
            {
                channel["ChannelName"]: {
                    "TrainingInputMode": channel.get(
                        "InputMode", request["AlgorithmSpecification"]["TrainingInputMode"]
                    ),
                    "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                        "S3DataDistributionType", "FullyReplicated"
                    ),
                    "RecordWrapperType": channel.get("RecordWrapperType", "None"),
                }
                | ({"ContentType": channel["ContentType"]} if "ContentType" in channel else {})
                for channel in request.get("InputDataConfig", ())
            },
        )

    def _write(self, name: str, content: dict) -> None:
        (self.config / name).write_text(json.dumps(content, indent=2))
