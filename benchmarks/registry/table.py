"""benchmarks/results/registry.md, from its JSON."""

from typing import Any

from benchmarks.registry import bill
from benchmarks.registry.prices import DATED, PRICES

COLUMNS = {
    "cpu_ms": "mean ms",
    "cpu_p50_ms": "p50 ms",
    "cpu_p99_ms": "p99 ms",
    "wall_p50_ms": "p50 ms by the clock",
    "wall_p99_ms": "p99 ms by the clock",
    "requests_per_core_second": "requests/s a core",
    "aws_calls_per_request": "calls of AWS",
}
UPDATES = {
    "api_requests": "API requests",
    "s3_requests": "S3 requests",
    "bytes_up": "bytes up",
    "bytes_down": "bytes down",
    "cpu_s": "CPU s of the device",
    "wall_s": "s by the clock",
}


def page(result: dict[str, Any]) -> str:
    parts = [
        "# 10,000 devices that poll",
        "Made by `python -m benchmarks.registry`.",
        f"{result['at']}, {result['machine']}, load average {result['load_average']}.",
        "## Requests",
        f"{result['devices']:,} devices, each with a key, a token and a record of its own, one request of each kind. "
        "The handlers run in this process; moto answers in AWS's place, and what it takes is subtracted: what is left "
        "is the functions' own work, boto3's included. Times are the processor's where nothing else is said, because "
        "others used the machine, too. Warm: no cold start is in them.",
        _table("request", COLUMNS, result["polls"]),
        "## A device's update",
        "The real client over HTTP on loopback, against the real functions; the network of the release is a toy, so no "
        "TFLite is loaded. Medians of 3; headers are counted, TLS is not.",
        _table(
            "what",
            UPDATES,
            {
                f"{what}, {size}": row
                for size, found in result["updates"].items()
                for what, row in found.items()
                if isinstance(row, dict)
            },
        ),
        "## On AWS, reckoned",
        _assumptions(),
        _month(result["month"]),
        _releases(result),
        f"{DATED}",
        _prices(),
    ]
    return "\n\n".join(parts) + "\n"


def _table(first: str, columns: dict[str, str], rows: dict[str, dict[str, Any]]) -> str:
    head = [f"| {first} | {' | '.join(columns.values())} |", f"| --- |{' ---: |' * len(columns)}"]
    body = [f"| {name} | {' | '.join(f'{row[column]:,}' for column in columns)} |" for name, row in rows.items()]
    return "\n".join([*head, *body])


def _assumptions() -> str:
    return (
        f"Not measured, but assumed: a core here is one of Lambda's, of which 512 MB have {bill.SHARE_OF_A_CORE:.2f}; "
        f"a call of DynamoDB or S3 takes {bill.AWS_CALL_MS:g} ms; {bill.LAMBDA_LOG_BYTES} B of log an invocation, "
        f"{bill.ACCESS_LOG_BYTES} B a request in the access log, {bill.HEADERS_BYTES} B of headers and TLS an answer. "
        "A look without news is two requests and one verified token. No free tiers, cold starts, retries or support, "
        "and nothing that Vigil costs without devices."
    )


def _month(found: dict[str, Any]) -> str:
    names = list(found)
    first = found[names[0]]
    head = [f"| 10,000 devices, a report each hour | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    rows = [
        ("requests/s", [found[name]["requests_per_s"] for name in names]),
        ("Lambda invocations/s", [found[name]["lambda_invocations_per_s"] for name in names]),
        ("Lambda concurrency, mean", [found[name]["lambda_concurrency"] for name in names]),
        *(
            (f"{line}, USD a month", [found[name]["usd_per_month"][line] for name in names])
            for line in first["usd_per_month"]
        ),
        ("**in all, USD a month**", [found[name]["usd_per_month_in_all"] for name in names]),
        ("USD a device and year", [found[name]["usd_per_device_and_year"] for name in names]),
    ]
    return "\n".join([*head, *(f"| {name} | {' | '.join(map(str, values))} |" for name, values in rows)])


def _releases(result: dict[str, Any]) -> str:
    lines = [
        f"- A release with a bundle of {size} to all of them: {row['gigabytes']} GB, {row['usd']} USD more."
        for size, row in result["release"].items()
    ]
    once = result["all_at_once"]
    told = (
        f"- If all look at the same moment, {once['requests']:,} requests pass the stage's limit of "
        f"{bill.THROTTLED_ABOVE} a second in {once['seconds_at_the_stages_limit']} s at the least; those turned away "
        "(429) try again with growing, random pauses, and at their next look."
    )
    return "\n".join([*lines, told])


def _prices() -> str:
    head = ["| price | USD | per | source |", "| --- | ---: | --- | --- |"]
    rows = [f"| {name} | {price.usd:.10g} | {price.per} | {price.source} |" for name, price in PRICES.items()]
    return "\n".join([*head, *rows])
