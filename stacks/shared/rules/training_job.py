"""Training jobs are encrypted and bounded; they have no network unless they report to a tracking server."""

import json
from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, resources, text


def check(template: Template) -> Iterator[Finding]:
    """Of the specification that each trigger function plans its jobs by."""
    for logical_id, properties in resources(template, "AWS::Lambda::Function"):
        variables = properties.get("Environment", {}).get("Variables", {})
        if "TRAINING" not in variables:
            continue
        spec = json.loads(text(variables["TRAINING"]))
        if "kms_key_id" not in spec:
            yield Finding(logical_id, "training volumes and models are not encrypted: give kms_key_id")
        if not spec.get("network_isolation", True) and "tracking_uri" not in spec:
            yield Finding(logical_id, "training containers have a network without need: set network_isolation")
        for bound in ("max_runtime_s", "cost_limit_usd"):
            if bound not in spec:
                yield Finding(logical_id, f"training has no {bound}: a job left running costs until somebody looks")
