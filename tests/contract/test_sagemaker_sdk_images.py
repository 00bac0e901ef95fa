"""The base images we build on are ones that the SageMaker SDK knows.

The SDK's data comes from `sagemaker-core`, installed without the packages it depends on; it is read, never imported.
"""

import json
import re
from importlib.metadata import distribution

import pytest

from stacks.shared.base_image import CURRENT_GPU, LAST_V100

IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<repository>[^:]+):(?P<tag>.+)"
)
TAG = re.compile(r"(?P<version>\d+\.\d+\.\d+)-(?P<processor>gpu|cpu)-(?P<python>py\d+)")


@pytest.fixture(scope="module")
def pytorch_training():
    path = distribution("sagemaker-core").locate_file("sagemaker/core/image_uri_config/pytorch.json")
    return json.loads(path.read_text())["training"]


@pytest.mark.parametrize("image", [CURRENT_GPU, LAST_V100])
def test_the_image_is_published(pytorch_training, image):
    address = IMAGE.fullmatch(image)
    tag = TAG.match(address["tag"])
    published = pytorch_training["versions"][tag["version"]]

    assert published["registries"][address["region"]] == address["account"]
    assert published["repository"] == address["repository"]
    assert tag["python"] in published["py_versions"]
    assert tag["processor"] in published.get("processors", pytorch_training["processors"])


def test_the_current_image_is_the_newest_that_the_sdk_knows(pytorch_training):
    """When this fails, a newer base image has come: read its notes, then take it."""
    newest = max(pytorch_training["versions"], key=lambda version: tuple(int(part) for part in version.split(".")))

    assert f":{newest}-" in CURRENT_GPU
