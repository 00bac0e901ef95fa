"""The last image for V100 is one that the SageMaker SDK knows; it does not know the current repository, `pytorch`.

The SDK's data comes from `sagemaker-core`, installed without the packages it depends on; it is read, never imported.
"""

import json
import re
from importlib.metadata import distribution

import pytest

from stacks.shared.base_image import LAST_V100

TAG = re.compile(r"(?P<version>\d+\.\d+\.\d+)-(?P<processor>gpu|cpu)-(?P<python>py\d+)")


@pytest.fixture(scope="module")
def pytorch_training():
    path = distribution("sagemaker-core").locate_file("sagemaker/core/image_uri_config/pytorch.json")
    return json.loads(path.read_text())["training"]


def test_the_last_image_for_v100_is_published(pytorch_training):
    repository, _, name = LAST_V100.rpartition("/")[2].partition(":")
    tag = TAG.match(name)
    published = pytorch_training["versions"][tag["version"]]

    assert published["repository"] == repository
    assert tag["python"] in published["py_versions"]
    assert tag["processor"] in published.get("processors", pytorch_training["processors"])
