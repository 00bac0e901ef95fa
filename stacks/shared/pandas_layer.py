"""The layer of AWS SDK for pandas, which AWS publishes Region by Region: other versions, and other accounts."""

from aws_cdk import Aws, CfnMapping, Stack, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

_EVERYBODY = "336392948345"
_SINCE_THE_FIRST = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
_PUBLISHED = {
    **dict.fromkeys(_SINCE_THE_FIRST, (_EVERYBODY, 27)),
    "af-south-1": (_EVERYBODY, 26),
    "ap-east-1": ("839552336658", 25),
    "ap-south-2": ("246107603503", 25),
    "ap-southeast-3": ("258944054355", 25),
    "ap-southeast-4": ("945386623051", 25),
    "ca-west-1": ("941713567376", 2),
    "eu-central-2": ("956415814219", 25),
    "eu-south-1": ("774444163449", 25),
    "eu-south-2": ("982086096842", 25),
    "il-central-1": ("263840725265", 25),
    "me-central-1": ("593833071574", 25),
}
"""Region -> account and version of 3.16.1 for Python 3.12 on x86_64.

`docs/source/layers.rst` at tag 3.16.1 of https://github.com/aws/aws-sdk-pandas; the versions of 3.17.0 that its page
names were not there for everybody (issue 3393).
"""
PANDAS_LAYERS = {
    region: f"arn:aws:lambda:{region}:{account}:layer:AWSSDKPandas-Python312:{version}"
    for region, (account, version) in sorted(_PUBLISHED.items())
}


def pandas_layer(scope: Construct) -> lambda_.ILayerVersion:
    """Looked up when the stack is deployed: in a Region without it CloudFormation refuses the template.

    Raises ValueError at synth where the stack's Region is known.
    """
    region = Stack.of(scope).region
    if not Token.is_unresolved(region) and region not in PANDAS_LAYERS:
        raise ValueError(f"AWS publishes no layer of pandas in {region}; there is one in {', '.join(PANDAS_LAYERS)}")
    published = CfnMapping(
        scope, "PandasLayerByRegion", mapping={region: {"arn": arn} for region, arn in PANDAS_LAYERS.items()}
    )
    return lambda_.LayerVersion.from_layer_version_arn(scope, "Pandas", published.find_in_map(Aws.REGION, "arn"))
