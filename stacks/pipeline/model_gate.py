"""Gate: decides on a package's evidence and registers it, with reasons, in the domain's model package group."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from lambdas.common.artifacts import runs_folder
from lambdas.model_gate.models import ModelGateVariables
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.function_states import invoke
from stacks.pipeline.serving import Serving
from stacks.shared import key_permissions, permissions
from stacks.shared.python_function import PythonFunction


class ModelGate(Construct):
    """The function makes the group with the first package: as a resource of ours it would stand in the way.

    It holds packages, so AWS would not delete it with the stack, nor let the next stack make it again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        serving: Serving,
    ) -> None:
        super().__init__(scope, construct_id)
        definition, names, platform = domain.definition, domain.names, domain.platform
        self.function = PythonFunction(
            self,
            "Function",
            name=names.of("model-gate"),
            package="model_gate",
            description=f"{definition.name}: decides whether a package may be released",
            variables=ModelGateVariables(
                domain=definition.name,
                task=definition.task,
                artifacts_bucket=platform.artifacts.bucket_name,
                package_group=names.prefix,
                releases_table=platform.releases.table_name,
                approval=platform.environment.approval,
                serving_image_uri=serving.image.image_uri,
                gate=definition.gate,
            ),
            platform=platform,
            timeout=Duration.minutes(5),
            memory_mb=1024,
        )
        permissions.allow_objects(
            self.function, permissions.WRITE_OBJECT, platform.artifacts, runs_folder(definition.name)
        )
        # SageMaker looks the image up as the one who registers a package of it.
        serving.image.repository.grant(self.function, *permissions.READ_IMAGE)
        key_permissions.allow_table(self.function, ("dynamodb:GetItem",), platform.releases, platform.key)
        packages = permissions.sagemaker_arns("model-package", f"{names.prefix}/*")
        groups = permissions.sagemaker_arns("model-package-group", names.prefix)
        permissions.allow(self.function, permissions.REGISTER_PACKAGE, [*packages, *groups])

    def state(self, scope: Construct, on_failure: sfn.State) -> sfn.IChainable:
        return invoke(
            scope,
            "ModelGate",
            self.function,
            payload={
                "run": "{% $states.input.run %}",
                "dataset": "{% $states.input.dataset %}",
                "model_data_url": "{% $states.input.model_data_url %}",
                "dry_run": "{% $states.input.dry_run = true %}",
            },
            on_failure=on_failure,
        )
