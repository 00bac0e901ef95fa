"""Collects mistakes and raises one error that names them all."""


class Problems:
    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._found: list[str] = []

    def add(self, problem: str) -> None:
        self._found.append(problem)

    def require(self, holds: bool, problem: str) -> None:
        if not holds:
            self.add(problem)

    def raise_any(self) -> None:
        """Raises ValueError with every problem, one a line."""
        if self._found:
            raise ValueError("\n  ".join([f"{self._subject}: {len(self._found)} problem(s)", *self._found]))
