"""What the sandbox says when it cannot do what it is for."""


class SandboxError(Exception):
    """The embedded AWS did not start, or a tool that was run against it failed."""
