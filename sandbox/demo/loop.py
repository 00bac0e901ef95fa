"""The loop of one domain: upload, training, gate, release, predictions."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lambdas.common.artifacts import dataset_summary, gate_record, run_evaluation
from sandbox.demo.domain import Demo, Question
from sandbox.demo.follow import follow_release, follow_training
from sandbox.demo.labels import send_labels
from sandbox.demo.pages import copy_inspection, unpack_pages
from sandbox.demo.predictions import Predictions
from sandbox.demo.report import DomainReport
from sandbox.demo.traffic import LiveTraffic
from sandbox.deployment import Deployment


@dataclass
class Loop:
    """Runs a domain's trainings in turn and fills its report; what ends a run early becomes a reason in it."""

    demo: Demo
    raw: Path
    own: bool
    """Whether the raw data is the user's."""
    deployment: Deployment
    build: Path
    console: Console
    started: float
    """When the demo was, on the monotonic clock."""
    report: DomainReport = field(default_factory=DomainReport)

    def run(self) -> DomainReport:
        with self.report.timed("upload"):
            self.demo.upload(self.raw, self.deployment)
        predictions = Predictions(self.demo, self.deployment.predict_client(), self.console, self.report)
        with self.demo.beside(self.raw, self.deployment, self.build, self.report):
            questions = self._trainings(predictions)
            if self.report.status == "released":
                questions = self._reviews(questions)
        if self.report.status == "released":
            answered = predictions.ask_all(questions, self.build / f"{self.demo.name}.png")
            predictions.await_captures(self.deployment, answered[-1].answer["request_id"])
            with self.report.timed("labels"):
                self.report.labels = send_labels(self.deployment, self.demo.name, answered)
        return self.report

    def _trainings(self, predictions: Predictions) -> list[Question]:
        """Train, gate and release in turn; the questions of the newest dataset version."""
        questions: list[Question] = []
        for number, payload in enumerate(self.demo.trainings(self.raw, self.own)):
            gate = self._train(payload | {"runToken": f"demo-{number}"})
            if gate is None and self.report.status == "failed":
                break
            if gate is None:
                continue  # the first training is a quick one: what it does not reach, the next one may
            questions = self._questions(gate["dataset_version"])
            if not questions:
                self.report.fail(
                    "a model was approved, and no request can be made of the test split: it has too little"
                )
                break
            promoted = self._release(gate["result"]["model_package_arn"], questions)
            if self.demo.is_refused(number):
                self._must_be_refused(promoted)
            elif not promoted:
                break
            if "first_after_s" not in self.report.predictions:
                # Before the next training, so that a first answer is seen early.
                predictions.ask_first(questions[0], self.started)
        return questions

    def _reviews(self, questions: list[Question]) -> list[Question]:
        """Follow the run that reviews start, where there are any; the questions of the newest dataset version."""
        reviews = self.demo.reviews(self.raw, self.own, self.deployment, self.report)
        if reviews is None:
            return questions
        with self.report.timed("reviews"), self._bars() as bars:
            run = reviews.review(bars)
        gate = self._follow(run)
        if gate is None:
            self.report.fail(f"{run}, which reviews started, ended without a package that may be released")
            return questions
        questions = self._questions(gate["dataset_version"])
        if not self._release(gate["result"]["model_package_arn"], questions):
            self.report.fail(f"the release of {run}, which reviews started, was rolled back")
            return questions
        with self.report.timed("reviews"):
            reviews.compare(self.build / f"{self.demo.name}-reviews.png")
        return questions

    def _must_be_refused(self, promoted: bool) -> None:
        if promoted:
            self.report.fail(f"{self.report.release['champion']} was to be rolled back, and was promoted")

    def _bars(self) -> Progress:
        text, percent = TextColumn("{task.description:<46}"), TextColumn("{task.percentage:>3.0f} %")
        return Progress(text, BarColumn(), percent, TimeElapsedColumn(), console=self.console)

    def _train(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        """The gate's record if it approved the package; None, with the reasons in the report, if not."""
        with self.report.timed("training"):
            run = self.deployment.start_training(self.demo.name, payload)
        return self._follow(run)

    def _follow(self, run: str) -> dict[str, Any] | None:
        """As `_train`, of a run that has started."""
        with self.report.timed("training"), self._bars() as bars:
            execution = follow_training(self.deployment, self.demo.name, run, bars)
        folder = self.build / self.demo.name
        self.report.add_pages(copy_inspection(self.deployment, self.demo.name, run, folder))
        if execution["status"] != "SUCCEEDED":
            self.report.end("failed", [execution.get("cause") or execution["status"]])
            return None
        gate = self._read_documents(execution["name"])
        if gate["result"]["status"] != "approved":
            self.report.end("rejected", gate["result"]["reasons"])
            return None
        return gate

    def _read_documents(self, run: str) -> dict[str, Any]:
        """Report what data prep, training and gate left (a rejection after a release excepted); the gate's record."""
        domain = self.demo.name
        gate = self.deployment.read_json(gate_record(domain, run))
        self.report.add_pages(unpack_pages(self.deployment, domain, run, self.build / domain))
        self.report.dataset = self.deployment.read_json(dataset_summary(domain, gate["dataset_version"]))
        result = gate["result"]
        if result["status"] == "approved" or self.report.status != "released":
            self.report.attempt = result["attempt"]
            self.report.evaluation = self.deployment.read_json(run_evaluation(domain, run))
            self.report.gate = result["requirements"]
            self.report.measures = list(self.demo.measures)
        return gate

    def _questions(self, version: str) -> list[Question]:
        domain = self.demo.name
        items = self.deployment.test_items(domain, version)
        return list(
            self.demo.questions(self.raw, items, lambda name: self.deployment.dataset_file(domain, version, name))
        )

    def _release(self, package: str, questions: list[Question]) -> bool:
        """Follow the release; a challenger to a champion is rolled out under live traffic."""
        domain = self.demo.name
        with self.report.timed("release"), self._bars() as bars:
            if self.report.status == "released":
                with LiveTraffic(self.deployment.predict_client(), domain, questions) as traffic:
                    state = follow_release(self.deployment, domain, package, bars)
                self.report.predictions["live"] = traffic.summary()
            else:
                state = follow_release(self.deployment, domain, package, bars)
        self.report.release = {
            "champion": state.champion.release if state.champion else None,
            "steps": [f"{entry.release} {entry.event} {entry.detail}".strip() for entry in state.history],
        }
        if package in state.rolled_back:
            self.report.end("rolled_back", list(state.alarms))
            return False
        self.report.released()
        return True
