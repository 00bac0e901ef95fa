"""Files of the folder `static`, as browsers take them."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("static")
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
COMPRESSED = frozenset({".ico", ".jpg", ".png", ".woff2"})
"""Gains nothing by gzip."""


@dataclass(frozen=True)
class StaticFile:
    content: bytes
    content_type: str
    is_gzip: bool

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


@cache
def names(folder: Path = FOLDER) -> frozenset[str]:
    """Paths below the folder; nothing else can be asked for."""
    return frozenset(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in CONTENT_TYPES
    )


@cache
def read(name: str, takes_gzip: bool, folder: Path = FOLDER) -> StaticFile | None:
    """None: there is no such file."""
    if name not in names(folder):
        return None
    content, suffix = (folder / name).read_bytes(), Path(name).suffix
    is_gzip = takes_gzip and suffix not in COMPRESSED
    return StaticFile(gzip.compress(content, mtime=0) if is_gzip else content, CONTENT_TYPES[suffix], is_gzip)
