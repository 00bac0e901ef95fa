"""Rules of our own, where cdk-nag knows little: jobs, models, endpoints and who may do what. One rule a file."""

from stacks.shared.rules import (
    bare_star,
    full_access,
    model_role,
    named_replaceable,
    pass_role,
    serverless_endpoint,
    training_job,
)

RULES = {
    module.__name__.rsplit(".", 1)[1]: module.check
    for module in (
        bare_star,
        full_access,
        model_role,
        named_replaceable,
        pass_role,
        serverless_endpoint,
        training_job,
    )
}
"""Name -> a function from a template to what it finds wrong."""
