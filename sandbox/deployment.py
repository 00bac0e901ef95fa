"""Vigil on the embedded AWS: its synthesis, and the names and clients of what is deployed."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials

from clients.predict import PredictClient
from lambdas.common.artifacts import MANIFEST, dataset_folder
from lambdas.common.releases_table import ReleasesTable
from lambdas.training_trigger.payload import run_name
from sandbox import Sandbox
from sandbox.aws.cdk_cli import run_cdk
from sandbox.aws.environment_variables import OLD_NODE
from stacks.settings import APP, DEVELOPMENT
from stacks.shared.names import Names

ROOT = Path(__file__).resolve().parents[1]


def synthesize(domains: Sequence[str], context: Mapping[str, str], out: Path) -> None:
    """Write the templates for `domains` to `out`: the same that `cdk deploy` sends to AWS, with bakes of seconds.

    Raises SandboxError with what the CDK said when it refuses.
    """
    settings = {"environment": DEVELOPMENT.name, "sandbox": "true", "domains": ",".join(domains), **context}
    options = [word for name, value in settings.items() for word in ("--context", f"{name}={value}")]
    environment = os.environ | OLD_NODE | {"PATH": _path()}
    run_cdk("synth", "--quiet", "--output", str(out.resolve()), *options, env=environment, cwd=ROOT)


def _path() -> str:
    """The search path with this interpreter first: cdk.json starts `python app.py`."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


class Deployment:
    """Names and clients of what was deployed to the development environment."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sandbox.settings
        self.aws_variables = sandbox.aws_variables()
        self._outputs = {
            stack["StackName"]: {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
            for stack in sandbox.client("cloudformation").describe_stacks()["Stacks"]
        }
        self.cloudwatch = sandbox.client("cloudwatch")
        self.dynamodb = sandbox.client("dynamodb")
        self.lambda_ = sandbox.client("lambda")
        self.logs = sandbox.client("logs")
        self.s3 = sandbox.client("s3")
        self.sagemaker = sandbox.client("sagemaker")
        self.sqs = sandbox.client("sqs")
        self.states = sandbox.client("stepfunctions")
        self.artifacts = self.output("data", "ArtifactsBucket")
        self.captures = self.output("data", "CapturesBucket")
        self.api_url = f"{sandbox.endpoint_url}/_aws/execute-api/{self.output('api', 'ApiId')}/$default"
        self.releases = ReleasesTable(self.output("data", "ReleasesTable"), sandbox.resource("dynamodb"))

    def output(self, stack: str, name: str) -> str:
        """One output of a stack, e.g. output("cats", "RawBucket")."""
        outputs = self._outputs[DEVELOPMENT.stack(stack)]
        if name not in outputs:
            raise KeyError(f"the stack {stack} has no output {name}; it has {', '.join(sorted(outputs))}")
        return outputs[name]

    def predict_client(self) -> PredictClient:
        credentials = Credentials(self._settings.account, "embedded")
        return PredictClient(self.api_url, region=self._settings.region, credentials=credentials)

    def start_training(self, domain: str, payload: dict[str, Any]) -> str:
        """Send the trigger an event, which starts one run however often it is delivered; returns the run's name."""
        function = self.output(domain, "TriggerFunction")
        self.lambda_.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(payload))
        return run_name(Names(APP, domain).prefix, payload["runToken"])

    def dataset_file(self, domain: str, version: str, name: str) -> bytes:
        """A file of a dataset version, by its name in the version's folder."""
        return self.read(self.artifacts, f"{dataset_folder(domain, version)}{name}")

    def test_items(self, domain: str, version: str) -> list[dict[str, Any]]:
        """The items of a dataset version's test split, as its manifest has them."""
        items = [json.loads(line) for line in self.dataset_file(domain, version, MANIFEST).splitlines()]
        return [item for item in items if item["split"] == "test"]

    def read_json(self, key: str) -> Any:
        """A JSON object from the artifacts bucket."""
        return json.loads(self.read(self.artifacts, key))

    def read(self, bucket: str, key: str) -> bytes:
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
