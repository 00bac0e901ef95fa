"""Our rules as a plug-in of CDK's policy validation: a finding stops synth, as cdk-nag's do."""

import json
from pathlib import Path

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from stacks.shared.rules import RULES


@jsii.implements(IPolicyValidationPlugin)
class VigilChecks:
    @property
    def name(self) -> str:
        return "Vigil"

    @property
    def rule_ids(self) -> list[str]:
        return sorted(RULES)

    @property
    def version(self) -> None:
        return None

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        violations = [violation for path in context.template_paths for violation in _violations(path)]
        return PolicyValidationPluginReport(success=not violations, violations=violations)


def _violations(path: str) -> list[PolicyViolation]:
    template = json.loads(Path(path).read_text())
    return [
        PolicyViolation(
            rule_name=rule,
            description=finding.what,
            violating_resources=[
                PolicyViolatingResource(
                    resource_logical_id=finding.logical_id, template_path=path, locations=["Properties"]
                )
            ],
        )
        for rule, check in RULES.items()
        for finding in check(template)
    ]
