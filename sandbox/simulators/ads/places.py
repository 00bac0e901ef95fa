"""Where things happen: landscapes, streets, rooms, kitchens. Programmes and spots are filmed at the same places."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, cloud, colour, gradient, shade


def landscape(rng: np.random.Generator) -> Image.Image:
    sky = colour(rng, (0.15, 0.6), (0.6, 1))
    image = gradient(sky, shade(sky, 1.25))
    draw = ImageDraw.Draw(image)
    for depth in range(int(rng.integers(2, 5))):
        ground = colour(rng, (0.2, 0.7), (0.2, 0.65))
        x = np.linspace(-20, WIDTH + 20, 14)
        y = HEIGHT * (0.4 + 0.14 * depth) + rng.normal(0, 26 / (depth + 1), 14)
        draw.polygon([*zip(x.tolist(), y.tolist(), strict=True), (WIDTH + 20, HEIGHT), (-20, HEIGHT)], ground)
    for _ in range(int(rng.integers(0, 9))):
        left, foot, size = rng.uniform(0, WIDTH), rng.uniform(0.55, 0.9) * HEIGHT, rng.uniform(14, 60)
        draw.rectangle((left - size / 12, foot - size / 2, left + size / 12, foot), (84, 60, 40))
        leaves = (left - size / 2.5, foot - 1.3 * size, left + size / 2.5, foot - size / 3)
        draw.ellipse(leaves, colour(rng, (0.3, 0.7), (0.2, 0.6)))
    return image


def street(rng: np.random.Generator) -> Image.Image:
    sky = colour(rng, (0.05, 0.5), (0.3, 1))
    image = gradient(sky, shade(sky, 1.2))
    draw = ImageDraw.Draw(image)
    x = -20.0
    while x < WIDTH:
        width, top = rng.uniform(40, 110), rng.uniform(0.05, 0.5) * HEIGHT
        wall = colour(rng, (0.05, 0.4), (0.25, 0.8))
        draw.rectangle((x, top, x + width, HEIGHT * 0.8), wall)
        lit = shade((250, 225, 150), rng.uniform(0.4, 1))
        for row in np.arange(top + 8, HEIGHT * 0.74, 22):
            for column in np.arange(x + 8, x + width - 12, 20):
                draw.rectangle((column, row, column + 9, row + 12), lit if rng.random() < 0.4 else shade(wall, 0.6))
        x += width
    draw.rectangle((0, HEIGHT * 0.8, WIDTH, HEIGHT), shade((100, 100, 105), rng.uniform(0.5, 1.3)))
    return image


def room(rng: np.random.Generator) -> Image.Image:
    wall = colour(rng, (0.05, 0.45), (0.45, 0.95))
    image = gradient(wall, shade(wall, 0.75), rng.uniform(0, 1))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HEIGHT * 0.78, WIDTH, HEIGHT), colour(rng, (0.2, 0.6), (0.25, 0.6)))
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.uniform(0, WIDTH * 0.8), rng.uniform(0.08, 0.4) * HEIGHT
        box = (x, y, x + rng.uniform(40, 130), y + rng.uniform(40, 90))
        draw.rectangle(box, colour(rng, (0.1, 0.7), (0.4, 1)), outline=shade(wall, 0.45), width=4)
    x = rng.uniform(0, WIDTH * 0.6)
    draw.rounded_rectangle((x, HEIGHT * 0.55, x + 190, HEIGHT * 0.88), 16, colour(rng, (0.2, 0.8), (0.25, 0.8)))
    return image


def backdrop(rng: np.random.Generator) -> Image.Image:
    """Far out of focus."""
    first = colour(rng, (0.1, 0.8), (0.2, 0.9))
    return cloud(rng, first, colour(rng, (0.1, 0.8), (0.3, 1)), int(rng.integers(3, 9)))


PLACES: tuple[Callable[[np.random.Generator], Image.Image], ...] = (landscape, street, room, backdrop)


def somewhere(rng: np.random.Generator, blur: float = 0.0) -> Image.Image:
    image = PLACES[rng.integers(len(PLACES))](rng)
    return image.filter(ImageFilter.BoxBlur(blur)) if blur else image


def moved(image: Image.Image, t: float, pan: float, zoom: float) -> Image.Image:
    """The camera pans by `pan` of the width and zooms by `zoom` (relative) while `t` goes from 0 to 1."""
    scale = 1 / (1.08 + abs(pan) + zoom * t)
    width, height = WIDTH * scale, HEIGHT * scale
    left = (WIDTH - width) * (0.5 + 0.5 * np.clip(2 * pan * (t - 0.5) / max(0.02, 1 - scale), -1, 1))
    top = (HEIGHT - height) / 2
    return image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, (left, top, left + width, top + height))
