"""What a fleet asks of AWS in a month, and what that costs, from what was measured and what is assumed here."""

import math
from dataclasses import dataclass
from typing import Any

from benchmarks.registry.prices import cost

DEVICES = 10_000
HOUR_S, MONTH_H = 3600, 730
MEMORY_GB = 0.5
"""Both functions have 512 MB (stacks/api/devices.py)."""
SHARE_OF_A_CORE = 512 / 1769
"""Lambda gives a whole core at 1,769 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
AWS_CALL_MS = 6.0
"""Assumed: a warm call of DynamoDB or S3 in the Region."""
LAMBDA_LOG_BYTES = 450
"""Assumed: START, END, REPORT and X-Ray's line of one invocation."""
ACCESS_LOG_BYTES = 330
"""Assumed: a line of the API's access log (stacks/shared/http_api.py) with its values."""
HEADERS_BYTES = 500
"""Assumed: what TLS and API Gateway add to each answer beside what was counted on loopback."""
REMEMBERED_S = 5
"""lambdas/device_api reads timestamp.json, and that a next root is missing, once in so long, in each warm instance."""
METRICS, DIMENSIONS, RELEASES = 4, 1, 2
"""DeviceInferences, -Failures, -Latency, -Confidence: by domain, and by each of two releases."""
SIGNATURES_A_MONTH = 31 * 3
"""At most: timestamp, snapshot and targets, daily."""
THROTTLED_ABOVE, TRACED_AT_ONCE, TRACED_SHARE = 100, 1, 0.05
"""Requests a second that the API's stage lets through; X-Ray records the first of each second and 5 % of the others:
https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html"""
NOTED = 3
"""Writes a device and release: that others are given it, that it is, and that it was handed the bundle."""
KNOWN = ("next root (404)", "timestamp (200)")
"""What a look without news asks. Our client sends no If-None-Match: the framework reads the timestamp whole."""


@dataclass(frozen=True)
class Load:
    """One function's invocations a month, and their milliseconds."""

    invocations: float
    ms: float

    @property
    def gb_s(self) -> float:
        return self.invocations * math.ceil(self.ms) / 1000 * MEMORY_GB  # billed by the millisecond


def on_lambda(poll: dict[str, Any]) -> float:
    """Milliseconds of an invocation: the processor's, on Lambda's share of a core, and the waits for AWS."""
    return poll["cpu_ms"] / SHARE_OF_A_CORE + poll["aws_calls_per_request"] * AWS_CALL_MS


def month(look_s: int, polls: dict[str, Any], update: dict[str, Any]) -> dict[str, Any]:
    """Every device looks each `look_s` and reports each hour; nothing is released."""
    looks, reports = DEVICES * MONTH_H * HOUR_S / look_s, float(DEVICES * MONTH_H)
    look, report = update["look without news"], update["report"]
    requests = looks * look["api_requests"] + reports * report["api_requests"]
    # A look's two requests follow each other within the minute for which API Gateway remembers a token.
    loads = {
        "authorizer": Load(looks + reports, on_lambda(polls["authorizer"])),
        "look": Load(looks * look["api_requests"], max(on_lambda(polls[kind]) for kind in KNOWN)),
        "report": Load(reports, on_lambda(polls["report"])),
    }
    seconds = MONTH_H * HOUR_S
    busy = sum(load.invocations * load.ms / 1000 for load in loads.values()) / seconds
    gets = min(2 * seconds / REMEMBERED_S, loads["look"].invocations) * max(1, math.ceil(busy))
    invocations = sum(load.invocations for load in loads.values())
    log_bytes = requests * ACCESS_LOG_BYTES + invocations * LAMBDA_LOG_BYTES
    log_bytes += reports * polls["report"]["log_bytes_per_request"]
    sent = looks * look["bytes_down"] + reports * report["bytes_down"] + requests * HEADERS_BYTES
    verified = loads["authorizer"].invocations
    traces = _traced(verified, seconds) + _traced(invocations - verified, seconds)  # of two functions
    bill = {
        "HTTP API requests": cost("http_api", requests),
        "Lambda requests": cost("lambda_request", invocations),
        "Lambda GB-seconds": cost("lambda_gb_s", sum(load.gb_s for load in loads.values())),
        # An eventually consistent read of less than 4 KB is half a unit, a write one for each KB.
        "DynamoDB reads": cost("dynamodb_read", (looks + reports) / 2),
        "DynamoDB writes": cost("dynamodb_write", reports * math.ceil(update["record_bytes"] / 1024)),
        "S3 GETs": cost("s3_get", gets),
        "data out": cost("transfer", sent / 1e9),
        "logs": cost("logs", log_bytes / 1e9),
        "metrics": cost("metric", METRICS * DIMENSIONS * (1 + RELEASES)),
        "X-Ray traces": cost("traces", traces),
        "KMS key and daily signatures": cost("kms_key", 1) + cost("kms_sign", SIGNATURES_A_MONTH),
    }
    return {
        "requests_per_s": round(requests / seconds, 1),
        "lambda_invocations_per_s": round(invocations / seconds, 1),
        "lambda_concurrency": round(busy, 3),
        "lambda_ms": {name: round(load.ms, 1) for name, load in loads.items()},
        "usd_per_month": {name: round(usd, 2) for name, usd in bill.items()},
        "usd_per_month_in_all": round(sum(bill.values()), 2),
        "usd_per_device_and_year": round(12 * sum(bill.values()) / DEVICES, 4),
    }


def release(update: dict[str, Any]) -> dict[str, Any]:
    """One release that reaches every device: what it costs beside the looks."""
    taken, look = update["first update"], update["look without news"]
    requests = DEVICES * (taken["api_requests"] - look["api_requests"])
    usd = cost("http_api", requests) + cost("lambda_request", requests)
    usd += cost("dynamodb_write", DEVICES * NOTED * math.ceil(update["record_bytes"] / 1024))
    usd += cost("s3_get", DEVICES * taken["s3_requests"]) + cost("transfer", DEVICES * taken["bytes_down"] / 1e9)
    return {"gigabytes": round(DEVICES * taken["bytes_down"] / 1e9, 1), "usd": round(usd, 2)}


def all_at_once(update: dict[str, Any]) -> dict[str, float]:
    """Every device looks at the same moment, after an outage say."""
    requests = DEVICES * update["look without news"]["api_requests"]
    return {"requests": requests, "seconds_at_the_stages_limit": round(requests / THROTTLED_ABOVE)}


def _traced(invocations: float, seconds: float) -> float:
    rate = invocations / seconds
    return seconds * (min(rate, TRACED_AT_ONCE) + TRACED_SHARE * max(rate - TRACED_AT_ONCE, 0))
