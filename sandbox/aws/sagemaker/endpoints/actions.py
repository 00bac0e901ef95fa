"""CreateEndpoint, DescribeEndpoint, UpdateEndpoint, DeleteEndpoint, ListEndpoints."""

import copy
import threading
import time

from sandbox.aws.sagemaker import models
from sandbox.aws.sagemaker.account import Account, page
from sandbox.aws.sagemaker.endpoints.endpoint import Endpoint
from sandbox.aws.sagemaker.errors import invalid

_SUMMARY = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")


def create(account: Account, request: dict) -> dict:
    name, config = request["EndpointName"], request["EndpointConfigName"]
    arn = account.aws.arn("endpoint", name)
    now = time.time()
    with account.lock:
        if name in account.endpoints:
            raise invalid(f'Cannot create already existing endpoint "{arn}".')
        models.describe_endpoint_config(account, {"EndpointConfigName": config})
        endpoint = account.endpoints[name] = Endpoint(
            account,
            {
                "EndpointName": name,
                "EndpointArn": arn,
                "EndpointConfigName": config,
                "CreationTime": now,
                "LastModifiedTime": now,
            },
        )
        account.tag(arn, request.get("Tags"))
    endpoint.enter("Creating")
    _serve_later(endpoint, config)
    return {"EndpointArn": arn}


def describe(account: Account, request: dict) -> dict:
    with account.lock:
        return copy.deepcopy(find(account, request["EndpointName"]).description)


def update(account: Account, request: dict) -> dict:
    endpoint = find(account, request["EndpointName"])
    models.describe_endpoint_config(account, request)
    with account.lock:
        status = endpoint.description["EndpointStatus"]
        if status != "InService":
            raise invalid(
                f'Cannot update in-progress endpoint "{endpoint.description["EndpointArn"]}": it is {status}.'
            )
        endpoint.description["EndpointStatus"] = "Updating"
    endpoint.enter("Updating")
    _serve_later(endpoint, request["EndpointConfigName"])
    return {"EndpointArn": endpoint.description["EndpointArn"]}


def delete(account: Account, request: dict) -> dict:
    with account.lock:
        endpoint = find(account, request["EndpointName"])
        del account.endpoints[request["EndpointName"]]
        endpoint.description["EndpointStatus"] = "Deleting"
    endpoint.enter("Deleting")
    if endpoint.server is not None:
        endpoint.server.stop()
    return {}


def list_endpoints(account: Account, request: dict) -> dict:
    with account.lock:
        summaries = [
            {name: endpoint.description[name] for name in _SUMMARY}
            for name, endpoint in account.endpoints.items()
            if request.get("NameContains", "") in name
            and request.get("StatusEquals") in (None, endpoint.description["EndpointStatus"])
        ]
    found, more = page(summaries, request)
    return {"Endpoints": found} | more


def find(account: Account, name: str) -> Endpoint:
    if name not in account.endpoints:
        raise invalid(f'Could not find endpoint "{account.aws.arn("endpoint", name)}".')
    return account.endpoints[name]


def _serve_later(endpoint: Endpoint, config: str) -> None:
    threading.Thread(
        target=endpoint.serve, args=(config,), daemon=True, name=f"endpoint {endpoint.description['EndpointName']}"
    ).start()


ACTIONS = {
    "CreateEndpoint": create,
    "DescribeEndpoint": describe,
    "UpdateEndpoint": update,
    "DeleteEndpoint": delete,
    "ListEndpoints": list_endpoints,
}
