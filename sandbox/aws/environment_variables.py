"""Environment variables of the embedded AWS, of its child processes, and of tools that talk to it.

Nothing of the user's own AWS set-up (profiles, keys, config files) passes in either direction.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.aws.settings import Settings

OLD_NODE = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}
"""Releases of Node, with commas between them, that jsii need not warn of: 20 still runs what the sandbox asks of it."""

# Needed to run programs at all. Everything else of the caller's environment stays outside.
KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "OMP_NUM_THREADS",
    "VIGIL_EDGE_PYTHON",
    "CUDA_VISIBLE_DEVICES",
)

# Every process below the embedded AWS carries this variable; the guardian ends whatever carries it.
MARK = "EMBEDDED_AWS_MARK"

DOCKER_SHIM = Path(__file__).with_name("docker_shim")


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The kept variables of `environment`, with this interpreter's folder first on the path."""
    kept = {name: environment[name] for name in KEPT if name in environment}
    programs = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join([programs, *kept.get("PATH", os.defpath).split(os.pathsep)])
    return kept


def aws_variables(settings: Settings) -> dict[str, str]:
    """What any AWS tool needs to talk to the embedded AWS and to nothing else."""
    nowhere = str(settings.state / "no-aws-config")
    return {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        # MiniStack reads the account from a twelve-digit access key.
        "AWS_ACCESS_KEY_ID": settings.account,
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": settings.account,
        "CDK_DEFAULT_REGION": settings.region,
        "CDK_DOCKER": str(DOCKER_SHIM),
    }


def tool_environment(settings: Settings) -> dict[str, str]:
    """A whole environment for a tool such as the CDK CLI."""
    return clean(os.environ) | aws_variables(settings) | OLD_NODE | {"CDK_DISABLE_VERSION_CHECK": "1"}
