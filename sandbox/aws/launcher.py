"""Starts an embedded AWS for a test, a benchmark or the demo, and talks to it."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3

from sandbox.aws.cdk_cli import run_cdk
from sandbox.aws.environment_variables import aws_variables, tool_environment
from sandbox.aws.errors import SandboxError
from sandbox.aws.settings import DEFAULT_REGION, Settings

_REPOSITORY = Path(__file__).resolve().parents[2]
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 20


class Sandbox:
    """An embedded AWS in a process of its own, as a context manager.

        with Sandbox(assembly=Path("cdk.out"), state=Path("build/sandbox")) as sandbox:
            sandbox.deploy()
            sandbox.client("lambda").invoke(...)

    It ends with the `with` block, and with the program that started it, however that ends.
    """

    def __init__(self, assembly: Path, state: Path, *, port: int = 0, region: str = DEFAULT_REGION) -> None:
        self.assembly = assembly.resolve()
        self.state = state.resolve()
        self.settings: Settings
        self._port = port
        self._region = region
        self._process: subprocess.Popen | None = None
        self._clients: dict[str, Any] = {}

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it answers. Raises SandboxError with its output when it does not."""
        self.state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            ready, output = Path(folder, "ready.json"), self.state / "output.log"
            with output.open("wb") as log:
                self._process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "sandbox",
                        "--port",
                        str(self._port),
                        "--assembly",
                        str(self.assembly),
                        "--state",
                        str(self.state),
                        "--region",
                        self._region,
                        "--ready-file",
                        str(ready),
                        "--until-stdin-closes",
                    ],
                    cwd=_REPOSITORY,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            deadline = time.monotonic() + _SECONDS_TO_START
            while not ready.exists():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise SandboxError(f"the embedded AWS did not start:\n{output.read_text()[-4000:]}")
                time.sleep(0.05)
            self.settings = Settings.model_validate(json.loads(ready.read_text())["settings"])

    def stop(self) -> None:
        """End it and everything it started; returns when nothing of it is left."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.communicate(timeout=_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    @property
    def pid(self) -> int:
        """The process id of the embedded AWS."""
        if self._process is None:
            raise SandboxError("the embedded AWS was not started")
        return self._process.pid

    @property
    def endpoint_url(self) -> str:
        return self.settings.endpoint_url

    def env(self) -> dict[str, str]:
        """A whole environment for a tool: this AWS, and nothing of the user's own AWS set-up."""
        return tool_environment(self.settings)

    def aws_variables(self) -> dict[str, str]:
        """The variables that point any AWS tool here."""
        return aws_variables(self.settings)

    def client(self, service: str) -> Any:
        """A boto3 client; one for each service, safe to share between threads."""
        if service not in self._clients:
            self._clients[service] = boto3.session.Session().client(service, **self._connection())
        return self._clients[service]

    def resource(self, service: str) -> Any:
        """A boto3 resource; not safe to share between threads."""
        return boto3.session.Session().resource(service, **self._connection())

    def _connection(self) -> dict[str, str]:
        return {
            "endpoint_url": self.endpoint_url,
            "region_name": self.settings.region,
            "aws_access_key_id": self.settings.account,
            "aws_secret_access_key": "embedded",
        }

    def interrupt(self, training_job: str) -> None:
        """Take the spot instance of a training job away; it starts again from its checkpoints."""
        scope = f"{self.settings.account}/20260101/{self.settings.region}/sagemaker/aws4_request"
        request = urllib.request.Request(
            self.endpoint_url,
            data=json.dumps({"TrainingJobName": training_job}).encode(),
            headers={
                "X-Amz-Target": "SageMaker.SandboxInterruptTrainingJob",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=none",
            },
        )
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            raise SandboxError(error.read().decode()) from error

    def bootstrap(self) -> str:
        """Stock `cdk bootstrap`. Answers what it printed."""
        return self.cdk("bootstrap", f"aws://{self.settings.account}/{self.settings.region}")

    def deploy(self, *stacks: str) -> str:
        """Stock `cdk deploy` of the synthesized app: these stacks, or all. Answers what it printed."""
        return self.cdk(
            "deploy",
            *(stacks or ("--all",)),
            "--app",
            str(self.assembly),
            "--require-approval",
            "never",
            "--progress",
            "events",
            "--concurrency",
            "4",
        )

    def destroy(self, *stacks: str) -> str:
        """Stock `cdk destroy` of these stacks, or of all. Answers what it printed."""
        return self.cdk("destroy", *(stacks or ("--all",)), "--app", str(self.assembly), "--force")

    def cdk(self, *arguments: str) -> str:
        """Run the CDK CLI against this AWS. Raises SandboxError with its output when it fails."""
        with tempfile.TemporaryDirectory() as folder:
            return run_cdk(*arguments, env=self.env(), cwd=Path(folder))
