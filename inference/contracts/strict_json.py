"""Strict JSON for callers' requests: Python's own parser accepts more than JSON is.

NaN and Infinity are no JSON; a name that stands twice in an object, a number that no float holds and half of a
surrogate pair are what each reader makes of them (https://www.rfc-editor.org/rfc/rfc8259). All are refused.
"""

import json
import math
from typing import Any

from pydantic_core import from_json


class NotJson(ValueError):
    """The text is no JSON, or ambiguous; the message says why in a few words."""


def strict_loads(body: bytes) -> Any:
    """The value of a UTF-8 text; raises NotJson."""
    try:
        return _quickly(body)
    except ValueError:
        return _with_care(body)


def _quickly(body: bytes) -> Any:
    """A quarter of the time; raises ValueError where a careful reader may find a fault.

    The parser keeps the last of two values of one name, and takes a number that is too large for infinity. Without
    escapes each string has two quotation marks of its own, so that a name that is lost shows in their number.
    """
    if b"\\" in body:
        raise NotJson("it may have half of a surrogate pair")
    value = from_json(body, allow_inf_nan=False)
    strings, total, left = 0, 0.0, [[value]]
    try:
        for one in left:  # which grows
            if isinstance(one, dict):
                strings += len(one)
                one = one.values()
            for item in one:
                kind = type(item)
                if kind is float or kind is int:
                    total += item
                elif kind is str:
                    strings += 1
                elif kind is dict or kind is list:
                    left.append(item)
    except OverflowError:
        total = math.inf
    if not math.isfinite(total) or 2 * strings != body.count(b'"'):
        raise NotJson("it may be ambiguous")
    return value


def _with_care(body: bytes) -> Any:
    try:
        text = body.decode()
        value = json.loads(
            text, parse_constant=_constant, parse_float=_float, parse_int=_int, object_pairs_hook=_object
        )
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except NotJson:
        raise
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise NotJson("it has half of a surrogate pair") from None
    except RecursionError:
        raise NotJson("it is nested too deep") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from None
    return value


def _constant(word: str) -> Any:
    raise NotJson(f"{word} is no number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotJson(f"the number {digits:.20} is too large")
    return value


def _int(digits: str) -> int:
    if len(digits) > 300:  # more than a float holds
        raise NotJson(f"the number {digits:.20}... is too large")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        left = set(found)
        for name, _ in pairs:
            if name not in left:
                raise NotJson(f"the name {name!a:.50} stands twice in one object")
            left.remove(name)
    return found
