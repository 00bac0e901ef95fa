"""Endpoints are serverless: one with instances costs money while idle."""

from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, resources


def check(template: Template) -> Iterator[Finding]:
    for logical_id, properties in resources(template, "AWS::SageMaker::EndpointConfig"):
        for variant in properties.get("ProductionVariants", []):
            if "ServerlessConfig" not in variant:
                yield Finding(logical_id, f"variant {variant.get('VariantName')} has instances: give ServerlessConfig")
            elif "MaxConcurrency" not in variant["ServerlessConfig"]:
                yield Finding(logical_id, f"variant {variant.get('VariantName')} has no MaxConcurrency: bound its cost")
