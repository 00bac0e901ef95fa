"""One cat on a transparent ground: its coat, its build and its pose."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Coat:
    """The appearance of one cat. Colours are RGB, 0 to 255."""

    base: Colour
    marks: Colour
    pattern: str  # plain, tabby, patches, socks, mask
    build: float = 1.0  # body height against the average cat's


COATS = {
    "Boots": Coat(base=(30, 28, 32), marks=(235, 230, 225), pattern="socks"),
    "Chi": Coat(base=(214, 116, 40), marks=(150, 82, 34), pattern="tabby"),
    "Kappa": Coat(base=(128, 142, 178), marks=(150, 152, 158), pattern="plain"),
    "Mu": Coat(base=(228, 222, 214), marks=(60, 52, 48), pattern="patches"),
    "Tau": Coat(base=(206, 164, 112), marks=(238, 228, 216), pattern="mask", build=1.15),
    "Wolf": Coat(base=(126, 98, 70), marks=(48, 42, 38), pattern="tabby", build=1.1),
}


def draw_cat(coat: Coat, rng: np.random.Generator) -> Image.Image:
    """A cat from the side on a transparent ground, 160 x 120, in one of three poses."""
    shape = Image.new("L", (160, 120), 0)
    draw = ImageDraw.Draw(shape)
    legs = Image.new("L", shape.size, 0)
    pose = rng.choice(["walking", "sitting", "lying"])
    top = 58 - 14 * (coat.build - 1) * 2
    head = {"walking": (112, 40), "sitting": (96, 24), "lying": (118, 62)}[pose]
    if pose == "walking":
        draw.ellipse((34, top - 14, 116, 84), fill=255)
        for x in (44, 58, 92, 106):
            ImageDraw.Draw(legs).rectangle((x, 78, x + 8, 112 + int(rng.integers(-4, 4))), fill=255)
        middle, tip = (18, 40 + int(rng.integers(-10, 10))), (12, 18 + int(rng.integers(-8, 14)))
        draw.line([(38, 58), middle, tip], fill=255, width=8)
    elif pose == "sitting":
        draw.polygon([(84, 30), (112, 34), (118, 112), (50, 112), (56, 72)], fill=255)
        draw.ellipse((46, 66, 104, 114), fill=255)
        ImageDraw.Draw(legs).rectangle((98, 88, 108, 114), fill=255)
        draw.arc((16, 84, 70, 118), 60, 220, fill=255, width=8)
    else:
        draw.ellipse((26, top + 8, 124, 104), fill=255)
        ImageDraw.Draw(legs).rectangle((100, 92, 134, 102), fill=255)
        draw.arc((6, 70, 60, 110), 70, 250, fill=255, width=8)
    x, y = head
    draw.ellipse((x - 17, y - 15, x + 17, y + 15), fill=255)
    for ear in (-13, 5):
        draw.polygon([(x + ear, y - 9), (x + ear + 3, y - 27), (x + ear + 11, y - 10)], fill=255)
    shape.paste(255, mask=legs)
    body = Image.fromarray(_fur(coat, np.asarray(legs) > 0, head, rng))
    for eye in (-6, 6):
        ImageDraw.Draw(body).ellipse((x + eye - 2, y - 4, x + eye + 2, y), fill=(190, 200, 70))
    body.putalpha(shape.filter(ImageFilter.GaussianBlur(0.8)))
    return body


def _fur(coat: Coat, legs: np.ndarray, head: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Coat colours on a 120 x 160 grid: uint8 (120, 160, 3)."""
    y, x = np.mgrid[0:120, 0:160]
    if coat.pattern == "tabby":
        phase, pitch = rng.uniform(0, 9), rng.uniform(10, 14)
        marked = np.sin((x + 4 * np.sin(y / 11) + phase) * 2 * np.pi / pitch) > 0.25
    elif coat.pattern == "patches":
        marked = np.zeros(x.shape, bool)
        for _ in range(rng.integers(2, 5)):
            cx, cy, r = rng.integers(40, 120), rng.integers(35, 100), rng.uniform(9, 19)
            marked |= (x - cx) ** 2 + (y - cy) ** 2 < r**2
    elif coat.pattern == "socks":
        marked = legs & (y > 94)
    elif coat.pattern == "mask":
        marked = ((x - head[0]) ** 2 + (y - head[1] - 8) ** 2 < 144) | (legs & (y > 88))
    else:
        marked = np.zeros(x.shape, bool)
    shift = rng.normal(0, 6, 3) + rng.normal(0, 6)
    fur = np.where(marked[..., None], coat.marks, coat.base) + shift + rng.normal(0, 9, (120, 160, 1))
    return np.clip(fur - 22 * (y[..., None] > 92), 0, 255).astype(np.uint8)
