"""Scenes of programmes. Each function draws what stays the same, and returns what paints the scene at a time 0 to 1."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, cloud, colour, gradient, middle, name, sentence, shade, write
from sandbox.simulators.ads.channels import Channel, title_of
from sandbox.simulators.ads.people import Person, seated
from sandbox.simulators.ads.places import moved, somewhere
from sandbox.simulators.ads.sports import Paint, pitch, stands

Scene = Callable[[np.random.Generator, Channel], Paint]


def studio(rng: np.random.Generator, channel: Channel) -> Paint:
    """One to three people at a desk before a screen or a wall of light."""
    base = channel.main if rng.random() < 0.6 else colour(rng, (0.2, 0.9), (0.2, 0.7))
    wall = cloud(rng, shade(base, 0.35), shade(base, 1.1), 4)
    people = [Person(rng, formal=0.8) for _ in range(int(rng.choice([1, 2, 3], p=[0.55, 0.35, 0.1])))]
    places, size = seated(rng, len(people)), rng.uniform(44, 62) if len(people) == 1 else rng.uniform(30, 42)
    screen = somewhere(rng, 2).resize((190, 116)) if rng.random() < 0.65 else None
    side, desk = rng.uniform(0, WIDTH - 190), colour(rng, (0, 0.5), (0.15, 0.8))
    third, who, says = rng.random() < 0.55, title_of(rng), sentence(rng, 12)
    ticks = rng.random() < 0.4

    def paint(t: float) -> Image.Image:
        image = wall.copy()
        draw = ImageDraw.Draw(image)
        for k in range(5):
            draw.line([(k * 128 - 40, 0), (k * 128 + 20, HEIGHT)], shade(base, 1.3), 3)
        if screen is not None:
            image.paste(screen, (int(side), 24))
            draw.rectangle((side, 24, side + 190, 140), outline=shade(base, 1.5), width=4)
        for person, x in zip(people, places, strict=True):
            person.bust(draw, x, HEIGHT * 0.5, size, t)
        draw.polygon([(0, HEIGHT * 0.84), (WIDTH, HEIGHT * 0.8), (WIDTH, HEIGHT), (0, HEIGHT)], desk)
        draw.line([(0, HEIGHT * 0.84), (WIDTH, HEIGHT * 0.8)], shade(desk, 1.5), 4)
        if third:
            channel.lower_third(draw, *who, t)
        if ticks:
            channel.ticker(draw, says, t)
        return image

    return paint


def reporter(rng: np.random.Generator, channel: Channel) -> Paint:
    """Someone outdoors who talks to the camera."""
    place, person, x, size = somewhere(rng, 1), Person(rng, 0.4), rng.uniform(0.3, 0.7) * WIDTH, rng.uniform(46, 66)
    who, says, third, ticks, microphone = (
        title_of(rng),
        sentence(rng, 12),
        rng.random() < 0.6,
        rng.random() < 0.35,
        rng.random() < 0.7,
    )

    def paint(t: float) -> Image.Image:
        image = moved(place, t, 0.04, 0.0)
        draw = ImageDraw.Draw(image)
        person.bust(draw, x, HEIGHT * 0.56, size, t)
        if microphone:
            draw.line([(x + 20, HEIGHT), (x + 6, HEIGHT * 0.7)], (30, 30, 34), 9)
            draw.ellipse((x - 8, HEIGHT * 0.61, x + 20, HEIGHT * 0.72), channel.main)
        if third:
            channel.lower_third(draw, *who, t)
        if ticks:
            channel.ticker(draw, says, t)
        return image

    return paint


def drama(rng: np.random.Generator, channel: Channel) -> Paint:
    """A film or a series: people somewhere, seldom a word on the picture."""
    place, pan = somewhere(rng, rng.uniform(0, 3)), rng.normal(0, 0.06)
    people = [
        (Person(rng, 0.2), rng.uniform(0.15, 0.85) * WIDTH, rng.uniform(34, 84)) for _ in range(int(rng.integers(0, 3)))
    ]
    far = [(Person(rng), rng.uniform(0, WIDTH), rng.uniform(50, 110)) for _ in range(int(rng.integers(0, 4)))]
    dim, subtitle = rng.uniform(0.45, 0.85), sentence(rng, 5) if rng.random() < 0.25 else ""

    def paint(t: float) -> Image.Image:
        image = moved(place, t, pan, 0.05)
        draw = ImageDraw.Draw(image)
        for person, x, size in far:
            person.figure(draw, x + 40 * t, HEIGHT * 0.9, size, t)
        for person, x, size in people:
            person.bust(draw, x, HEIGHT * 0.58, size, t)
        image = image.point(lambda value: int(value * dim))
        if subtitle:
            middle(ImageDraw.Draw(image), (WIDTH / 2, HEIGHT - 30), subtitle, 19, (244, 244, 230), (10, 10, 10))
        return image

    return paint


def graphic(rng: np.random.Generator, channel: Channel) -> Paint:
    """A table, a weather map, a quotation, opening titles: words and numbers as large as in a spot."""
    base = channel.main if rng.random() < 0.5 else colour(rng, (0.2, 0.9), (0.2, 0.8))
    ground = gradient(shade(base, 1.1), shade(base, 0.5)) if rng.random() < 0.6 else somewhere(rng, 8)
    kind, heading, ink = (
        rng.choice(["table", "weather", "title", "quote"], p=[0.4, 0.3, 0.1, 0.2]),
        sentence(rng, 2),
        (248, 248, 248),
    )
    rows = [(name(rng, int(rng.integers(2, 4))), int(rng.integers(0, 99))) for _ in range(6)]
    places = rng.uniform((0.1, 0.2), (0.9, 0.85), (6, 2)) * (WIDTH, HEIGHT)
    words, who = [sentence(rng, 4) for _ in range(3)], title_of(rng)[0]
    ticks, says = rng.random() < 0.8, sentence(rng, 12)

    def paint(t: float) -> Image.Image:
        image = ground.copy()
        draw = ImageDraw.Draw(image)
        if kind == "table":
            write(draw, (60, 40), heading, 26, ink)
            for k, (team, points) in enumerate(rows[: 2 + int(8 * t)]):
                draw.rounded_rectangle(
                    (60, 66 + 34 * k, 450, 94 + 34 * k), channel.rounded, channel.second if k % 2 else shade(base, 0.7)
                )
                write(draw, (72, 80 + 34 * k), f"{k + 1}  {team}", 18, ink, (30, 30, 30))
                write(draw, (400, 80 + 34 * k), str(points), 18, ink, (30, 30, 30))
        elif kind == "weather":
            draw.polygon([(90, 250), (150, 60), (300, 30), (420, 110), (380, 260), (230, 280)], shade(base, 1.5))
            for (town, _), (x, y) in zip(rows, places, strict=True):
                draw.ellipse((x - 16, y - 26, x + 16, y + 4), (250, 214, 80) if len(town) % 2 else (210, 220, 230))
                middle(draw, (x, y + 14), f"{len(town) * 3}", 22, ink, (30, 30, 30))
        elif kind == "title":
            middle(draw, (WIDTH / 2, HEIGHT * 0.45), heading.upper()[:16], 46, ink, (20, 20, 20))
            middle(draw, (WIDTH / 2, HEIGHT * 0.62), words[0], 18, ink)
        else:
            for k, line in enumerate(words):
                write(draw, (64, 90 + 40 * k), line, 25, ink, (20, 20, 20))
            write(draw, (64, 230), who, 18, channel.second, (20, 20, 20))
        if ticks:
            channel.ticker(draw, says, t)
        return image

    return paint


MIX: dict[str, dict[Scene, float]] = {
    "base": {pitch: 0.18, studio: 0.24, reporter: 0.13, drama: 0.32, stands: 0.07, graphic: 0.06},
    "sports": {pitch: 0.52, studio: 0.14, reporter: 0.08, drama: 0.02, stands: 0.16, graphic: 0.08},
    "news": {pitch: 0.04, studio: 0.46, reporter: 0.30, drama: 0.10, stands: 0.02, graphic: 0.08},
}
"""Variant -> shares of scenes."""


def draw_programme(rng: np.random.Generator, channel: Channel, variant: str) -> tuple[str, Paint]:
    """The scene's kind, and what paints it."""
    mix = MIX[variant]
    scene = list(mix)[rng.choice(len(mix), p=list(mix.values()))]
    return scene.__name__, scene(rng, channel)
