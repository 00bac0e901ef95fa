"""Errors of the serving process, by who has to act."""


class BadRequest(Exception):
    """The caller's input cannot be answered; the message is one sentence for the caller (HTTP 400)."""


class PackageError(Exception):
    """The model package is not what its manifest says; the server refuses to start."""
