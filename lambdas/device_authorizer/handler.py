"""Edge of the authorizer: an HTTP API's request (payload 2.0) in, a simple response out.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
Needs: dynamodb:GetItem on the devices table.
"""

from functools import cache
from typing import Any

import boto3

from lambdas.common.device_record import DeviceRecord
from lambdas.common.observability import logger, tracer
from lambdas.device_authorizer.models import DeviceAuthorizerVariables
from lambdas.device_authorizer.token import Caller, TokenRefused, verified


@cache
def devices() -> Any:
    return boto3.resource("dynamodb").Table(DeviceAuthorizerVariables.load().devices_table)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """API Gateway remembers the answer for a token for a minute: so late a revoked device is refused at the most."""
    try:
        caller = verified(event.get("headers", {}).get("authorization", ""), _find)
    except TokenRefused as refused:
        logger.info("token refused", extra={"reason": str(refused)})
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": caller._asdict()}


def _find(caller: Caller) -> DeviceRecord | None:
    item = devices().get_item(Key={"domain": caller.domain, "device_id": caller.device_id}).get("Item")
    return None if item is None else DeviceRecord.model_validate(item)
