"""From an event to a run, at most one for the same reviews.

The decision is written before the training trigger is asked. Whoever finds one without an answer asks again with the
same `runToken`, which is the same run: nothing is lost between the two, and nothing starts twice.
"""

from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from lambdas.common.review_progress import Retraining, RetrainingRule
from lambdas.retraining_trigger.clients import ChangedError, ProgressTable, Runs
from lambdas.retraining_trigger.logic import DRIFT, REVIEWS, Due, NotDue, decide
from lambdas.retraining_trigger.models import Drift, Look, Person, RetrainingResult, RetrainingSpec, Reviews

_ATTEMPTS = 4
"""Each but the last is lost to somebody else's write."""


class Retrainer:
    def __init__(self, table: ProgressTable, runs: Runs, spec: RetrainingSpec) -> None:
        self._table, self._runs, self._spec = table, runs, spec
        self._rule = RetrainingRule(**{name: getattr(spec, name) for name in RetrainingRule.model_fields})

    def on(self, event: Reviews | Look | Drift | Person, now: datetime) -> RetrainingResult:
        """Raises RefusedError; ChangedError when others keep deciding."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(ChangedError):
                return self._once(event, now)
        return self._once(event, now)

    def _once(self, event: Reviews | Look | Drift | Person, now: datetime) -> RetrainingResult:
        progress, last = self._table.read()
        if last.token and last.run is None:
            why = f"It was decided before: {last.reason}."
            return RetrainingResult(status="already_started", run=self._start(last), why=why)
        decided = decide(event, self._spec, progress, last, self._runs.under_way(), now)
        if isinstance(decided, Due):
            fresh = {"token": str(uuid4()), "reason": decided.reason, "by": decided.by, "at": now, "run": None}
            after = last.model_copy(update={**fresh, "seen": progress, "wanted": None, "rule": self._rule})
            return RetrainingResult(status="started", run=self._start(self._table.write(after)), why=decided.reason)
        if isinstance(decided, NotDue):
            self._note(last, {"rule": self._rule})
            return RetrainingResult(status="not_due", why=decided.why)
        self._note(last, {"rule": self._rule, "wanted": last.wanted or decided.wanted})
        return RetrainingResult(status="waits", run=decided.run, why=decided.why)

    def _start(self, decided: Retraining) -> str:
        reason = decided.reason if decided.by in (REVIEWS, DRIFT) else f"{decided.reason} ({decided.by})"
        run = self._runs.start({**self._spec.options, "runToken": decided.token, "reason": reason})
        with suppress(ChangedError):  # somebody else asked for the same run and wrote its name
            self._table.write(decided.model_copy(update={"run": run}))
        return run

    def _note(self, last: Retraining, changes: dict[str, object]) -> None:
        after = last.model_copy(update=changes)
        if after != last:
            self._table.write(after)
