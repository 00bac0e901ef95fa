"""Vigil's CDK app: the only reader of environment and context: `cdk deploy -c environment=production`."""

from collections.abc import Mapping

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.api_stack import ApiStack
from stacks.context import read_settings
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.domain_stack import DomainStack
from stacks.domains import ALL_DOMAINS
from stacks.operations_stack import OperationsStack
from stacks.pipeline.ml_domain import MlDomain
from stacks.settings import APP
from stacks.shared.vigil_checks import VigilChecks


def build(app: cdk.App, domains: Mapping[str, type[MlDomain]] = ALL_DOMAINS) -> None:
    """`domains`: name -> construct; by default every one in `stacks/domains`."""
    accepted = {name: domain.context_options for name, domain in domains.items()}
    settings = read_settings(app.node.get_all_context(), accepted)
    environment = settings.environment
    data = DataStack(app, environment.stack("data"), settings=settings)
    operations = OperationsStack(app, environment.stack("operations"), settings=settings, key=data.storage.key)
    alarms = operations.alarms.topic
    api = ApiStack(app, environment.stack("api"), settings=settings, storage=data.storage, alarms=alarms)
    for name in settings.domains:
        options = settings.options[name]
        DomainStack(app, environment.stack(name), domain=domains[name], platform=api.platform, options=options)
    if settings.github is not None:
        DeliveryStack(app, environment.stack("delivery"), settings=settings)
    cdk.Tags.of(app).add("app", APP)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), VigilChecks())


if __name__ == "__main__":
    # Traces of warnings have paths of temporary folders, and an assembly is to be the same wherever it is made.
    app = cdk.App(context={"aws:cdk:disable-stack-trace": True})
    build(app)
    app.synth()
