"""Container images: bases that AWS publishes, and manifests that SageMaker reads."""

import json

import pytest

from stacks.shared.base_image import base_image
from stacks.shared.source_tree import ROOT

# Tags in docs/src/data/pytorch/2.13-cuda-sagemaker.yml (patched until 2027-07-20) and
# docs/src/data/pytorch-training/2.6-gpu-sagemaker.yml of aws/deep-learning-containers, both `public_registry: true`.
CURRENT = "public.ecr.aws/deep-learning-containers/pytorch:2.13.0-cu133-amzn2023-sagemaker"
LAST_V100 = "public.ecr.aws/deep-learning-containers/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"


@pytest.mark.parametrize(
    ("instance", "image"),
    [
        ("ml.g5.xlarge", CURRENT),
        ("ml.g6.12xlarge", CURRENT),
        ("ml.p4d.24xlarge", CURRENT),
        ("ml.p3.8xlarge", LAST_V100),
    ],
)
def test_gpu_images_stand_on_a_whole_tag_that_is_published(instance, image):
    assert base_image(instance) == image


def test_the_current_gpu_image_brings_the_torch_that_tests_pass_with():
    assert "torch==2.13.0" in (ROOT / "requirements.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def sources(assembly, deployed):
    manifests = (json.loads(path.read_text()) for path in assembly.glob("*.assets.json"))
    found = [image["source"] for manifest in manifests for image in manifest.get("dockerImages", {}).values()]
    assert {source["dockerFile"] for source in found} >= {"inference/Dockerfile"}
    return found


def test_images_have_dockers_manifest(sources):
    """SageMaker: "Unsupported manifest media type application/vnd.oci.image.manifest.v1+json".

    `oci-mediatypes` is false by default for type=docker, but for a builder that stores images in containerd:
    https://docs.docker.com/build/exporters/oci-docker/; aws/amazon-sagemaker-feedback issue 180.
    """
    assert [source.get("dockerOutputs") for source in sources] == [["type=docker,oci-mediatypes=false"]] * len(sources)


def test_images_are_built_with_our_constraints(assembly, sources):
    """`COPY constraints.txt` finds only what the build context has."""
    assert [source for source in sources if not (assembly / source["directory"] / "constraints.txt").exists()] == []


def test_images_are_built_for_the_processors_of_serverless_endpoints(sources):
    assert {source["platform"] for source in sources} == {"linux/amd64"}


def test_the_pinned_cli_asks_for_no_attestation():
    """An attestation makes an index of the image, which is OCI's whatever the output says."""
    program = (ROOT / "node_modules" / "aws-cdk" / "lib" / "index.js").read_text()
    assert 'BUILDX_NO_DEFAULT_ATTESTATIONS: "1"' in program
