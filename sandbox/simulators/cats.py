"""Pictures of a garden camera, drawn: six cats that differ in coat and build, and scenes without a cat.

The task is neither trivial nor hopeless on purpose. Light goes from noon to infrared night, when all cats are grey and
differ in pattern alone; cats are cut off by the frame or half behind grass; and the scenes without a cat hold things of
a cat's size.

    python -m sandbox.simulators.cats build/cats --pictures 420 --seed 7

writes the form that the `cats` domain documents for a user's own data: `images/<milliseconds>.jpg` and `labels.json`.
With `--blemishes` it holds, as real data does, copies, broken files, a label without a picture and one without a label.
"""

import argparse
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from rich.progress import track

WIDTH, HEIGHT = 192, 144
BICUBIC = Image.Resampling.BICUBIC
FIRST_PICTURE_MS = 1_760_000_000_000
SECONDS_BETWEEN_PICTURES = 61
Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Coat:
    """What tells one cat from another. Colours are RGB, 0 to 255."""

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
CLASSES = (*COATS, "NoCat")


def picture(label: str, rng: np.random.Generator) -> Image.Image:
    """One RGB picture of `label`, 192 x 144 pixels."""
    night = rng.random() < 0.1
    scene = _garden(rng)
    if label == "NoCat":
        for _ in range(rng.integers(0, 3)):
            _paste(scene, _clutter(rng), rng)
    else:
        _paste(scene, _cat(COATS[label], rng), rng)
    _grass_in_front(scene, rng)
    return _exposed(scene, night, rng)


def _garden(rng: np.random.Generator) -> Image.Image:
    """Ground, a hedge or wall behind it, and coarse texture."""
    ground = _between((55, 78, 35), (125, 140, 85), rng)
    back = _between((60, 62, 50), (165, 158, 140), rng)
    horizon = int(HEIGHT * rng.uniform(0.2, 0.45))
    pixels = np.where(np.arange(HEIGHT)[:, None, None] < horizon, back, ground) * np.ones((1, WIDTH, 1))
    coarse = Image.fromarray(rng.integers(96, 160, (18, 24), dtype=np.uint8)).resize((WIDTH, HEIGHT), BICUBIC)
    texture = np.asarray(coarse, float)[..., None] - 128 + rng.normal(0, 9, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(pixels + texture, 0, 255).astype(np.uint8))


def _between(dark: Colour, light: Colour, rng: np.random.Generator) -> np.ndarray:
    """A colour somewhere between the two, with a tint of its own."""
    return np.asarray(dark) + rng.random() * np.subtract(light, dark) + rng.normal(0, 9, 3)


def _cat(coat: Coat, rng: np.random.Generator) -> Image.Image:
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


def _clutter(rng: np.random.Generator) -> Image.Image:
    """A stone, a pot, a ball or a heap of leaves, in a colour that a cat might have, more or less."""
    thing = Image.new("RGBA", (160, 120), (0, 0, 0, 0))
    draw = ImageDraw.Draw(thing)
    colour = tuple(np.clip(_between((90, 60, 45), (190, 120, 90), rng), 0, 255).astype(int).tolist())
    kind = rng.choice(["stone", "pot", "ball", "leaves"])
    if kind == "stone":
        draw.ellipse((30, 60, 30 + int(rng.integers(50, 100)), 108), fill=colour)
    elif kind == "pot":
        draw.polygon([(50, 40), (112, 40), (100, 110), (62, 110)], fill=colour)
    elif kind == "ball":
        draw.ellipse((55, 55, 105, 105), fill=colour)
    else:
        for _ in range(40):
            x, y = int(rng.integers(25, 135)), int(rng.integers(60, 110))
            draw.polygon([(x, y), (x + 10, y + int(rng.integers(-6, 6))), (x + 4, y + 9)], fill=colour)
    return thing


def _paste(scene: Image.Image, thing: Image.Image, rng: np.random.Generator) -> None:
    """Scaled, turned, mirrored and placed; now and then cut off by the frame."""
    thing = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else thing
    thing = thing.rotate(rng.normal(0, 7), BICUBIC, expand=True)
    scale = rng.uniform(0.8, 1.1)
    thing = thing.resize((int(thing.width * scale), int(thing.height * scale)), BICUBIC)
    x = rng.integers(-thing.width // 5, WIDTH - thing.width * 4 // 5)
    y = rng.integers(HEIGHT // 6, max(HEIGHT // 6 + 1, HEIGHT - thing.height * 9 // 10))
    scene.paste(thing.convert("RGB"), (int(x), int(y)), thing.getchannel("A"))


def _grass_in_front(scene: Image.Image, rng: np.random.Generator) -> None:
    draw = ImageDraw.Draw(scene)
    for _ in range(rng.integers(0, 60)):
        x, y = int(rng.integers(0, WIDTH)), int(rng.integers(HEIGHT * 2 // 3, HEIGHT))
        green = tuple(int(c) for c in rng.integers((40, 70, 20), (110, 140, 70)))
        draw.line([(x, HEIGHT), (x + int(rng.integers(-8, 8)), y)], fill=green, width=2)


def _exposed(scene: Image.Image, night: bool, rng: np.random.Generator) -> Image.Image:
    """Light, white balance, blur and sensor noise; at night the camera sees infrared, so in grey."""
    pixels = np.asarray(scene.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.1))), float)
    if night:
        pixels = pixels.mean(axis=2, keepdims=True) * np.ones(3) * rng.uniform(0.75, 1.05)
    pixels = pixels * rng.uniform(0.8, 1.15) * rng.normal(1, 0.02, 3) + rng.normal(0, rng.uniform(2, 6), pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def write(folder: Path, pictures: int, seed: int, blemishes: bool = False) -> Path:
    """Write `pictures` pictures, as many of each cat and twice as many without one, and `labels.json`."""
    rng = np.random.default_rng(seed)
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    shares = (*CLASSES, "NoCat")
    order = rng.permutation([shares[i % len(shares)] for i in range(pictures)])
    labels = []
    for i, label in enumerate(track(order, "Drawing pictures")):
        name = f"{FIRST_PICTURE_MS + i * SECONDS_BETWEEN_PICTURES * 1000}.jpg"
        picture(str(label), rng).save(images / name, quality=85)
        labels.append({"imageName": name, "label": str(label)})
    if blemishes:
        labels += _blemish(images, labels)
    (folder / "labels.json").write_text(json.dumps(labels, indent=1))
    return folder


def _blemish(images: Path, labels: list[dict[str, str]]) -> list[dict[str, str]]:
    """Add what goes wrong in real data beside the pictures drawn; returns the labels of what was added."""
    first = (images / labels[0]["imageName"]).read_bytes()
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    broken = {
        "1750000000000.jpg": first,  # an exact copy
        "1750000001000.jpg": first[: len(first) // 2],  # cut off while it was written
        "1750000002000.jpg": b"",
        "1750000003000.jpg": png.getvalue(),
    }
    for name, content in broken.items():
        (images / name).write_bytes(content)
    (images / "1750000004000.jpg").write_bytes((images / labels[1]["imageName"]).read_bytes())  # has no label
    return [{"imageName": name, "label": labels[0]["label"]} for name in (*broken, "1750000005000.jpg")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.simulators.cats", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="where images/ and labels.json are written")
    parser.add_argument("--pictures", type=int, default=420, help="how many in all (default: 420)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same pictures (default: 7)")
    parser.add_argument("--blemishes", action="store_true", help="add copies, broken files and labels without pictures")
    args = parser.parse_args()
    print(f"{args.pictures} pictures in {write(args.folder, args.pictures, args.seed, args.blemishes)}")


if __name__ == "__main__":
    main()
