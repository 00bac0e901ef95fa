"""One domain's loop, from raw data to watched predictions."""

import json
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, track

from lambdas.common.artifacts import (
    MANIFEST,
    dataset_folder,
    dataset_summary,
    gate_record,
    output_archive,
    run_evaluation,
)
from lambdas.training_trigger.payload import run_name
from sandbox.demo.domain import DemoDomain, Question
from sandbox.demo.follow import follow_release, follow_training
from sandbox.demo.report import DomainReport, Status
from sandbox.demo.traffic import LiveTraffic
from sandbox.deployment import Deployment
from stacks.settings import APP
from stacks.shared.names import Names

CAPTURES_APPEAR_WITHIN_S = 90


class Loop:
    """Runs a domain's trainings in turn and fills its report; what ends a run early becomes a reason in it."""

    def __init__(
        self,
        domain: DemoDomain,
        raw: Path,
        own: bool,
        deployment: Deployment,
        build: Path,
        console: Console,
        started: float,
    ) -> None:
        """`started`: when the demo was, on the monotonic clock."""
        self._domain, self._raw, self._own = domain, raw, own
        self._deployment, self._build, self._console = deployment, build, console
        self._started = started
        self._questions: list[Question] = []
        self.report = DomainReport()

    def run(self) -> DomainReport:
        with self._timed("upload"):
            self._domain.upload(self._raw, self._deployment)
        for number, payload in enumerate(self._domain.trainings(self._raw, self._own)):
            package = self._train(payload | {"runToken": f"demo-{number}"})
            if package is None or not self._release(package):
                break
            self._first_prediction()
        if self.report.status == "released":
            self._predict()
        return self.report

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.report.seconds[stage] = round(self.report.seconds.get(stage, 0) + time.monotonic() - start, 1)

    def _bars(self) -> Progress:
        text, percent = TextColumn("{task.description:<46}"), TextColumn("{task.percentage:>3.0f} %")
        return Progress(text, BarColumn(), percent, TimeElapsedColumn(), console=self._console)

    def _train(self, payload: dict[str, Any]) -> str | None:
        """The model package's ARN if the gate approved it; None, with the reasons in the report, if not."""
        name = self._deployment.of_domain(self._domain.name, "TriggerFunction")
        with self._timed("training"), self._bars() as bars:
            self._deployment.lambda_.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(payload))
            run = run_name(Names(APP, self._domain.name).prefix, payload["runToken"])
            execution = follow_training(self._deployment, self._domain.name, run, bars)
        if execution["status"] != "SUCCEEDED":
            self._ended("failed", [execution.get("cause") or execution["status"]])
            return None
        return self._gated(execution["name"], json.loads(execution["output"]))

    def _gated(self, run: str, output: dict[str, Any]) -> str | None:
        """Read what data prep, training and the gate left; the newest run's documents replace an older run's."""
        domain = self._domain.name
        gate = self._deployment.read_json(gate_record(domain, run))
        self._keep_pages(run)
        version = gate["dataset_version"]
        self.report.dataset = self._deployment.read_json(dataset_summary(domain, version))
        result = gate["result"]
        if result["status"] == "approved" or not self.report.gate:
            self.report.attempt = result["attempt"]
            self.report.evaluation = self._deployment.read_json(run_evaluation(domain, run))
            self.report.gate = result["requirements"]
        if result["status"] != "approved":
            self._ended("rejected", result["reasons"])
            return None
        self._questions = self._ask_of_test_items(version)
        return result["model_package_arn"]

    def _keep_pages(self, run: str) -> None:
        """Pages for people that the training may have left beside its model, such as a data report."""
        try:
            archive = self._deployment.read(self._deployment.artifacts, output_archive(self._domain.name, run))
        except self._deployment.s3.exceptions.NoSuchKey:
            return
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            pages = [member for member in files.getmembers() if member.name.endswith(".html")]
            files.extractall(self._build / self._domain.name, pages, filter="data")
        self.report.pages = [str(self._build / self._domain.name / page.name) for page in pages]

    def _ask_of_test_items(self, version: str) -> list[Question]:
        def read(name: str) -> bytes:
            folder = dataset_folder(self._domain.name, version)
            return self._deployment.read(self._deployment.artifacts, f"{folder}{name}")

        items = [json.loads(line) for line in read(MANIFEST).splitlines()]
        return list(self._domain.questions(self._raw, [item for item in items if item["split"] == "test"], read))

    def _release(self, package: str) -> bool:
        """Follow the release; a challenger to a champion is rolled out under live traffic."""
        live = self.report.status == "released"
        client = self._deployment.predict_client()
        with self._timed("release"), self._bars() as bars:
            if live:
                with LiveTraffic(client, self._domain.name, self._questions) as traffic:
                    state = follow_release(self._deployment, self._domain.name, package, bars)
                self.report.predictions["live"] = traffic.summary()
            else:
                state = follow_release(self._deployment, self._domain.name, package, bars)
        self.report.release = {
            "champion": state.champion.release if state.champion else None,
            "steps": [f"{entry.release} {entry.event} {entry.detail}".strip() for entry in state.history],
        }
        if package in state.rolled_back:
            self._ended("rolled_back", list(state.alarms))
            return False
        self.report.status = "released"
        return True

    def _first_prediction(self) -> None:
        """Ask once, as soon as there is somebody to ask: a person need not wait for the second training."""
        if "first_after_s" in self.report.predictions:
            return
        question, client = self._questions[0], self._deployment.predict_client()
        answer = client.predict(self._domain.name, question.body, question.content_type, question.entity_id)
        seconds = round(time.monotonic() - self._started, 1)
        self.report.predictions["first_after_s"] = seconds
        answered = answer.get("predictions", [answer])[0]
        self._console.print(
            f"{self._domain.name}: first prediction after {seconds:.0f} s: {question.name} is {answered['label']} "
            f"(labelled {question.truth})",
            highlight=False,
            markup=False,
        )

    def _ended(self, status: Status, reasons: list[str]) -> None:
        """Why a run ended early. After a first release the champion still serves, so the domain stays released."""
        if self.report.status == "released":
            self.report.reasons += [f"a later challenger was {status.replace('_', ' ')}: {why}" for why in reasons]
        else:
            self.report.status, self.report.reasons = status, reasons

    def _predict(self) -> None:
        """Ask about the test split through the HTTP API, draw the answers, and wait for their captures."""
        client, answers, took = self._deployment.predict_client(), [], []
        with self._timed("predictions"):
            for question in track(self._questions, f"{self._domain.name}: predicting", console=self._console):
                start = time.perf_counter()
                name, body = self._domain.name, question.body
                answers.append(client.predict(name, body, question.content_type, question.entity_id))
                took.append((time.perf_counter() - start) * 1000)
            picture = self._build / f"{self._domain.name}.png"
            self._domain.picture(self._questions, answers, picture)
        p50, p95 = np.percentile(took, [50, 95])
        right = sum(self._domain.is_right(q, a) for q, a in zip(self._questions, answers, strict=True))
        self.report.predictions |= {
            "asked": len(answers),
            "right": right,
            "p50_ms": round(float(p50), 1),
            "p95_ms": round(float(p95), 1),
            "picture": str(picture),
            "first": answers[:5],
        }
        with self._timed("captures"):
            self.report.captures = self._await_captures(answers[-1]["request_id"])

    def _await_captures(self, last_request: str) -> int:
        """Firehose gathers captures before it writes them: wait for the last one, then count all."""
        bucket = self._deployment.captures
        listing = self._deployment.s3.get_paginator("list_objects_v2")
        deadline = time.monotonic() + CAPTURES_APPEAR_WITHIN_S
        while True:
            pages = listing.paginate(Bucket=bucket, Prefix=f"captures/{self._domain.name}/")
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
            lines = [line for key in keys for line in self._deployment.read(bucket, key).splitlines()]
            if any(json.loads(line)["request_id"] == last_request for line in lines) or time.monotonic() > deadline:
                return len(lines)
            time.sleep(1)
