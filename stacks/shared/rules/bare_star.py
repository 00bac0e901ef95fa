"""A resource `*` stands only beside actions that know no resources."""

from collections.abc import Iterator

from stacks.shared.acknowledge import BARE_STARS
from stacks.shared.rules.template import Finding, Template, as_list, statements


def check(template: Template) -> Iterator[Finding]:
    for logical_id, statement in statements(template):
        if "*" not in as_list(statement["Resource"]):
            continue
        for action in as_list(statement["Action"]):
            if action not in BARE_STARS and action.split(":")[0] not in BARE_STARS:
                yield Finding(logical_id, f"{action} on `*`: name the resources, or give a reason in BARE_STARS")
