"""What `-c <domain>:<word>=<text>` may say to a domain's construct."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ContextOption:
    """A keyword argument of the construct, made of one word of the context or of several that belong together."""

    argument: str
    words: Mapping[str, str]
    """Word -> argument of `make`. The first is required: the others say more of it."""
    make: Callable[..., Any]

    def read(self, given: Mapping[str, str]) -> Any:
        """`given`: word -> text. Raises ValueError for words without the first, and for what `make` refuses."""
        first = next(iter(self.words))
        if first not in given:
            raise ValueError(f"is about {first}, which is not given: give both")
        return self.make(**{self.words[word]: text for word, text in given.items()})
