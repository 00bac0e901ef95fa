"""Everything that stands in for the outside world: the embedded AWS and simulators of each domain's data."""

from sandbox.launcher import Sandbox, SandboxError

__all__ = ["Sandbox", "SandboxError"]
