"""Spots: a brand's shots, between which there are hard cuts."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from sandbox.simulators.ads.brands import DARK, INK, Brand
from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, cloud, colour, gradient, middle, shade, write
from sandbox.simulators.ads.people import Person
from sandbox.simulators.ads.places import moved, somewhere
from sandbox.simulators.ads.programmes import Paint


def packshot(rng: np.random.Generator, brand: Brand) -> Paint:
    """The product large on a ground of light, with its price or its slogan."""
    ground = (
        gradient(shade(brand.ground, 1.3), shade(brand.ground, 0.7), rng.uniform(0, 1))
        if rng.random() < 0.6
        else somewhere(rng, 9)
    )
    x, size = rng.uniform(0.25, 0.75) * WIDTH, rng.uniform(130, 210)
    several, burst, said = rng.random() < 0.3, rng.random() < 0.5, rng.random() < 0.6
    away = 0.28 * WIDTH if x > WIDTH / 2 else 0.72 * WIDTH

    def paint(t: float) -> Image.Image:
        image = ground.copy()
        draw = ImageDraw.Draw(image)
        draw.ellipse((x - 190, HEIGHT * 0.8, x + 190, HEIGHT * 1.05), shade(brand.ground, 0.6))
        for k in (-1, 1) if several else ():
            brand.product.draw(draw, x + 0.5 * k * size, HEIGHT * 0.85, size * 0.8)
        brand.product.draw(draw, x, HEIGHT * 0.9, size * (1 + 0.08 * t))
        if said:
            middle(draw, (away, HEIGHT * 0.25), brand.slogan, 26, INK, DARK)
        if burst:
            draw.ellipse((away - 62, HEIGHT * 0.42, away + 62, HEIGHT * 0.42 + 124), (214, 34, 40))
            middle(draw, (away, HEIGHT * 0.42 + 62), brand.price, 38, INK)
        return image

    return paint


def lifestyle(rng: np.random.Generator, brand: Brand) -> Paint:
    """Happy people somewhere, as in a film; mostly with the product in hand or a word of the brand's."""
    place, pan = somewhere(rng, rng.uniform(0, 4)), rng.normal(0, 0.06)
    person, x, size = Person(rng, 0.1), rng.uniform(0.25, 0.75) * WIDTH, rng.uniform(46, 90)
    held, said, small = rng.random() < 0.85, rng.random() < 0.6, rng.random() < 0.6
    side = 1.5 if x < WIDTH / 2 else -1.5

    def paint(t: float) -> Image.Image:
        image = moved(place, t, pan, 0.1).point(lambda value: min(255, int(value * 1.2 + 18)))
        draw = ImageDraw.Draw(image)
        person.bust(draw, x, HEIGHT * 0.55, size, t, smile=True)
        if held:
            brand.product.draw(draw, x + side * size, HEIGHT * 0.97, 1.9 * size)
        if said:
            middle(draw, (WIDTH / 2, HEIGHT * (0.16 if size < 70 else 0.88)), brand.slogan, 24, INK, DARK)
        if small:
            write(draw, (24, HEIGHT - 14), brand.small, 10, INK)
        return image

    return paint


def words(rng: np.random.Generator, brand: Brand) -> Paint:
    """Nothing but large words, or words over a place."""
    ground = gradient(brand.ground, shade(brand.ground, 0.8)) if rng.random() < 0.6 else somewhere(rng, 5)
    lines, size = brand.slogan.split(" "), int(rng.uniform(40, 62))
    if len(lines) > 3:
        lines = [" ".join(lines[:2]), " ".join(lines[2:])]

    def paint(t: float) -> Image.Image:
        image = ground.copy()
        draw = ImageDraw.Draw(image)
        for k, line in enumerate(lines):
            shift = (1 - min(1.0, 3 * t)) * 90 * (1 if k % 2 else -1)
            middle(
                draw,
                (WIDTH / 2 + shift, HEIGHT / 2 + (k - (len(lines) - 1) / 2) * size * 1.15),
                line.upper(),
                size,
                INK,
                shade(brand.ground, 0.4),
            )
        return image

    return paint


def end_card(rng: np.random.Generator, brand: Brand) -> Paint:
    """The brand's name, where to buy it, and what nobody reads."""
    ground = gradient(brand.ground, shade(brand.ground, rng.uniform(0.6, 1.2)), rng.uniform(0, 1))
    shown, priced = rng.random() < 0.6, rng.random() < 0.4

    def paint(t: float) -> Image.Image:
        image = ground.copy()
        draw = ImageDraw.Draw(image)
        brand.wordmark(draw, WIDTH / 2, HEIGHT * 0.34, 54 + int(6 * t))
        middle(draw, (WIDTH / 2, HEIGHT * 0.56), f"{brand.name.lower()}.com", 22, brand.ink)
        if shown:
            brand.product.draw(draw, WIDTH * 0.84, HEIGHT * 0.94, 110)
        if priced:
            middle(draw, (WIDTH * 0.2, HEIGHT * 0.74), brand.price, 40, brand.ink)
        middle(draw, (WIDTH / 2, HEIGHT * 0.93), brand.small, 10, brand.ink)
        return image

    return paint


def demonstration(rng: np.random.Generator, brand: Brand) -> Paint:
    """The product at work, close, before something out of focus: no words."""
    ground, x = (
        cloud(rng, shade(brand.ground, 0.5), colour(rng, (0.1, 0.7), (0.5, 1)), 5),
        rng.uniform(0.3, 0.7) * WIDTH,
    )
    drops = rng.uniform((0, 0, 3), (WIDTH, HEIGHT, 12), (int(rng.integers(0, 40)), 3))

    def paint(t: float) -> Image.Image:
        image = moved(ground, t, 0.08, 0.1)
        draw = ImageDraw.Draw(image)
        for px, py, size in drops:
            y = (py + 150 * t) % HEIGHT
            draw.ellipse((px, y, px + size, y + 1.3 * size), shade(brand.ground, 1.4))
        brand.product.draw(draw, x, HEIGHT * 1.1, 250 + 40 * t)
        return image

    return paint


SHOTS: tuple[Callable[[np.random.Generator, Brand], Paint], ...] = (packshot, lifestyle, words, end_card, demonstration)
SHARES = (0.26, 0.32, 0.12, 0.16, 0.14)


def draw_shot(rng: np.random.Generator, brand: Brand) -> tuple[str, Paint]:
    shot = SHOTS[rng.choice(len(SHOTS), p=SHARES)]
    return shot.__name__, shot(rng, brand)
