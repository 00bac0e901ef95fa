"""A picture sheet: frames beside each other, ads and programmes in turn, each with its label and kind."""

import json
from pathlib import Path

from PIL import Image, ImageDraw

TILE, COLUMNS = (264, 168), 6


def draw_sheet(folder: Path, file: Path, count: int = 48) -> Path:
    """Of a folder that `write` filled; every so many frames."""
    rows = [row for row in json.loads((folder / "labels.json").read_text()) if row["recording"] != "spoiled"]
    truth = json.loads((folder / "truth.json").read_text())
    shown = rows[:: max(1, len(rows) // count)][:count]
    sheet = Image.new("RGB", (TILE[0] * COLUMNS, TILE[1] * -(-len(shown) // COLUMNS)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, row in enumerate(shown):
        x, y = number % COLUMNS * TILE[0] + 4, number // COLUMNS * TILE[1] + 2
        with Image.open(folder / "frames" / row["imageName"]) as frame:
            sheet.paste(frame, (x, y))
        draw.text((x, y + 148), f"{row['label']}: {truth[row['imageName']]['kind']} ({row['recording']})", "black")
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)
    return file
