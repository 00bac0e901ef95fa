"""Handler time of each request of 10,000 devices, a real device's updates, and by both AWS's monthly bill.

Everything runs in this process on an AWS in memory (moto). Writes benchmarks/results/registry.json and registry.md.
"""

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import boto3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.registry import bill, cloud, polls, updates
from benchmarks.registry.prices import AT, DATED, PRICES
from benchmarks.registry.table import page

RESULT = Path(__file__).parents[1] / "results" / "registry.json"
LOOKS_S = {"a look each 10 minutes": 600, "a look each hour": 3600}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registry", description=__doc__)
    parser.add_argument("--devices", type=int, default=bill.DEVICES, help="that poll (default: %(default)s)")
    devices = parser.parse_args().devices
    with cloud.aws():
        taken = updates.measure(_enrol)
    print(json.dumps(taken, indent=1), flush=True)
    with cloud.aws() as mock:
        polled = polls.measure(devices, mock)
        key = {"domain": cloud.DOMAIN, "device_id": "tv-00000"}
        record = boto3.resource("dynamodb").Table(cloud.TABLE).get_item(Key=key)["Item"]
    for found in taken.values():
        found["record_bytes"] = len(json.dumps(record, default=str))
    result = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "load_average": round(os.getloadavg()[0], 1),
        "devices": devices,
        "polls": polled,
        "updates": taken,
        "month": {name: bill.month(look_s, polled, taken["4 MB"]) for name, look_s in LOOKS_S.items()},
        "release": {size: bill.release(found) for size, found in taken.items()},
        "all_at_once": bill.all_at_once(taken["4 MB"]),
        "prices": {"at": AT, "told": DATED, **{name: price._asdict() for name, price in PRICES.items()}},
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(page(result), encoding="utf-8")
    print(page(result))


def _enrol(device: str, key: Ed25519PrivateKey) -> None:
    cloud.enrol([device], lambda _: key)


if __name__ == "__main__":
    main()
