"""`iam:PassRole` names one role and the service that may take it."""

from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, as_list, statements


def check(template: Template) -> Iterator[Finding]:
    for logical_id, statement in statements(template):
        if "iam:PassRole" not in as_list(statement["Action"]):
            continue
        conditions = statement.get("Condition", {}).values()
        if not any("iam:PassedToService" in condition for condition in conditions):
            yield Finding(logical_id, "iam:PassRole without iam:PassedToService: use permissions.allow_pass_role")
        if any(isinstance(one, str) and "*" in one for one in as_list(statement["Resource"])):
            yield Finding(logical_id, "iam:PassRole of any role: name the role")
