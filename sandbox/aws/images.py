"""Container images without Docker: an image's tag names its asset folder in `cdk.out`, whose Dockerfile says what runs.

CDK tags a container-image asset with its hash and writes the folder beside it into `<stack>.assets.json`
(https://docs.aws.amazon.com/cdk/v2/guide/assets.html). The folder is what would have been the build context.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple


class UnknownImageError(Exception):
    """The image is not one of the cloud assembly's."""


class Image(NamedTuple):
    """What is needed to run an image's entry point as a plain process."""

    folder: Path
    entrypoint: tuple[str, ...]
    environment: dict[str, str]


def find_image(assembly: Path, uri: str) -> Image:
    """The image that `uri` names, read from the cloud assembly.

    Raises UnknownImageError when no container-image asset of the assembly carries the URI's tag.
    """
    tag = uri.rpartition(":")[2].partition("@")[0]
    known = _image_assets(assembly)
    if tag not in known:
        raise UnknownImageError(
            f"image {uri}: no container-image asset of {assembly} has the tag {tag!r}, only {sorted(known)}. "
            "Synthesize the app again and start the sandbox with --assembly on that cdk.out."
        )
    return read_dockerfile(*known[tag])


def read_dockerfile(context: Path, dockerfile: Path) -> Image:
    """The entry point and the variables that a Dockerfile declares; only the exec form of ENTRYPOINT is understood."""
    instructions = re.sub(r"\\\s*\n", " ", dockerfile.read_text())
    entrypoints = re.findall(r"^\s*ENTRYPOINT\s+(.*)$", instructions, re.MULTILINE | re.IGNORECASE)
    if not entrypoints or not entrypoints[-1].startswith("["):
        raise UnknownImageError(f'{dockerfile}: no ENTRYPOINT in exec form; write ENTRYPOINT ["python", "-m", "..."]')
    environment: dict[str, str] = {}
    for line in re.findall(r"^\s*ENV\s+(.*)$", instructions, re.MULTILINE | re.IGNORECASE):
        environment |= {name: value.strip("\"'") for name, value in re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S+)", line)}
    return Image(context, tuple(json.loads(entrypoints[-1])), environment)


def _image_assets(assembly: Path) -> dict[str, tuple[Path, Path]]:
    """Build context and Dockerfile of every container-image asset, by its hash."""
    assets = {}
    for manifest in sorted(assembly.rglob("*.assets.json")):
        for tag, image in json.loads(manifest.read_text()).get("dockerImages", {}).items():
            context = manifest.parent / image["source"]["directory"]
            assets[tag] = (context, context / image["source"].get("dockerFile", "Dockerfile"))
    return assets
