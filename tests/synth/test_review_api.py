"""What the review API may do, and by which routes it is reached."""

import pytest

from stacks.shared.rules.template import as_list, statements, text


@pytest.fixture(scope="module")
def allowed(development):
    """(action, resource) of its function's role."""
    return {
        (action, text(resource))
        for logical_id, statement in statements(development["VigilDevelopmentApi"])
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if logical_id.startswith("ReviewsFunctionRole")
    }


def _resources(allowed, action):
    return sorted(resource for one, resource in allowed if one == action)


def test_it_changes_detections_and_deletes_nothing(allowed):
    """A transaction of updates asks for UpdateItem: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html."""
    tables = {action for action, _ in allowed if action.startswith("dynamodb:")}
    assert tables == {"dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"}
    queried = _resources(allowed, "dynamodb:Query")
    assert [one.rpartition("/index/")[2] for one in queried] == ["queue", "recent"]


def test_it_writes_exports_and_reads_pictures_and_dataset_versions(allowed):
    assert [one.partition("/")[2] for one in _resources(allowed, "s3:PutObject")] == ["exports/*"]
    read = [one.partition("/")[2] for one in _resources(allowed, "s3:GetObject")]
    assert read == ["datasets/*", "detections/*/pictures/*", "exports/*"]


def test_it_tells_review_functions_and_no_other(allowed):
    (invoked,) = _resources(allowed, "lambda:InvokeFunction")
    assert invoked.rpartition(":")[2] == "vigil-*-review"


def test_each_route_is_there_for_programs_and_for_people(development, of_type):
    routes = [
        one["Properties"] for one in of_type(development["VigilDevelopmentApi"], "AWS::ApiGatewayV2::Route").values()
    ]
    kinds = {one["RouteKey"]: one["AuthorizationType"] for one in routes}
    for method, path in (
        ("GET", "/api/v1/detections"),
        ("GET", "/api/v1/detections/{detection_id}/picture"),
        ("POST", "/api/v1/detections/{detection_id}/review"),
        ("POST", "/api/v1/detections/{detection_id}/undo"),
        ("GET", "/api/v1/datasets/{domain}/{version}/export"),
    ):
        assert (kinds[f"{method} {path}"], kinds[f"{method} /console{path}"]) == ("AWS_IAM", "JWT")
