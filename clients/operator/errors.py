"""Something the operator can mend, told in one sentence."""


class OperatorError(Exception):
    """The sentence is shown as it is; the exit code is 1."""
