"""Live traffic: a steady stream of predictions that goes on while a release rolls out."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from clients.predict import PredictClient, PredictionRefused
from sandbox.demo.domain import Question


class LiveTraffic:
    """Asks `per_second` questions in turn until it is stopped. Counts answers by release, and failures by message.

    with LiveTraffic(client, "cats", questions) as traffic: ...
    """

    def __init__(self, client: PredictClient, domain: str, questions: Sequence[Question], per_second: float = 15):
        self._client, self._domain, self._questions = client, domain, questions
        self._pause_s = 1 / per_second
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.answers: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> "LiveTraffic":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(4) as pool:
            number = 0
            while not self._stopped.is_set():
                pool.submit(self._ask, self._questions[number % len(self._questions)])
                number += 1
                time.sleep(self._pause_s)

    def _ask(self, question: Question) -> None:
        try:
            answer = self._client.predict(self._domain, question.body, question.content_type, question.entity_id)
            self.answers[answer["release"]] += 1
        except (PredictionRefused, OSError) as error:
            self.failures[str(error)] += 1

    def summary(self) -> dict[str, object]:
        return {"answered": dict(self.answers), "failed": dict(self.failures)}
