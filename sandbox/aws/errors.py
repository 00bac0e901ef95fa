"""The error that users of the sandbox see."""


class SandboxError(Exception):
    """The embedded AWS did not start, or a tool that was run against it failed."""
