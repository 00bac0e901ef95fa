"""Where a deployed domain looks for pictures and labels: what its stack says, or what the operator says."""

from typing import Any, NamedTuple

from clients.operator.errors import OperatorError

OUTPUTS = {"bucket": "RawBucket", "prefix": "RawPrefix", "table": "LabelsTable"}
"""What is asked for -> output of the domain's stack."""


class Places(NamedTuple):
    bucket: str
    prefix: str
    """Ends with a slash, or is empty."""
    table: str
    classes: tuple[str, ...] = ()
    """What the domain tells apart; empty: not known."""


def find_places(cloudformation: Any, app: str, domain: str, given: dict[str, str | None]) -> Places:
    """The stack is known by its trigger, whatever it is called; nothing is asked where all three are `given`.

    Raises OperatorError where no stack is the domain's, or it has no table of labels.
    """
    known = {name: value for name, value in given.items() if value is not None}
    classes = ""
    if len(known) < len(OUTPUTS):
        outputs = stack_outputs(cloudformation, f"{app}-{domain}-trigger-training")
        if outputs is None:
            raise OperatorError(
                f"no stack here is that of {app}-{domain}: look at the Region, or pass --bucket, --prefix and --table"
            )
        classes = outputs.get("Classes", "")
        known = {name: outputs[output] for name, output in OUTPUTS.items() if output in outputs} | known
    missing = [name for name in ("bucket", "table") if name not in known]
    if missing:
        raise OperatorError(
            f"the stack of {app}-{domain} says no {' and no '.join(missing)}: its labels come with the data, or pass "
            + " and ".join(f"--{name}" for name in missing)
        )
    prefix = known.get("prefix", "")
    told = tuple(name for name in classes.split(",") if name)
    return Places(known["bucket"], prefix if prefix.endswith("/") or not prefix else f"{prefix}/", known["table"], told)


def stack_outputs(cloudformation: Any, trigger: str) -> dict[str, str] | None:
    """Of the stack that has this trigger; None: there is none."""
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
            if outputs.get("TriggerFunction") == trigger:
                return outputs
    return None
