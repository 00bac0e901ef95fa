"""Pictures beside each other, with what models found in them."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from inference.contracts.boxes import FoundBox, LabelledBox
from sandbox.demo.verdicts import match

Shown = tuple[str, bytes, Sequence[LabelledBox], Sequence[Sequence[FoundBox]]]
"""Title, picture, the boxes that there are, and what each model found: a tile a model, beside each other."""
WIDTH, HEIGHT, CAPTION = 240, 180, 18
PICTURES, ACROSS = 24, 6
FOUND, FALSE, MISSED = "lime", "red", "yellow"


def draw_boxes(pictures: Sequence[Shown], file: Path, models: Sequence[str] = ("",)) -> None:
    """`models`: what each tile's caption says after the title."""
    shown = pictures[: PICTURES // len(models)]
    tiles = [
        _tile(body, truth, boxes, f"{title} {model}".strip())
        for title, body, truth, found in shown
        for model, boxes in zip(models, found, strict=True)
    ]
    rows = -(-len(tiles) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (WIDTH + 4), rows * (HEIGHT + CAPTION)), "white")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % ACROSS * (WIDTH + 4), number // ACROSS * (HEIGHT + CAPTION)))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)


def _tile(body: bytes, truth: Sequence[LabelledBox], found: Sequence[FoundBox], caption: str) -> Image.Image:
    tile = Image.new("RGB", (WIDTH, HEIGHT + CAPTION), "white")
    with Image.open(BytesIO(body)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    scale = min(WIDTH / upright.width, HEIGHT / upright.height)
    tile.paste(upright.resize((int(upright.width * scale), int(upright.height * scale))))
    draw = ImageDraw.Draw(tile)
    held = match(found, truth)
    for colour, boxes in ((MISSED, held.missed), (FOUND, held.found), (FALSE, held.false)):
        for box in boxes:
            corners = (box.x, box.y, box.x + box.width, box.y + box.height)
            placed = [float(value * scale) for value in corners]
            draw.rectangle(placed, outline=colour, width=2)
            if isinstance(box, FoundBox):
                draw.text((placed[0] + 3, placed[1] + 1), f"{box.score:.2f}", fill=colour)
    draw.text((2, HEIGHT + 3), caption[-40:], fill="black")
    return tile
