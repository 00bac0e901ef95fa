"""Model and EndpointConfig: records that an endpoint reads."""

import time

from sandbox.aws.sagemaker.account import Account, find, page
from sandbox.aws.sagemaker.errors import invalid

# https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
SERVERLESS_MEMORY_MB = (1024, 2048, 3072, 4096, 5120, 6144)
SERVERLESS_MAX_CONCURRENCY = 200


def create_model(account: Account, request: dict) -> dict:
    name = request["ModelName"]
    containers = [request["PrimaryContainer"]] if "PrimaryContainer" in request else request.get("Containers", [])
    if len(containers) != 1:
        raise invalid(f"Model {name}: one container is needed, {len(containers)} given; the sandbox runs no pipelines.")
    arn = account.aws.arn("model", name)
    with account.lock:
        if name in account.models:
            raise invalid(f'Cannot create already existing model "{arn}".')
        account.models[name] = _without_tags(request) | {"ModelArn": arn, "CreationTime": time.time()}
        account.tag(arn, request.get("Tags"))
    return {"ModelArn": arn}


def describe_model(account: Account, request: dict) -> dict:
    name = request["ModelName"]
    return find(account.models, name, f'Could not find model "{account.aws.arn("model", name)}".')


def delete_model(account: Account, request: dict) -> dict:
    with account.lock:
        describe_model(account, request)
        del account.models[request["ModelName"]]
    return {}


def list_models(account: Account, request: dict) -> dict:
    summaries = [_pick(record, "ModelName", "ModelArn", "CreationTime") for record in account.models.values()]
    found, more = page(_named(summaries, "ModelName", request), request)
    return {"Models": found} | more


def create_endpoint_config(account: Account, request: dict) -> dict:
    name = request["EndpointConfigName"]
    arn = account.aws.arn("endpoint-config", name)
    _check_variants(request["ProductionVariants"])
    with account.lock:
        if name in account.endpoint_configs:
            raise invalid(f'Cannot create already existing endpoint configuration "{arn}".')
        for variant in request["ProductionVariants"]:
            describe_model(account, {"ModelName": variant["ModelName"]})
        record = _without_tags(request) | {"EndpointConfigArn": arn, "CreationTime": time.time()}
        account.endpoint_configs[name] = record
        account.tag(arn, request.get("Tags"))
    return {"EndpointConfigArn": arn}


def describe_endpoint_config(account: Account, request: dict) -> dict:
    name = request["EndpointConfigName"]
    arn = account.aws.arn("endpoint-config", name)
    return find(account.endpoint_configs, name, f'Could not find endpoint configuration "{arn}".')


def delete_endpoint_config(account: Account, request: dict) -> dict:
    with account.lock:
        describe_endpoint_config(account, request)
        del account.endpoint_configs[request["EndpointConfigName"]]
    return {}


def list_endpoint_configs(account: Account, request: dict) -> dict:
    fields = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")
    summaries = [_pick(record, *fields) for record in account.endpoint_configs.values()]
    found, more = page(_named(summaries, "EndpointConfigName", request), request)
    return {"EndpointConfigs": found} | more


def _check_variants(variants: list[dict]) -> None:
    """Refuse what AWS refuses of a serverless variant, and what the sandbox cannot run."""
    if len(variants) != 1:
        raise invalid(f"{len(variants)} production variants given; the sandbox serves exactly one per endpoint.")
    serverless = variants[0].get("ServerlessConfig")
    if serverless is None:
        return
    if serverless["MemorySizeInMB"] not in SERVERLESS_MEMORY_MB:
        raise invalid(f"MemorySizeInMB {serverless['MemorySizeInMB']} is not one of {SERVERLESS_MEMORY_MB}.")
    if serverless["MaxConcurrency"] > SERVERLESS_MAX_CONCURRENCY:
        raise invalid(f"MaxConcurrency {serverless['MaxConcurrency']} is above {SERVERLESS_MAX_CONCURRENCY}.")
    if "InstanceType" in variants[0]:
        raise invalid("A variant with a ServerlessConfig must not name an InstanceType.")


def _without_tags(request: dict) -> dict:
    return {name: value for name, value in request.items() if name != "Tags"}


def _pick(record: dict, *names: str) -> dict:
    return {name: record[name] for name in names}


def _named(summaries: list[dict], field: str, request: dict) -> list[dict]:
    return [summary for summary in summaries if request.get("NameContains", "") in summary[field]]


ACTIONS = {
    "CreateModel": create_model,
    "DescribeModel": describe_model,
    "DeleteModel": delete_model,
    "ListModels": list_models,
    "CreateEndpointConfig": create_endpoint_config,
    "DescribeEndpointConfig": describe_endpoint_config,
    "DeleteEndpointConfig": delete_endpoint_config,
    "ListEndpointConfigs": list_endpoint_configs,
}
