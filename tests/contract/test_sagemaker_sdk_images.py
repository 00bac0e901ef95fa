"""The last image for V100 is one that the SageMaker SDK knows; it does not know the current repository, `pytorch`."""

import re

import pytest
from sagemaker.core import image_uris

from stacks.shared.base_image import CURRENT_GPU, LAST_V100

V100, A10 = "ml.p3.8xlarge", "ml.g5.xlarge"


def published(version: str, python: str, instance: str) -> str:
    """Repository and tag of a PyTorch training image, as far as the SDK names it."""
    uri = image_uris.retrieve(
        "pytorch",
        region="us-west-2",
        version=version,
        py_version=python,
        instance_type=instance,
        image_scope="training",
    )
    return uri.rpartition("/")[2]


def test_the_last_image_for_v100_is_published():
    name = LAST_V100.rpartition("/")[2]
    version, python = re.search(r":([\d.]+)-gpu-(py\d+)-", name).groups()

    assert name.startswith(f"{published(version, python, V100)}-")


def test_the_current_image_is_newer_than_the_sdks_table():
    """When this fails, hold the current image to the table as well."""
    version = re.search(r":([\d.]+)-cu", CURRENT_GPU)[1]

    with pytest.raises(ValueError, match="Unsupported pytorch version"):
        published(version, "py312", A10)
