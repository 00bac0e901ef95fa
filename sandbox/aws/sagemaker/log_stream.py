"""Lines of a process's output, in CloudWatch Logs while it runs."""

import queue
import subprocess
import threading
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.aws.clients import Aws

# PutLogEvents takes at most 10,000 events and 1 MiB a call; lines are cut at 8 kB well before that matters.
_MOST_LINES = 500
_LONGEST_LINE = 8192
_SECONDS_BETWEEN_BATCHES = 0.25


class LogStream:
    """One log stream. `copy` hands it a process's output; `close` waits until everything is stored."""

    def __init__(self, aws: Aws, group: str, stream: str) -> None:
        self._logs = aws.logs
        self._names = {"logGroupName": group, "logStreamName": stream}
        self._lines: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_batches, daemon=True, name=f"logs {stream}")
        self._writer.start()

    def write(self, line: str) -> None:
        self._lines.put((int(time.time() * 1000), line[:_LONGEST_LINE]))

    def copy(self, process: subprocess.Popen, *listeners: Callable[[str], None]) -> threading.Thread:
        """Write each line of a process's output, and show it to the listeners, until the output ends."""

        def copy_lines() -> None:
            for raw in process.stdout or ():
                line = raw.decode(errors="replace").rstrip()
                for listener in listeners:
                    listener(line)
                if line:
                    self.write(line)

        thread = threading.Thread(target=copy_lines, daemon=True, name="container output")
        thread.start()
        return thread

    def close(self) -> None:
        self._lines.put(None)
        self._writer.join(timeout=10)

    def _write_batches(self) -> None:
        self._create()
        open_ = True
        while open_:
            batch = [self._lines.get()]
            time.sleep(_SECONDS_BETWEEN_BATCHES if batch[0] is not None else 0)
            while len(batch) < _MOST_LINES and not self._lines.empty():
                batch.append(self._lines.get())
            open_ = None not in batch
            events = [{"timestamp": line[0], "message": line[1]} for line in batch if line is not None]
            if events:
                self._put(events)

    def _create(self) -> None:
        for create, names in (
            (self._logs.create_log_group, {"logGroupName": self._names["logGroupName"]}),
            (self._logs.create_log_stream, self._names),
        ):
            try:
                create(**names)
            except self._logs.exceptions.ResourceAlreadyExistsException:
                continue

    def _put(self, events: list[dict]) -> None:
        try:
            self._logs.put_log_events(**self._names, logEvents=events)
        except (ClientError, BotoCoreError):
            # The group was deleted meanwhile, or the embedded AWS is stopping: a log must not fail a job.
            return
