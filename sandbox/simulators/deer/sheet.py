"""A picture sheet: pictures beside each other with their boxes, and below each what it shows."""

import json
from pathlib import Path

from PIL import Image, ImageDraw

TILE, COLUMNS = (328, 262), 6


def draw_sheet(folder: Path, file: Path, count: int = 48) -> Path:
    """Of a folder that `write` filled; every so many pictures."""
    truth = json.loads((folder / "truth.json").read_text())["pictures"]
    rows = [row for row in json.loads((folder / "labels.json").read_text()) if row["imageName"] in truth]
    shown = rows[:: max(1, len(rows) // count)][:count]
    sheet = Image.new("RGB", (TILE[0] * COLUMNS, TILE[1] * -(-len(shown) // COLUMNS)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, row in enumerate(shown):
        x, y = number % COLUMNS * TILE[0] + 4, number // COLUMNS * TILE[1] + 2
        with Image.open(folder / "images" / row["imageName"]) as picture:
            sheet.paste(picture, (x, y))
        boxes = json.loads(row["boxes"])
        for box in boxes:
            corners = (x + box["x"], y + box["y"], x + box["x"] + box["width"], y + box["y"] + box["height"])
            draw.rectangle(corners, outline="yellow", width=2)
        found = truth[row["imageName"]]
        words = [*([f"{len(boxes)} deer"] if boxes else []), *found["lookalikes"]] or ["empty"]
        draw.text((x, y + 243), f"{row['camera']}, {found['light']}: {', '.join(words)}", "black")
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)
    return file
