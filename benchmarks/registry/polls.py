"""The functions' own time for each request of a device: the authorizer's and the handler's."""

import io
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.registry.cloud import Mock, enrol, publish, token
from inference.contracts.devices import DeviceReport, ReleaseCounts
from lambdas.device_api import handler as device_api
from lambdas.device_authorizer import handler as authorizer
from tests.device.signed import SignedRepository
from tests.device.toys import DOMAIN
from tests.unit.api_harness import event
from tests.unit.conftest import Context

WARM_UP = 20
Call = Callable[[int], dict[str, Any]]
"""Given the number of a device, the function's answer."""


def measure(devices: int, mock: Mock) -> dict[str, Any]:
    """One request of each kind of each device: each device has a key and a token of its own."""
    repository = SignedRepository()
    repository.release("r1", b"a bundle of the first release")
    publish(repository)
    names = [f"tv-{number:05d}" for number in range(devices)]
    keys = {name: Ed25519PrivateKey.generate() for name in names}
    enrol(names, keys.__getitem__)
    found = {}
    for kind, (call, status) in calls(names, keys, repository).items():
        found[kind] = timed(call, status, devices, mock)
        print(f"{kind}: {found[kind]}", flush=True)
    return found


def calls(
    names: list[str], keys: dict[str, Ed25519PrivateKey], repository: SignedRepository
) -> dict[str, tuple[Call, int]]:
    """Each kind of request, and the status that it must be answered with; the authorizer's answer has none."""
    root = f"/api/v1/devices/{DOMAIN}"
    files = [path.rpartition("/")[2] for path in repository.files if path.startswith("targets/")]
    rollout, bundle = (next(one for one in files if one.endswith(end)) for end in ("rollout.json", ".tar"))

    tokens = {name: token(name, keys[name]) for name in names}

    def authorize(number: int) -> dict[str, Any]:
        name = names[number]
        header = {"authorization": f"Bearer {tokens[name]}"}
        asked = event("GET", f"{root}/{name}/metadata/timestamp.json", authorizer={}, headers=header)
        found = authorizer.lambda_handler(asked, Context())
        return {"statusCode": 200 if found["isAuthorized"] else 403}

    def asking(path: str, method: str = "GET", body: str | None = None, **more: Any) -> Call:
        def ask(number: int) -> dict[str, Any]:
            name = names[number]
            told = {"lambda": {"domain": DOMAIN, "device_id": name}}
            filled = path.replace("<device>", name)
            asked = event(method, f"{root}/{filled}", authorizer=told, body=body, **more)
            return device_api.lambda_handler(asked, Context())

        return ask

    first = asking("<device>/metadata/timestamp.json")(0)
    headers = {**first.get("headers", {}), **{key: one[0] for key, one in first.get("multiValueHeaders", {}).items()}}
    return {
        "authorizer": (authorize, 200),
        "next root (404)": (asking("<device>/metadata/2.root.json"), 404),
        "timestamp (200)": (asking("<device>/metadata/timestamp.json"), 200),
        "timestamp (304)": (
            asking("<device>/metadata/timestamp.json", headers={"if-none-match": headers["ETag"]}),
            304,
        ),
        "snapshot": (asking("<device>/metadata/1.snapshot.json"), 200),
        "targets": (asking("<device>/metadata/1.targets.json"), 200),
        "rollout (302)": (asking(f"<device>/targets/{rollout}"), 302),
        "bundle (302)": (asking(f"<device>/targets/{bundle}"), 302),
        "report": (asking("<device>/reports", "POST", report().model_dump_json()), 202),
    }


def report() -> DeviceReport:
    counts = ReleaseCounts(release="r1", inferences=3600, failures=1, p95_ms=21.512, confidence=0.9312)
    return DeviceReport(
        sequence=1, at=datetime.now(UTC), serving="r1", counts=(counts, counts), client="vigil-device/1.0"
    )


def timed(call: Call, status: int, devices: int, mock: Mock) -> dict[str, Any]:
    """Milliseconds without moto's. Warm: the first calls make clients and models of requests."""
    for number in range(WARM_UP if status != 202 else 0):
        call(number)
    cpu, wall, printed = np.empty(devices), np.empty(devices), io.StringIO()
    asked = len(mock.asked)
    with redirect_stdout(printed):
        for number in range(devices):
            before = time.thread_time() - mock.cpu_s, time.perf_counter() - mock.wall_s
            answer = call(number)
            cpu[number], wall[number] = (
                time.thread_time() - mock.cpu_s - before[0],
                time.perf_counter() - mock.wall_s - before[1],
            )
            if answer["statusCode"] != status:
                raise RuntimeError(f"answered {answer['statusCode']}, not {status}: {answer}")
    return {
        "requests": devices,
        "cpu_ms": round(1000 * float(cpu.mean()), 3),
        "requests_per_core_second": round(1 / float(cpu.mean())),
        **{f"cpu_p{share}_ms": round(1000 * float(np.percentile(cpu, share)), 3) for share in (50, 99)},
        **{f"wall_p{share}_ms": round(1000 * float(np.percentile(wall, share)), 3) for share in (50, 99)},
        "aws_calls_per_request": round((len(mock.asked) - asked) / devices, 4),
        "log_bytes_per_request": round(len(printed.getvalue()) / devices),
    }
