"""Reads Markdown as far as the tests of our documents need it."""

import re


def blocks(text: str, language: str) -> list[str]:
    """The fenced code of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def files(text: str) -> dict[str, str]:
    """Path -> Python code, of each block; the path is the last one that the text before the block names."""
    texts = re.split(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return {
        re.findall(r"`([\w/]+\.py)`", before)[-1]: code for before, code in zip(texts[::2], texts[1::2], strict=False)
    }


def rows(text: str, first: str) -> dict[str, list[str]]:
    """First cell -> other cells, of every table whose first column is called `first`."""
    found = {}
    for table in re.findall(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE):
        for line in table.splitlines():
            cell, *others = [part.strip() for part in line.strip("|").split("|")]
            found[cell] = others
    return found
