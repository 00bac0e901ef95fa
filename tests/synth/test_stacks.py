"""What the templates promise together: environments apart, one topic for every alarm, names."""

import json

import pytest

from stacks.domains import ALL_DOMAINS
from tests.synth.domain_stacks import DOMAIN, EVERY_DOMAIN


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


def test_only_the_repository_named_may_deploy(production, of_type):
    (role,) = of_type(production["VigilProductionDelivery"], "AWS::IAM::Role").values()
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject == "repo:owner/vigil:ref:refs/heads/main"


def test_stacks_tell_the_classes_that_an_import_is_held_to(development):
    told = {name: development[name].get("Outputs", {}).get("Classes", {}).get("Value") for name in development}
    assert told["VigilDevelopmentDeer"] == "deer"
    assert told["VigilDevelopmentAds"] == "ad,content"
    assert told["VigilDevelopmentBattery"] is None
