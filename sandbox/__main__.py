"""`python -m sandbox`: the embedded AWS alone, for any AWS tool."""

import argparse
import json
import sys
from pathlib import Path

from sandbox.aws.environment_variables import aws_variables
from sandbox.aws.server import PortInUseError, listen, reset_state, serve
from sandbox.aws.settings import DEFAULT_ACCOUNT, DEFAULT_PORT, DEFAULT_REGION, Settings

DESCRIPTION = """Runs an AWS account on this machine, on loopback only, until Ctrl-C.

S3, DynamoDB, Lambda, Step Functions, EventBridge, API Gateway, CloudFormation and more come from MiniStack; SageMaker
runs training jobs and endpoints as plain processes with the entry points of the images in a synthesized CDK app.
It starts empty, and nothing it starts outlives it."""


def main() -> int:
    arguments = _parser().parse_args()
    state = arguments.state.resolve()
    try:
        listener = listen(arguments.port)
    except PortInUseError as error:
        print(error, file=sys.stderr)
        return 1
    settings = Settings(
        port=listener.getsockname()[1],
        assembly=arguments.assembly.resolve(),
        state=state,
        account=arguments.account,
        region=arguments.region,
    )
    reset_state(state)
    serve(settings, listener, lambda: _announce(settings, arguments.ready_file), arguments.until_stdin_closes)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m sandbox", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port on 127.0.0.1; 0 takes a free one (%(default)s)"
    )
    parser.add_argument(
        "--assembly",
        type=Path,
        default=Path("cdk.out"),
        metavar="FOLDER",
        help="synthesized CDK app whose container images can be trained and served (%(default)s)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=Path("build/sandbox"),
        metavar="FOLDER",
        help="folder for logs, jobs and endpoints; emptied at start (%(default)s)",
    )
    parser.add_argument("--account", default=DEFAULT_ACCOUNT, help="twelve-digit account id (%(default)s)")
    parser.add_argument("--region", default=DEFAULT_REGION, help="default Region (%(default)s)")
    parser.add_argument(
        "--ready-file",
        type=Path,
        metavar="FILE",
        help="write addresses and environment here, as JSON, once requests are answered",
    )
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="also stop when standard input ends, as it does when the program that started this dies",
    )
    return parser


def _announce(settings: Settings, ready_file: Path | None) -> None:
    """Say where the embedded AWS is and what a shell must export to use it."""
    exports = aws_variables(settings)
    print(f"The embedded AWS answers at {settings.endpoint_url} (account {settings.account}, {settings.region}).")
    print(f"Images come from {settings.assembly}; logs and jobs go to {settings.state}.")
    print("To point a shell, the CDK CLI or any AWS tool at it:\n")
    print("\n".join(f"export {name}={value}" for name, value in exports.items()))
    print("\nOnce Vigil is deployed, `python -m sandbox.console` makes people who may sign in at its console.")
    print("\nHTTP APIs: " + f"{settings.endpoint_url}/_aws/execute-api/<api id>/$default/<path>", flush=True)
    if ready_file is not None:
        part = ready_file.with_suffix(".part")
        part.write_text(json.dumps({"settings": settings.model_dump(mode="json"), "environment": exports}))
        part.replace(ready_file)


if __name__ == "__main__":
    sys.exit(main())
