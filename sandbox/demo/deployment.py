"""The deployed application on the embedded AWS: synthesized once, deployed by the stock CDK command line."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials

from clients.predict import PredictClient
from lambdas.common.releases_table import ReleasesTable
from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]


def synthesize(domains: Sequence[str], context: Mapping[str, str], out: Path) -> None:
    """Write the templates for `domains` to `out`: the same templates that `cdk deploy` sends to AWS."""
    settings = {"environment": "sandbox", "domains": ",".join(domains)} | dict(context)
    environment = os.environ | {
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps(json.loads((ROOT / "cdk.json").read_text()).get("context", {}) | settings),
        "CDK_VALIDATION": "false",
    }
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, check=True)


class Deployment:
    """Names and clients of what was deployed. `outputs` are those of every stack, by stack name."""

    def __init__(self, sandbox: Sandbox, outputs: Mapping[str, Mapping[str, str]]) -> None:
        self._sandbox = sandbox
        self.outputs = outputs
        self.s3 = sandbox.client("s3")
        self.lambda_ = sandbox.client("lambda")
        self.states = sandbox.client("stepfunctions")
        self.sagemaker = sandbox.client("sagemaker")
        self.logs = sandbox.client("logs")
        self.dynamodb = sandbox.client("dynamodb")
        self.sqs = sandbox.client("sqs")
        self.releases = ReleasesTable(outputs["vigil-data"]["ReleasesTable"], sandbox.resource("dynamodb"))

    def output(self, domain: str, name: str) -> str:
        """One output of a domain's stack, e.g. output("cats", "ImagesBucket")."""
        outputs = self.outputs[f"vigil-{domain}"]
        if name not in outputs:
            raise KeyError(f"the stack vigil-{domain} has no output {name}; it has {', '.join(sorted(outputs))}")
        return outputs[name]

    def predict_client(self) -> PredictClient:
        return PredictClient(
            self._sandbox.api_url(self.outputs["vigil-api"]["ApiId"]),
            region=self._sandbox.region,
            credentials=Credentials("test", "test"),
        )

    def read_json(self, key: str) -> Any:
        """A JSON object from the artifacts bucket."""
        return json.loads(self.read(self.outputs["vigil-data"]["ArtifactsBucket"], key))

    def read(self, bucket: str, key: str) -> bytes:
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
