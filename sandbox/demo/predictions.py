"""Predictions through the HTTP API, and the captures that they leave."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from clients.predict import PredictClient
from sandbox.demo.domain import Demo, Question
from sandbox.demo.report import DomainReport
from sandbox.deployment import Deployment

CAPTURES_APPEAR_WITHIN_S = 90


@dataclass(frozen=True)
class Answered:
    """What a question was answered, and when."""

    question: Question
    answer: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Predictions:
    """Asks a domain's released model, and reports what it answered."""

    demo: Demo
    client: PredictClient
    console: Console
    report: DomainReport

    def _ask(self, question: Question) -> dict[str, Any]:
        return self.client.predict(self.demo.name, question.body, question.content_type, question.entity_id)

    def ask_first(self, question: Question, started: float) -> None:
        """Ask once and say so. `started`: when the demo was, on the monotonic clock."""
        label = self.demo.label(self._ask(question))
        seconds = round(time.monotonic() - started, 1)
        self.report.predictions["first_after_s"] = seconds
        self.console.print(
            f"{self.demo.name}: first prediction after {seconds:.0f} s: {question.name} is {label} "
            f"(labelled {question.truth})",
            highlight=False,
            markup=False,
        )

    def ask_all(self, questions: Sequence[Question], picture: Path) -> list[Answered]:
        """Ask about the test split, and draw the answers."""
        answered, took = [], []
        with self.report.timed("predictions"):
            for question in track(questions, f"{self.demo.name}: predicting", console=self.console):
                start = time.perf_counter()
                answered.append(Answered(question, self._ask(question), datetime.now(UTC)))
                took.append((time.perf_counter() - start) * 1000)
            answers = [one.answer for one in answered]
            self.demo.picture(questions, answers, picture)
        p50, p95 = np.percentile(took, [50, 95])
        self.report.predictions |= {
            "asked": len(answers),
            "right": sum(self.demo.is_right(one.question, one.answer) for one in answered),
            "p50_ms": round(float(p50), 1),
            "p95_ms": round(float(p95), 1),
            "picture": str(picture),
            "first": answers[:5],
        }
        return answered

    def await_captures(self, deployment: Deployment, last_request: str) -> None:
        """Firehose gathers captures before it writes them: wait for the last one, then count all."""
        deadline = time.monotonic() + CAPTURES_APPEAR_WITHIN_S
        with self.report.timed("captures"):
            while True:
                lines = _captures(deployment, self.demo.name)
                if any(json.loads(line)["request_id"] == last_request for line in lines) or time.monotonic() > deadline:
                    break
                time.sleep(1)
        self.report.captures = len(lines)


def _captures(deployment: Deployment, domain: str) -> list[bytes]:
    pages = deployment.s3.get_paginator("list_objects_v2").paginate(
        Bucket=deployment.captures, Prefix=f"captures/{domain}/"
    )
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return [line for key in keys for line in deployment.read(deployment.captures, key).splitlines()]
