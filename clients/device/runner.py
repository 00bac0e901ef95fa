"""What answers on the device: the release that serves, the one before it while that may be needed, and the switch."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from clients.device.errors import ModelFailed, NoModel, Refused
from clients.device.installed import installed
from clients.device.model import Answer, Model, OpenNetwork, load
from clients.device.store import Pointer, Store
from clients.device.usage import Trial, Usage

log = logging.getLogger(__name__)
STARTS = 3
"""A release during whose trial the program ended so often without order (it crashed, say) is rolled back."""


class Runner:
    """Answers pictures, always with a whole model. Open and use it while holding the store's lock."""

    def __init__(self, store: Store, domain: str, open_network: OpenNetwork, trial: int) -> None:
        self._store, self._domain, self._open, self._trial_length = store, domain, open_network, trial
        self.usage = Usage()
        self._lock = threading.RLock()
        self._live: Model | None = None
        self._before: Model | None = None
        self._trial: Trial | None = None
        self._start()

    @property
    def serving(self) -> str | None:
        live = self._live
        return live.release if live is not None else None

    def predict(self, body: bytes) -> dict[str, Any]:
        """The answer, as the domain's endpoint gives it to callers, and the `release` that gave it.

        Raises:
            BadRequest: the bytes are no picture.
            NoModel: nothing is installed yet.
            ModelFailed: neither the release nor, during its trial, the one before it answered.
        """
        with self._lock:
            live, before = self._live, self._before
        if live is None:
            raise NoModel("no release is installed yet; `update` looks for one")
        try:
            return self._answered(live, body)
        except ModelFailed as error:
            log.warning("%s", error)
            self.usage.failed(live.release)
            self._judge(live, None)
            if before is None:
                raise
        return self._answered(before, body)

    def adopt(self, model: Model, bundle_sha256: str) -> None:
        """Switch to a release that is complete on the disk and was checked. Raises OSError: then nothing changed.

        The one to go back to has stood its trial: of two that have not, neither may answer real pictures.
        """
        with self._lock:
            before = self._live
            if self._before is not None and self._before.release != model.release:
                before = self._before
            previous = before.release if before is not None else None
            self._store.point(
                Pointer(
                    serving=model.release, bundle_sha256=bundle_sha256, previous=previous, trial=previous is not None
                )
            )
            self._begin(model, before)
        log.info("%s serves; before it %s", model.release, previous or "nothing")

    def close(self) -> None:
        """An orderly end: the start of this program does not count against a release on trial."""
        with self._lock:
            pointer = self._store.pointer()
            if pointer is not None and pointer.trial and pointer.starts:
                with _full_disk_told():
                    self._store.point(pointer.model_copy(update={"starts": 0}))

    def _answered(self, model: Model, body: bytes) -> dict[str, Any]:
        answer: Answer = model.answer(body)
        self.usage.answered(model.release, answer)
        self._judge(model, answer.ms)
        return {"release": model.release, **answer.told}

    def _judge(self, model: Model, ms: float | None) -> None:
        with self._lock:
            if self._trial is None or model is not self._live:
                return
            fault = self._trial.fault(ms)
            with _full_disk_told():  # the next inference tries again
                if fault:
                    self._roll_back(fault)
                elif self._trial.passed:
                    self._end_trial()

    def _end_trial(self) -> None:
        pointer = self._store.pointer()
        if pointer is not None:
            self._store.point(pointer.model_copy(update={"trial": False, "starts": 0}))
        self._trial, self._before = None, None

    def _roll_back(self, why: str) -> None:
        pointer = self._store.pointer()
        if pointer is None or pointer.previous is None:
            return
        log.warning("%s is rolled back to %s: %s", pointer.serving, pointer.previous, why)
        self._live, self._before, self._trial = self._before, None, None
        self._store.roll_back(pointer, why)

    def _begin(self, live: Model | None, before: Model | None) -> None:
        self._live, self._before = live, before
        self._trial = Trial(self._trial_length, live.slow_ms) if live is not None and before is not None else None

    def _start(self) -> None:
        with _full_disk_told():
            self._count_start()
        live = installed(self._store, self._domain, self._open)
        pointer = self._store.pointer()
        on_trial = pointer is not None and pointer.trial and live is not None and live.release == pointer.serving
        self._begin(live, self._loaded(pointer.previous) if on_trial and pointer is not None else None)

    def _count_start(self) -> None:
        """A release on trial goes if the program never came to an orderly end with it."""
        pointer = self._store.pointer()
        if pointer is not None and pointer.trial and pointer.previous is not None:
            if pointer.starts >= STARTS:
                self._store.roll_back(pointer, f"the program ended {STARTS} times without order during its trial")
            elif any(one.release == pointer.serving for one in self._store.refusals()):
                self._store.point(Pointer(serving=pointer.previous))  # a power cut came between refusal and switch
            else:
                self._store.point(pointer.model_copy(update={"starts": pointer.starts + 1}))

    def _loaded(self, release: str | None) -> Model | None:
        try:
            return load(self._store.path(release), release, self._domain, self._open) if release is not None else None
        except (Refused, OSError) as error:
            log.warning("%s cannot be gone back to: %s", release, error)
            return None


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """A disk that takes nothing stops no prediction."""
    try:
        yield
    except OSError as error:
        log.warning("a change of state is not on the disk: %s", error)
