"""One malformed request, what is wrong with requests to any route, and JSON that is none."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

REFUSALS = frozenset({400, 404, 405, 413, 415, 422})
"""The documented statuses of a request that is the caller's to mend."""
CONTROL = "".join(map(chr, [*range(1, 32), 127, 0x85, 0x2028, 0x200B, 0xFEFF]))


class Malformed(NamedTuple):
    body: bytes = b""
    content_type: str = ""
    entity_id: str | None = None
    query: str = ""
    method: str | None = None
    """None: the route's."""
    suffix: str = ""
    """Of the path."""
    changes: Mapping[str, Any] = {}
    """Of API Gateway's event: what it hands out to no function, unless something else calls it."""
    kind: str = ""

    @property
    def over_http(self) -> bool:
        """Whether API Gateway hands it on as it is."""
        return not self.changes and not self.suffix and self.method is None

    def event(self, route: str) -> dict[str, Any]:
        """As API Gateway hands it to a function; `route` is `POST /path`.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
        """
        method, path = route.split()
        headers = {"content-type": self.content_type} if self.content_type else {}
        if self.entity_id is not None:
            headers["x-entity-id"] = self.entity_id
        is_text = self.content_type.startswith(("application/json", "text/"))
        body = self.body.decode("utf-8", "surrogateescape") if is_text else base64.b64encode(self.body).decode()
        return {
            "version": "2.0",
            "rawPath": path + self.suffix,
            "headers": headers,
            "queryStringParameters": dict(parse_qsl(self.query, keep_blank_values=True)),
            "requestContext": {
                "requestId": "r1",
                "stage": "$default",
                "http": {"method": self.method or method, "path": path},
            },
            "body": body if self.body else None,
            "isBase64Encoded": not is_text,
            **self.changes,
        }


Maker = Callable[[Random], Malformed]


def draw(makers: Mapping[str, Maker], count: int, seed: int) -> Iterator[Malformed]:
    """So many, of each kind about as many."""
    rng = Random(seed)
    names = sorted(makers)
    for _ in range(count):
        kind = rng.choice(names)
        yield makers[kind](rng)._replace(kind=kind)


def text(rng: Random, length: int, alphabet: str = "abcXYZ019-_ äß漢😀") -> str:
    return "".join(rng.choices(alphabet, k=length))


def of_any_route(good: Malformed) -> dict[str, Maker]:
    """What spoils a good request without a look at its body."""
    return {
        "entity id too long": lambda rng: good._replace(entity_id="e" * rng.randint(257, 4000)),
        "entity id with control characters": lambda rng: good._replace(
            query=f"entity_id=camera%{rng.randint(1, 31):02X}{rng.randint(0, 9)}"
        ),
        "entity id of half a surrogate pair": lambda rng: good._replace(
            changes={"headers": {"x-entity-id": chr(rng.randint(0xD800, 0xDFFF)), "content-type": good.content_type}}
        ),
        "empty entity id": lambda _: good._replace(changes={"queryStringParameters": {"entity_id": ""}}),
        "unknown query": lambda rng: good._replace(query=f"{text(rng, 8, 'abcdefg')}={rng.randint(0, 9)}"),
        "another method": lambda rng: good._replace(
            method=rng.choice(["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", text(rng, 5)])
        ),
        "another path": lambda rng: good._replace(suffix=rng.choice(["/", "/x", "x", "%2f", "/..", "\x00", "?", "漢"])),
        "no HTTP request": lambda rng: good._replace(
            changes={rng.choice(["requestContext", "rawPath"]): rng.choice([None, 5, [], {}])}
        ),
    }


def of_any_body(good: Malformed, other_types: list[str]) -> dict[str, Maker]:
    return {
        "empty body": lambda _: good._replace(body=b""),
        "another content type": lambda rng: good._replace(
            content_type=rng.choice([*other_types, "", "text/plain", "multipart/form-data; boundary=x", "*/*", "json"])
        ),
        "random content type": lambda rng: good._replace(content_type=text(rng, rng.randint(1, 60), "abc/;=-+*. ")),
        "no base64": lambda rng: good._replace(
            changes={"body": rng.choice(["a", "=", "ä", "no base64!", "\ud800"]), "isBase64Encoded": True}
        ),
        "no text": lambda _: good._replace(changes={"body": "\ud800", "isBase64Encoded": False}),
    }


def no_json(document: dict[str, Any]) -> dict[str, Callable[[Random], bytes]]:
    """Bodies that are no JSON, or JSON that each reader takes for something else, made of a good document."""
    good = json.dumps(document).encode()
    name = next(iter(document))

    def deep(rng: Random) -> bytes:
        opening = rng.choice([b"[", b'{"a":'])
        return opening * rng.randint(2_000, 30_000)

    return {
        "cut": lambda rng: good[: rng.randint(1, len(good) - 1)],
        "something after it": lambda rng: good + rng.choice([b"}", b"{}", b"x", b",", b"\x00", b"1"]),
        "nested deep": deep,
        "UTF-16": lambda rng: good.decode().encode(rng.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"])),
        "byte order mark": lambda _: b"\xef\xbb\xbf" + good,
        "comment": lambda rng: rng.choice([b"//x\n", b"/* x */", b"# x\n"]) + good,
        "single quotes": lambda _: good.replace(b'"', b"'"),
        "trailing comma": lambda _: good[:-1] + b",}",
        "name twice": lambda rng: good[:-1] + f', "{name}": {rng.randint(0, 9)}}}'.encode(),
        "control character": lambda rng: good[:1] + bytes([rng.randint(0, 8)]) + good[1:],
        "noise": lambda rng: b"\x00" + rng.randbytes(rng.randint(0, 200)),
        "another value": lambda rng: rng.choice(
            [b"null", b"true", b"5", b"[]", b'"x"', b"{}", b"[[]]", b"1e5", b"NaN"]
        ),
        "unknown field": lambda rng: good[:-1] + f', "{text(rng, 6, "qwxyz")}": 1}}'.encode(),
    }
