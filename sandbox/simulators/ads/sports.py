"""Scenes of sports: a field with players, and a crowd that fills the picture."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, colour, gradient, name, shade
from sandbox.simulators.ads.channels import Channel
from sandbox.simulators.ads.people import Person, crowd
from sandbox.simulators.ads.places import moved

Paint = Callable[[float], Image.Image]


def pitch(rng: np.random.Generator, channel: Channel) -> Paint:
    """A field, a court or a rink from above, with players, and often the score."""
    kind = rng.choice(["grass", "court", "ice"], p=[0.6, 0.25, 0.15])
    low, high = {
        "grass": ((34, 92, 34), (74, 146, 62)),
        "court": ((150, 74, 44), (52, 94, 150)),
        "ice": ((196, 212, 224), (236, 242, 246)),
    }[kind]
    ground = shade(low if rng.random() < 0.5 else high, rng.uniform(0.8, 1.15))
    shirts = [colour(rng, (0.5, 1), (0.3, 1)), colour(rng, (0, 0.9), (0.2, 1))]
    players = [
        (rng.uniform(0.05, 0.95), rng.uniform(0.35, 0.95), rng.normal(0, 0.12, 2), Person(rng))
        for _ in range(int(rng.integers(3, 13)))
    ]
    tilt, minute, teams = (
        rng.uniform(-60, 60),
        int(rng.integers(1, 90)),
        f"{name(rng, 2)[:3].upper()} {rng.integers(5)}-{rng.integers(5)} {name(rng, 2)[:3].upper()}",
    )
    scored, stripes, stand = rng.random() < 0.8, kind == "grass" and rng.random() < 0.7, rng.random() < 0.6
    seed, start = int(rng.integers(1 << 31)), rng.uniform(-80, 80)

    def paint(t: float) -> Image.Image:
        image = gradient(shade(ground, 0.92), shade(ground, 1.1))
        draw = ImageDraw.Draw(image)
        shift = start + 70 * t
        if stripes:
            for k in range(-1, 9):
                x = k * 74 + shift % 148
                draw.polygon([(x, 0), (x + 37, 0), (x + 37 + tilt, HEIGHT), (x + tilt, HEIGHT)], shade(ground, 1.08))
        chalk = (236, 238, 236) if kind != "ice" else (190, 40, 50)
        draw.line([(250 + shift, 70), (250 + shift + tilt, HEIGHT)], chalk, 3)
        draw.ellipse((190 + shift + tilt / 2, 130, 320 + shift + tilt / 2, 220), outline=chalk, width=3)
        if stand:
            draw.rectangle((0, 0, WIDTH, 66), (58, 58, 66))
            crowd(draw, np.random.default_rng(seed), 2, 50, 15)
            draw.rectangle((0, 54, WIDTH, 70), channel.second)
        for k, (x, y, (dx, dy), player) in enumerate(players):
            player.top = shirts[k % 2]
            player.figure(draw, (x + dx * t) * WIDTH, (y + dy * t / 3) * HEIGHT, 26 + 30 * y, t)
        if scored:
            channel.score(draw, teams, minute)
        return image

    return paint


def stands(rng: np.random.Generator, channel: Channel) -> Paint:
    """A crowd that fills the picture."""
    seed, size, ground = int(rng.integers(1 << 31)), rng.uniform(22, 44), colour(rng, (0, 0.3), (0.15, 0.4))
    scored, teams = (
        rng.random() < 0.4,
        f"{name(rng, 2)[:3].upper()} {rng.integers(4)}-{rng.integers(4)} {name(rng, 2)[:3].upper()}",
    )

    def paint(t: float) -> Image.Image:
        image = Image.new("RGB", (WIDTH, HEIGHT), ground)
        crowd(ImageDraw.Draw(image), np.random.default_rng(seed), -10, HEIGHT, size)
        image = moved(image, t, 0.05, 0.1)
        if scored:
            channel.score(ImageDraw.Draw(image), teams, int(60 + 30 * t))
        return image

    return paint
