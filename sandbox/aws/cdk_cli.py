"""The stock CDK command line that package.json pins."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.aws.errors import SandboxError

_REPOSITORY = Path(__file__).resolve().parents[2]
_END_OF_OUTPUT = 6000


def run_cdk(*arguments: str, env: Mapping[str, str], cwd: Path) -> str:
    """Answers what it printed. Raises SandboxError with the end of that when it fails, or when there is no CLI."""
    program = Path(os.environ.get("CDK_CLI", _REPOSITORY / "node_modules" / ".bin" / "cdk"))
    if not program.exists():
        raise SandboxError(f"no CDK CLI at {program}: run `npm ci` first, or name one in CDK_CLI")
    finished = subprocess.run(
        [str(program), *arguments, "--no-notices", "--no-version-reporting"],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    output = finished.stdout + finished.stderr
    if finished.returncode != 0:
        command = f"cdk {' '.join(arguments)}"
        raise SandboxError(f"{command} failed with status {finished.returncode}:\n{output[-_END_OF_OUTPUT:]}")
    return output
