"""Which files of this repository enter an asset: named paths and nothing else, so that a hash changes for a reason."""

from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
NEVER = ("**/__pycache__", "**/*.pyc", "**/.DS_Store")


def all_but(*paths: str) -> list[str]:
    """Exclude patterns (.dockerignore rules, the last match wins) that leave only `paths`, relative to the root.

    Raises FileNotFoundError for a path that does not exist: an asset must not silently lack a file.
    """
    patterns = ["*"]
    for path in paths:
        if not (ROOT / path).exists():
            raise FileNotFoundError(f"{path} is to enter an asset, but there is no such file below {ROOT}")
        for parent in reversed(PurePosixPath(path).parents[:-1]):
            patterns += [f"!{parent}", f"{parent}/*"]
    shallow_first = sorted(set(paths), key=lambda path: path.count("/"))
    patterns = list(dict.fromkeys(patterns))
    return [*patterns, *(f"!{path}" for path in shallow_first), *NEVER]


def copied(dockerfile: str) -> list[str]:
    """Paths below the root that the Dockerfile's COPY instructions (one line each) read, and the Dockerfile's own."""
    lines = [line.split() for line in (ROOT / dockerfile).read_text().splitlines() if line.startswith("COPY ")]
    return [dockerfile, *(source.rstrip("/") for line in lines for source in line[1:-1])]
