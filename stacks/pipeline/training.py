"""Training: the image, the role and the permissions of a domain's training jobs."""

from aws_cdk import Annotations
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.pipeline import definition
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.tracking import Tracking
from stacks.pipeline.training_role import TrainingRole
from stacks.shared import permissions
from stacks.shared.base_image import base_image
from stacks.shared.container_image import training_image

_NOT_ENCRYPTED = (
    "the hosts of one job talk to each other unencrypted, but for what AWS's network encrypts by itself: "
    "Step Functions' integration cannot ask for more (docs/decisions/0021)"
)


class Training(Construct):
    """`tracking`: the server that jobs log to, for which they get a network; None: they run isolated."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        raw_data: RawData,
        tracking: Tracking | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._domain = domain
        self.tracking = tracking
        training = domain.definition.training
        self._images = self._make_images(training)
        self.role = TrainingRole(self, "Role", domain=domain, raw_data=raw_data, images=[*self._images.values()])
        if training.pretrained is not None:
            self.role.allow_pretrained(training.pretrained)
        if tracking is not None:
            self.role.allow_tracking(tracking)
            Annotations.of(self).add_warning_v2("vigil:tracking", f"{tracking.uri}: training jobs get a network for it")
        if any(way.instance_count > 1 for way in training.ways):
            Annotations.of(self).add_warning_v2("vigil:hosts", _NOT_ENCRYPTED)

    def _make_images(self, training: definition.Training) -> dict[str, assets.DockerImageAsset]:
        """Base image -> the container's image on it: instances of two families may need two."""
        made: dict[str, assets.DockerImageAsset] = {}
        for way in training.ways:
            base = base_image(way.instance)
            if base not in made:
                name = "Image" if not made else f"Image{len(made) + 1}"
                made[base] = training_image(
                    self, name, container=way.container, instance=way.instance, edge=way.exports_edge
                )
        return made

    def image_uri(self, instance: str) -> str:
        return self._images[base_image(instance)].image_uri

    def grant_run(self, grantee: iam.IGrantable) -> None:
        """Lets a state machine run the domain's training jobs, and its tuning jobs if it declares a search."""
        self._allow_jobs(grantee, "training-job", permissions.RUN_TRAINING_JOB, rule="TrainingJobs")
        permissions.allow_pass_role(grantee, self.role, "sagemaker.amazonaws.com")
        if self._domain.definition.training.tuning is not None:
            self._allow_jobs(grantee, "hyper-parameter-tuning-job", permissions.RUN_TUNING_JOB, rule="TuningJobs")

    def _allow_jobs(self, grantee: iam.IGrantable, kind: str, actions: tuple[str, ...], rule: str) -> None:
        jobs = permissions.sagemaker_arns(kind, f"{self._domain.names.prefix}-*")
        permissions.allow(grantee, actions + permissions.TAG_JOB, jobs)
        managed = permissions.arn_of("events", f"rule/StepFunctionsGetEventsForSageMaker{rule}Rule")
        permissions.allow(grantee, permissions.WATCH_JOB, [managed])
