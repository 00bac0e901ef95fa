"""Stops a run whose validation loss no longer falls."""

from dataclasses import dataclass


@dataclass
class EarlyStopping:
    """Counts epochs since the validation loss last fell by more than `min_delta`."""

    patience: int
    min_delta: float
    best: float = float("inf")
    waited: int = 0

    def update(self, loss: float) -> bool:
        """Take one epoch's loss; True when it is the best so far."""
        if loss < self.best - self.min_delta:
            self.best, self.waited = loss, 0
            return True
        self.waited += 1
        return False

    @property
    def exhausted(self) -> bool:
        return self.waited >= self.patience
