"""What all endpoints of a domain share: image, role, and the parameter that names the champion's endpoint."""

from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from lambdas.common.artifacts import runs_folder
from stacks.pipeline.domain_context import DomainContext
from stacks.shared import permissions
from stacks.shared.acknowledge import acknowledge_star
from stacks.shared.container_image import serving_image


class Serving(Construct):
    """`champion`: an SSM parameter for apps that call the SageMaker API themselves.

    The template always says `none`, so that no deployment overwrites what releases write (docs/decisions/0013).
    """

    def __init__(self, scope: Construct, construct_id: str, *, domain: DomainContext) -> None:
        super().__init__(scope, construct_id)
        self.image = serving_image(self, "Image")
        self.role = EndpointRole(self, "EndpointRole", domain=domain, image=self.image)
        self.champion = ssm.StringParameter(
            self,
            "Champion",
            parameter_name=domain.names.champion_parameter,
            string_value="none",
            description=f"Endpoint of the champion of {domain.definition.name}; releases keep it true",
        )


class EndpointRole(iam.Role):
    """Reads model packages, pulls the serving image, writes its logs."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: DomainContext, image: assets.DockerImageAsset
    ) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        names, artifacts = domain.names, domain.platform.artifacts
        permissions.allow_objects(self, permissions.READ_OBJECT, artifacts, runs_folder(names.domain))
        image.repository.grant_pull(self)
        logs = permissions.arn_of("logs", f"log-group:/aws/sagemaker/Endpoints/{names.prefix}-*")
        permissions.allow(self, permissions.WRITE_LOGS, [logs])
        permissions.allow_metrics(self, "/aws/sagemaker/*")
        acknowledge_star(self, "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData")
