"""No role has full access to a service."""

from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, as_list, resources, statements, text


def check(template: Template) -> Iterator[Finding]:
    for logical_id, properties in resources(template, "AWS::IAM::Role"):
        for policy in properties.get("ManagedPolicyArns", []):
            name = text(policy)
            if name.endswith(("FullAccess", "AdministratorAccess", "PowerUserAccess")):
                yield Finding(logical_id, f"{name}: grant by intent instead (stacks/shared/permissions.py)")
    for logical_id, statement in statements(template):
        for action in as_list(statement["Action"]):
            if action == "*" or action.endswith(":*"):
                yield Finding(logical_id, f"{action}: name the actions")
