"""What the templates promise: data that survives, routes that ask for a signature, one topic for every alarm."""

import json

import pytest

from lambdas.device_api import models as device_api
from lambdas.operations_api import models as operations_api
from lambdas.registry import models as registry
from lambdas.review_api import models as review_api
from stacks.domains import ALL_DOMAINS

DOMAIN = "VigilDevelopmentCats"
EVERY_DOMAIN = pytest.mark.parametrize("domain", ALL_DOMAINS)
BUCKETS = {"StorageAccessLogs96FB524C", "StorageArtifacts08431D1F", "StorageCaptures6C276072"}
TABLES = {
    "StorageReleases6BB98AF1",
    "StorageDevices124B4481",
    "StorageAudit9012A908",
    "StorageDetectionsFDD1E6C3",
}


def test_each_environment_has_its_stacks(development, production):
    assert set(development) == {
        "VigilDevelopmentData",
        "VigilDevelopmentApi",
        "VigilDevelopmentOperations",
        *(f"VigilDevelopment{name.title()}" for name in ALL_DOMAINS),
    }
    assert set(production) == {f"VigilProduction{word}" for word in ("Data", "Api", "Operations", "Cats", "Delivery")}


def test_a_deployment_of_one_environment_leaves_the_stacks_of_another_alone(development, production):
    """With one name for both, `cdk deploy --all` of the wrong one takes production's protection and data away."""
    assert not set(development) & set(production)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_second_environment_in_an_account_fails_before_anything_else_is_made(request, of_type, environment):
    template = request.getfixturevalue(environment)[f"Vigil{environment.title()}Data"]
    ((claim, parameter),) = of_type(template, "AWS::SSM::Parameter").items()
    assert (parameter["Properties"]["Name"], parameter["Properties"]["Value"]) == ("/vigil/environment", environment)
    stored = ("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::DynamoDB::Table")
    assert all(claim in one["DependsOn"] for kind in stored for one in of_type(template, kind).values())


@pytest.mark.parametrize(
    ("stack", "kind", "logical_ids"),
    [
        ("VigilDevelopmentData", "AWS::KMS::Key", {"StorageKeyBAA9457B"}),
        ("VigilDevelopmentData", "AWS::S3::Bucket", BUCKETS),
        ("VigilDevelopmentData", "AWS::DynamoDB::Table", TABLES),
        (DOMAIN, "AWS::S3::Bucket", {"CatRecognitionRawDataRaw450CA41E"}),
        (DOMAIN, "AWS::DynamoDB::Table", {"CatRecognitionRawDataLabels8CF38DE2"}),
        ("VigilDevelopmentBattery", "AWS::S3::Bucket", {"BatterySafetyRawDataRaw6CF83F1D"}),
        ("VigilDevelopmentBattery", "AWS::DynamoDB::Table", set()),
    ],
)
def test_stateful_resources_keep_their_logical_ids(development, of_type, stack, kind, logical_ids):
    """A logical id that changes makes CloudFormation throw the data away and start anew."""
    assert set(of_type(development[stack], kind)) == logical_ids


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
def test_production_keeps_data_and_development_throws_it_away(development, production, of_type, kind):
    for word in ("Data", "Cats"):
        kept = of_type(production[f"VigilProduction{word}"], kind).values()
        thrown_away = of_type(development[f"VigilDevelopment{word}"], kind).values()
        assert {one["DeletionPolicy"] for one in kept} <= {"Retain"}
        assert {one["DeletionPolicy"] for one in thrown_away} <= {"Delete"}


def test_buckets_are_private_and_encrypted_with_the_one_key(development, of_type):
    buckets = {name: one for stack in development.values() for name, one in of_type(stack, "AWS::S3::Bucket").items()}
    assert len(buckets) == len(BUCKETS) + len(ALL_DOMAINS)
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert all(properties["PublicAccessBlockConfiguration"].values()), name
        (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        expected = "AES256" if "AccessLogs" in name else "aws:kms"
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == expected, name


def test_buckets_refuse_requests_without_tls(development, of_type):
    policies = [one for stack in development.values() for one in of_type(stack, "AWS::S3::BucketPolicy").values()]
    assert len(policies) == len(BUCKETS) + len(ALL_DOMAINS)
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        assert any(
            one["Effect"] == "Deny" and one.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for one in statements
        )


def test_the_key_rotates_and_tables_can_be_restored(development, of_type):
    (key,) = of_type(development["VigilDevelopmentData"], "AWS::KMS::Key").values()
    tables = of_type(development["VigilDevelopmentData"], "AWS::DynamoDB::Table")

    assert key["Properties"]["EnableKeyRotation"] is True
    for table in tables.values():
        assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    keys = [[one["AttributeName"] for one in table["Properties"]["KeySchema"]] for table in tables.values()]
    assert sorted(keys) == [["domain"], ["domain", "detection_id"], ["domain", "device_id"], ["domain", "entry"]]


@EVERY_DOMAIN
def test_every_route_asks_for_a_signature(development, of_type, domain):
    routes = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::ApiGatewayV2::Route").values()

    assert {one["Properties"]["RouteKey"] for one in routes} == {
        f"POST /v1/{domain}/predict",
        f"GET /v1/{domain}/model",
        *([f"POST /v1/{domain}/labels"] if domain == "fire" else []),
    }
    assert {one["Properties"]["AuthorizationType"] for one in routes} == {"AWS_IAM"}


@EVERY_DOMAIN
def test_api_gateway_may_call_the_router_for_every_route(development, of_type, domain):
    granted = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::Lambda::Permission").values()
    arns = [json.dumps(one["Properties"].get("SourceArn", "")) for one in granted]

    for route in (f"/v1/{domain}/predict", f"/v1/{domain}/model"):
        assert any(route in arn for arn in arns)


def test_the_stage_is_throttled_and_logged(development, of_type):
    (stage,) = of_type(development["VigilDevelopmentApi"], "AWS::ApiGatewayV2::Stage").values()

    assert stage["Properties"]["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}
    assert "$context.status" in json.loads(stage["Properties"]["AccessLogSettings"]["Format"]).values()


@EVERY_DOMAIN
def test_every_alarm_goes_to_the_one_topic(development, of_type, domain):
    alarms = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::CloudWatch::Alarm")
    names = {alarm["Properties"]["AlarmName"].removeprefix(f"vigil-{domain}-") for alarm in alarms.values()}

    assert {"Errors", "Latency", "Throttles", "CapturesLost", "RolledBack"} <= names
    assert {"TrainingEventsLost", "ReleaseEventsLost", "TrainingFailed"} <= names
    targets = {json.dumps(alarm["Properties"]["AlarmActions"]) for alarm in alarms.values()}
    assert len(targets) == 1
    assert "VigilDevelopmentOperations" in targets.pop()


@EVERY_DOMAIN
def test_functions_have_the_names_that_people_type(development, of_type, domain):
    functions = of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::Lambda::Function").values()
    names = {one["Properties"]["FunctionName"] for one in functions if "FunctionName" in one["Properties"]}

    words = ("trigger-training", "data-prep", "model-gate", "endpoint-release", "router", "drift-monitor")
    by_definition = {f"vigil-{domain}-{word}" for word in ("review", "retraining-trigger")}
    assert names - by_definition == {f"vigil-{domain}-{word}" for word in words}


def test_a_lost_request_to_train_is_kept(development, of_type):
    (config,) = (
        one
        for name, one in of_type(development[DOMAIN], "AWS::Lambda::EventInvokeConfig").items()
        if "TrainingTrigger" in name
    )
    queue = config["Properties"]["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]

    assert queue in of_type(development[DOMAIN], "AWS::SQS::Queue")


def test_a_pinned_domain_has_an_endpoint_of_cloudformation_and_no_pipeline(production, of_type):
    template = production["VigilProductionCats"]
    (router,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-router"
    )
    variables = router["Environment"]["Variables"]

    assert len(of_type(template, "AWS::SageMaker::Endpoint")) == 1
    assert variables["PINNED_ENDPOINT"] == "vigil-cats-pinned"
    assert "RELEASES_TABLE" not in variables
    assert not of_type(template, "AWS::StepFunctions::StateMachine")


def test_the_way_to_a_pinned_model_and_back_takes_no_export_away(development, production):
    """CloudFormation refuses to take an export away that a domain's stack, deployed later, still imports."""

    def exports(templates, environment):
        named = {name.removeprefix(f"Vigil{environment}"): template for name, template in templates.items()}
        return {
            name: {output for output, value in named[name].get("Outputs", {}).items() if "Export" in value}
            for name in ("Data", "Api", "Operations")
        }

    every_domain, one_that_is_pinned = exports(development, "Development"), exports(production, "Production")
    assert every_domain == one_that_is_pinned
    assert [len(found) for found in every_domain.values()] == [14, 1, 1]


def test_a_pinned_model_leaves_the_champions_parameter_as_it_is(development, production, of_type):
    """A parameter that went and came again would say `none` until the next release."""
    told = of_type(development["VigilDevelopmentCats"], "AWS::SSM::Parameter")
    assert told == of_type(production["VigilProductionCats"], "AWS::SSM::Parameter")
    assert [one["Properties"]["Value"] for one in told.values()] == ["none"]


NAMES_OF_OURS = ("ModelPackageGroupName", "TableName", "BucketName", "AliasName", "Name", "LogGroupName")


@pytest.mark.parametrize("environment", ["development", "production"])
def test_nothing_that_outlives_its_stack_has_a_name_of_ours(request, environment):
    """Where it is left behind, the next deployment would find its name taken."""
    for stack, template in request.getfixturevalue(environment).items():
        for logical_id, resource in template["Resources"].items():
            if resource.get("DeletionPolicy", "Delete") != "Delete":
                taken = set(NAMES_OF_OURS) & set(resource.get("Properties", {}))
                assert not taken, (stack, logical_id, taken)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_no_deployment_owns_a_model_package_group(request, of_type, environment):
    """AWS deletes no group that holds packages, and makes none whose name is taken: the gate makes it."""
    templates = request.getfixturevalue(environment).values()
    assert not [group for template in templates for group in of_type(template, "AWS::SageMaker::ModelPackageGroup")]


def test_a_pinned_endpoint_serves_the_one_manifest_that_was_named(production, of_type):
    (model,) = of_type(production["VigilProductionCats"], "AWS::SageMaker::Model").values()

    assert model["Properties"]["PrimaryContainer"]["Environment"] == {"VIGIL_MANIFEST_SHA256": "5e" * 32}


@EVERY_DOMAIN
def test_cloudformation_owns_no_endpoint_of_the_pipeline(development, of_type, domain):
    assert not of_type(development[f"VigilDevelopment{domain.title()}"], "AWS::SageMaker::Endpoint")


def test_only_the_repository_named_may_deploy(production, of_type):
    (role,) = of_type(production["VigilProductionDelivery"], "AWS::IAM::Role").values()
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject == "repo:owner/vigil:ref:refs/heads/main"


def test_the_registry_asks_for_a_signature_and_devices_for_their_token(development, of_type):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html."""
    template = development["VigilDevelopmentApi"]
    found = (one["Properties"] for one in of_type(template, "AWS::ApiGatewayV2::Authorizer").values())
    (authorizer,) = (one for one in found if one["Name"] == "devices")
    routes = [one["Properties"] for one in of_type(template, "AWS::ApiGatewayV2::Route").values()]

    assert (authorizer["AuthorizerPayloadFormatVersion"], authorizer["EnableSimpleResponses"]) == ("2.0", True)
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60
    asked = {one["RouteKey"]: one["AuthorizationType"] for one in routes if "/console" not in one["RouteKey"]}
    functions = (registry, review_api, operations_api, device_api)
    assert asked.keys() == {f"{route.method} {route.path}" for one in functions for route in one.ROUTES}
    assert {key for key, kind in asked.items() if kind == "CUSTOM"} == {
        "GET /api/v1/models/{name}/download",
        "GET /api/v1/devices/{name}/{device_id}/metadata/{file}",
        "GET /api/v1/devices/{name}/{device_id}/targets/{file}",
        "POST /api/v1/devices/{name}/{device_id}/reports",
    }
    assert set(asked.values()) == {"CUSTOM", "AWS_IAM"}


def test_stacks_tell_the_classes_that_an_import_is_held_to(development):
    told = {name: development[name].get("Outputs", {}).get("Classes", {}).get("Value") for name in development}
    assert told["VigilDevelopmentDeer"] == "deer"
    assert told["VigilDevelopmentAds"] == "ad,content"
    assert told["VigilDevelopmentBattery"] is None
