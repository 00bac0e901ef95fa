"""One queue of detections, read ahead."""

from collections.abc import Callable, Sequence

from lambdas.review_api.table import Line

READ = 100
"""Lines a request of the table."""
Fetch = Callable[[str | None, int], tuple[Sequence[Line], bool]]
"""(place, limit) -> lines behind it, and whether there may be more."""


class Budget:
    """Lines that one answer may look at: a list of which little is wanted comes in short pages."""

    def __init__(self, lines: int) -> None:
        self.left = lines


class Feed:
    """Lines that `keep` wants, from behind the place `after`."""

    def __init__(
        self, fetch: Fetch, after: str | None, keep: Callable[[Line], bool], budget: Budget, ahead: int
    ) -> None:
        """`ahead`: lines to hold, so that the others of a burst are found."""
        self._fetch, self._keep, self._budget, self._ahead = fetch, keep, budget, ahead
        self._passed, self._read = after, after
        self._ended = False
        self._held: list[Line] = []

    @property
    def place(self) -> str | None:
        """Behind which the next page begins."""
        return self._passed if self._held else self._read

    @property
    def ended(self) -> bool:
        return self._ended and not self._held

    def first(self) -> Line | None:
        """The next one, which stays; None: there is none, or the budget is spent."""
        while len(self._held) < self._ahead and not self._ended and self._budget.left > 0:
            lines, more = self._fetch(self._read, min(READ, self._budget.left))
            self._budget.left -= len(lines)
            self._held.extend(one for one in lines if self._keep(one))
            self._read = lines[-1].place if lines else self._read
            self._ended = not more
        return self._held[0] if self._held else None

    def take(self, wanted: Callable[[Line], bool] = lambda _: True) -> Line | None:
        """The first one held that is wanted; None: there is none. One from the middle leaves the place as it is."""
        self.first()
        for at, line in enumerate(self._held):
            if wanted(line):
                if at == 0:
                    self._passed = line.place
                return self._held.pop(at)
        return None
