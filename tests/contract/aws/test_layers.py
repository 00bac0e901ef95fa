"""Layers that AWS publishes: what a function names must be there, in the Region it is deployed to."""

import aws_cdk as cdk
import pytest

from stacks.shared.pandas_layer import PANDAS_LAYERS, pandas_layer

# docs/source/layers.rst of aws/aws-sdk-pandas at commit 7ab4b559, "Release 3.16.1": Python 3.12, x86_64.
OF_ALL = "arn:aws:lambda:{}:336392948345:layer:AWSSDKPandas-Python312:{}"
PUBLISHED = {
    "us-east-1": OF_ALL.format("us-east-1", 27),
    "us-west-2": OF_ALL.format("us-west-2", 27),
    "eu-west-1": OF_ALL.format("eu-west-1", 27),
    "sa-east-1": OF_ALL.format("sa-east-1", 27),
    "af-south-1": OF_ALL.format("af-south-1", 26),
    "eu-central-2": "arn:aws:lambda:eu-central-2:956415814219:layer:AWSSDKPandas-Python312:25",
    "il-central-1": "arn:aws:lambda:il-central-1:263840725265:layer:AWSSDKPandas-Python312:25",
    "ca-west-1": "arn:aws:lambda:ca-west-1:941713567376:layer:AWSSDKPandas-Python312:2",
}
NOT_PUBLISHED = ("me-south-1", "mx-central-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1")


@pytest.fixture(scope="module")
def functions(stack):
    """Of battery: name without the common part -> its layers."""
    found = (
        one["Properties"] for one in stack("Battery")["Resources"].values() if one["Type"] == "AWS::Lambda::Function"
    )
    return {one["FunctionName"].removeprefix("vigil-battery-"): one for one in found if "FunctionName" in one}


@pytest.mark.parametrize("region", PUBLISHED)
def test_pandas_has_its_own_version_and_account_in_each_region(region):
    assert PANDAS_LAYERS[region] == PUBLISHED[region]


def test_28_regions_have_pandas():
    assert len(PANDAS_LAYERS) == 28
    assert not set(NOT_PUBLISHED) & set(PANDAS_LAYERS)


def test_the_region_of_the_deployment_chooses_the_layer(stack, functions):
    (mapping,) = (name for name in stack("Battery")["Mappings"] if "PandasLayer" in name)

    _, pandas = functions["data-prep"]["Layers"]

    assert pandas == {"Fn::FindInMap": [mapping, {"Ref": "AWS::Region"}, "arn"]}
    assert stack("Battery")["Mappings"][mapping]["ca-west-1"] == {"arn": PUBLISHED["ca-west-1"]}


@pytest.mark.parametrize("region", NOT_PUBLISHED)
def test_a_known_region_without_pandas_is_refused_at_synth(region):
    stack = cdk.Stack(env=cdk.Environment(region=region))

    with pytest.raises(ValueError, match=f"no layer of pandas in {region}; there is one in af-south-1, "):
        pandas_layer(stack)


def test_powertools_is_the_layer_that_aws_names(functions):
    """https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/: each commercial Region."""
    for function in functions.values():
        powertools, *_ = function["Layers"]
        assert powertools == {
            "Fn::Join": [
                "",
                [
                    "arn:",
                    {"Ref": "AWS::Partition"},
                    ":lambda:",
                    {"Ref": "AWS::Region"},
                    ":017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:27",
                ],
            ]
        }
