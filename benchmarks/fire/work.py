"""The folder that a run works in: what every stage leaves there, so that a killed run goes on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DOMAIN = "fire"


@dataclass(frozen=True)
class Asked:
    """What a run is about; another one needs another folder."""

    rows: int
    seed: int
    threads: int
    workers: int
    pandas_rows: int
    """Where the script of pandas stops though it could hold more: it takes too long."""
    settings: dict[str, Any]
    """Hyperparameters of the container."""


@dataclass(frozen=True)
class Work:
    root: Path

    def folder(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def raw(self) -> Path:
        return self.folder("raw")

    @property
    def artifacts(self) -> Path:
        """Stands for the artifacts bucket."""
        return self.folder("artifacts")

    @property
    def job(self) -> Path:
        """In SageMaker's layout."""
        return self.folder("job")

    @property
    def asked(self) -> Asked:
        return Asked(**json.loads((self.root / "asked.json").read_text()))

    def begin(self, asked: Asked) -> None:
        """Raises SystemExit: the folder holds a run that was asked for something else."""
        path = self.folder("") / "asked.json"
        if path.is_file() and self.asked != asked:
            raise SystemExit(f"{self.root} holds a run with {self.asked}; give another --work, or remove it.")
        path.write_text(json.dumps(asdict(asked)), encoding="utf-8")

    def found(self, stage: str) -> dict[str, Any]:
        """What a stage that is done has answered."""
        answer: dict[str, Any] = json.loads((self.folder("done") / f"{stage}.json").read_text())["found"]
        return answer
