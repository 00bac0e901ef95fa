"""Checkpoints: copied to S3 while a job runs, and back before it starts."""

import stat
import threading
from pathlib import Path

from sandbox.aws.clients import Aws, split_uri
from sandbox.aws.sagemaker.training.channels import NoDataError, download

_SECONDS_BETWEEN_SCANS = 0.5


class CheckpointSync:
    """Keeps `uri` like `folder`. Deleted files stay in S3, as on AWS
    (https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html)."""

    def __init__(self, aws: Aws, uri: str, folder: Path) -> None:
        self._aws = aws
        self._uri = uri
        self._folder = folder
        self._stored: dict[Path, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="checkpoints")

    def restore(self) -> None:
        """Download the checkpoints of an earlier run, if there are any."""
        self._folder.mkdir(parents=True, exist_ok=True)
        prefix = self._uri if self._uri.endswith("/") else f"{self._uri}/"
        source = {"S3DataType": "S3Prefix", "S3Uri": prefix}
        try:
            download(self._aws, {"ChannelName": "checkpoints", "DataSource": {"S3DataSource": source}}, self._folder)
        except NoDataError:
            return
        self._stored = self._scan()

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Stop scanning and store everything that is there, once the job's process has ended."""
        self._stop.set()
        self._thread.join()
        self._store(self._scan())

    def _run(self) -> None:
        while not self._stop.wait(_SECONDS_BETWEEN_SCANS):
            self._store(self._scan())

    def _scan(self) -> dict[Path, tuple[int, int]]:
        """Size and time of change of every file."""
        states = {path: _state(path) for path in self._folder.rglob("*")}
        return {path: state for path, state in states.items() if state is not None}

    def _store(self, files: dict[Path, tuple[int, int]]) -> None:
        bucket, prefix = split_uri(self._uri)
        for path, state in files.items():
            if self._stored.get(path) == state:
                continue
            content = _read_unless_changing(path, state)
            if content is None:
                continue
            key = "/".join(filter(None, (prefix.rstrip("/"), path.relative_to(self._folder).as_posix())))
            self._aws.s3.put_object(Bucket=bucket, Key=key, Body=content)
            self._stored[path] = state


def _state(path: Path) -> tuple[int, int] | None:
    """Size and time of change of a file; None for a folder and for what is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def _read_unless_changing(path: Path, state: tuple[int, int]) -> bytes | None:
    """A file's content; None when it is no longer in `state`: the next scan finds it again."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return content if _state(path) == state else None
