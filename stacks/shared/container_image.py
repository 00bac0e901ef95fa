"""Container images as assets: built and pushed by `cdk deploy`, so that synth needs no Docker."""

from aws_cdk import Annotations, IgnoreMode
from aws_cdk import aws_ecr_assets as assets
from constructs import Construct

from stacks.shared.base_image import base_image, retirement_warning
from stacks.shared.source_tree import ROOT, all_but, copied

_OUTPUT = "type=docker,oci-mediatypes=false"
"""Docker's own manifest; builders write OCI's by default, and CreateModel: "Unsupported manifest media type".

https://github.com/aws/amazon-sagemaker-feedback/issues/180; https://docs.docker.com/build/exporters/oci-docker/
"""


def _image(scope: Construct, construct_id: str, dockerfile: str, **build_args: str) -> assets.DockerImageAsset:
    return assets.DockerImageAsset(
        scope,
        construct_id,
        directory=str(ROOT),
        file=dockerfile,
        exclude=all_but(*copied(dockerfile)),
        ignore_mode=IgnoreMode.DOCKER,
        build_args=build_args or None,
        outputs=[_OUTPUT],
        platform=assets.Platform.LINUX_AMD64,
    )


def serving_image(scope: Construct, construct_id: str) -> assets.DockerImageAsset:
    return _image(scope, construct_id, "inference/Dockerfile")


def training_image(
    scope: Construct, construct_id: str, *, container: str, instance: str, edge: bool = False
) -> assets.DockerImageAsset:
    """The image of `training_containers/<container>` on the base that `instance` needs; `edge`: it exports."""
    warning = retirement_warning(instance)
    if warning is not None:
        Annotations.of(scope).add_warning_v2(f"vigil:{instance}", warning)
    dockerfile, base = f"training_containers/{container}/Dockerfile", base_image(instance)
    return _image(scope, construct_id, dockerfile, BASE_IMAGE=base, **({"EDGE": "1"} if edge else {}))
