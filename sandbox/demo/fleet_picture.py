"""A picture of a fleet over its rollouts: a panel a step, a square a device, a colour a release."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from sandbox.demo.fleet_steps import Step

COLOURS = ("#4477aa", "#66aa55", "#ddaa33", "#aa3377")
NONE, REFUSES = "#dddddd", "#cc3311"
ACROSS, SIDE, GAP, HEAD = 20, 11, 24, 34


def draw(steps: Sequence[Step], file: Path) -> None:
    """Squares stand in the order of the devices' names; a red frame is a device that refuses the release."""
    devices = sorted({name for step in steps for name in step.serving})
    releases = sorted({name for step in steps for name in step.serving.values() if name is not None})
    colour = {release: COLOURS[number % len(COLOURS)] for number, release in enumerate(releases)}
    rows = max(1, -(-len(devices) // ACROSS))
    panel = ACROSS * SIDE + GAP
    size = (GAP + max(1, len(steps)) * panel, HEAD + rows * SIDE + 2 * GAP)
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for number, step in enumerate(steps):
        left = GAP + number * panel
        title = f"{step.moment.challenger} at {step.moment.percentage} %: {len(step.running)} run it"
        pen.text((left, 10), title, fill="black")
        for place, name in enumerate(devices):
            x, y = left + place % ACROSS * SIDE, HEAD + place // ACROSS * SIDE
            square = (x, y, x + SIDE - 2, y + SIDE - 2)
            refuses = step.moment.challenger in step.refused.get(name, {})
            release = step.serving.get(name)
            fill = NONE if release is None else colour[release]
            pen.rectangle(square, fill=fill, outline=REFUSES if refuses else None, width=2)
    for number, (release, fill) in enumerate(colour.items()):
        x, y = GAP + number * panel // 2, HEAD + rows * SIDE + GAP // 2
        pen.rectangle((x, y, x + SIDE, y + SIDE), fill=fill)
        pen.text((x + SIDE + 6, y), release, fill="black")
    picture.save(file)
