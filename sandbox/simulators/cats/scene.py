"""One picture of the garden: light, ground, what stands in it, and the camera's own faults."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sandbox.simulators.cats.animal import COATS, Colour, draw_cat

WIDTH, HEIGHT = 192, 144
BICUBIC = Image.Resampling.BICUBIC


def picture(label: str, rng: np.random.Generator) -> Image.Image:
    """One RGB picture of `label`, 192 x 144 pixels."""
    night = rng.random() < 0.1
    scene = _garden(rng)
    if label == "NoCat":
        for _ in range(rng.integers(0, 3)):
            _paste(scene, _clutter(rng), rng)
    else:
        _paste(scene, draw_cat(COATS[label], rng), rng)
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
