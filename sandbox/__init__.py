"""Everything that stands in for the outside world: the embedded AWS and simulators of each domain's data."""

from sandbox.aws.errors import SandboxError
from sandbox.aws.launcher import Sandbox

__all__ = ["Sandbox", "SandboxError"]
