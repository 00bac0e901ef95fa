"""Live traffic: a steady stream of predictions that goes on while a release rolls out."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle

from clients.predict import PredictClient, PredictionRefused
from sandbox.demo.domain import Question


class LiveTraffic:
    """Asks `per_second` questions in turn until it is stopped. Counts answers by release, and failures by message.

    A caller waits for its answer before it asks again: where answers are slow, fewer questions are asked.

    with LiveTraffic(client, "cats", questions) as traffic: ...
    """

    def __init__(
        self,
        client: PredictClient,
        domain: str,
        questions: Sequence[Question],
        *,
        per_second: float = 15,
        callers: int = 4,
    ):
        self._client, self._domain = client, domain
        self._questions: Iterator[Question] = cycle(questions)
        self._pause_s = callers / per_second
        self._stopped = threading.Event()
        self._counting = threading.Lock()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(callers)]
        self.answers: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> "LiveTraffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._pause_s, time.monotonic())
            with self._counting:
                question = next(self._questions)
            self._ask(question)

    def _ask(self, question: Question) -> None:
        try:
            answer = self._client.predict(self._domain, question.body, question.content_type, question.entity_id)
        except (PredictionRefused, OSError) as error:
            with self._counting:
                self.failures[str(error)] += 1
        else:
            with self._counting:
                self.answers[answer["release"]] += 1

    def summary(self) -> dict[str, object]:
        with self._counting:
            return {"answered": dict(self.answers), "failed": dict(self.failures)}
