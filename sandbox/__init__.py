"""Everything that stands in for the outside world: the embedded AWS and simulators of each domain's data."""

from sandbox.errors import SandboxError
from sandbox.launcher import Sandbox

__all__ = ["Sandbox", "SandboxError"]
