"""A channel: its logo, its colours, and what it lays over pictures."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from sandbox.simulators.ads.canvas import HEIGHT, WIDTH, Colour, colour, font, name, sentence, write


@dataclass(frozen=True, kw_only=True)
class Channel:
    name: str
    main: Colour
    second: Colour
    logo: Image.Image  # RGBA
    corner: tuple[int, int]  # of the logo, pixels from the upper left
    shows_logo: bool
    rounded: int
    low: float  # where lower thirds begin, share of the height

    def put_logo(self, image: Image.Image) -> None:
        image.paste(self.logo.convert("RGB"), self.corner, self.logo.getchannel("A"))

    def lower_third(self, draw: ImageDraw.ImageDraw, first: str, second: str, t: float) -> None:
        y, width = self.low * HEIGHT, min(1.0, 0.7 + 3 * t)
        left, right = 30, 30 + width * (150 + 7 * len(second))
        draw.rounded_rectangle((left, y, right, y + 26), self.rounded, self.main)
        draw.rounded_rectangle((left, y + 26, right - 20, y + 44), self.rounded, self.second)
        write(draw, (left + 10, y + 13), first, 19, _ink(self.main))
        write(draw, (left + 10, y + 35), second, 13, _ink(self.second))

    def ticker(self, draw: ImageDraw.ImageDraw, text: str, t: float) -> None:
        draw.rectangle((0, HEIGHT - 24, WIDTH, HEIGHT), self.second)
        write(draw, (120 - 200 * t, HEIGHT - 12), text, 14, _ink(self.second))
        draw.rectangle((0, HEIGHT - 24, 84, HEIGHT), self.main)
        write(draw, (8, HEIGHT - 12), self.name[:8], 14, _ink(self.main))

    def score(self, draw: ImageDraw.ImageDraw, teams: str, minute: int) -> None:
        x = 26 if self.corner[0] > WIDTH / 2 else WIDTH - 200
        draw.rounded_rectangle((x, 16, x + 174, 40), self.rounded, self.main)
        draw.rectangle((x + 124, 16, x + 174, 40), self.second)
        write(draw, (x + 8, 28), teams, 15, _ink(self.main))
        write(draw, (x + 130, 28), f"{minute}:{minute * 7 % 60:02}", 14, _ink(self.second))


def draw_channel(rng: np.random.Generator) -> Channel:
    main, second = colour(rng, (0.3, 1), (0.2, 0.9)), colour(rng, (0, 0.5), (0.5, 1))
    called = name(rng, 2)
    corner = (WIDTH - 84, 14) if rng.random() < 0.65 else (18, 14) if rng.random() < 0.7 else (WIDTH - 84, HEIGHT - 44)
    return Channel(
        name=called.upper(),
        main=main,
        second=second,
        logo=_logo(rng, called, main, second),
        corner=corner,
        shows_logo=rng.random() < 0.8,
        rounded=int(rng.choice([0, 4, 12])),
        low=rng.uniform(0.68, 0.76),
    )


def title_of(rng: np.random.Generator) -> tuple[str, str]:
    """A person's name and what they are."""
    return f"{name(rng, 2)} {name(rng, 3)}", sentence(rng, int(rng.integers(1, 4)))


def _logo(rng: np.random.Generator, called: str, main: Colour, second: Colour) -> Image.Image:
    logo = Image.new("RGBA", (66, 32), (0, 0, 0, 0))
    draw = ImageDraw.Draw(logo)
    alpha = int(rng.uniform(120, 255))
    kind = rng.integers(4)
    if kind == 0:
        draw.rounded_rectangle((0, 4, 65, 28), 6, (*main, alpha))
        draw.text((33, 16), called[:5], (*_ink(main), alpha), font(17), anchor="mm")
    elif kind == 1:
        draw.ellipse((18, 1, 48, 31), (*main, alpha))
        draw.text((33, 16), str(rng.integers(1, 10)), (*_ink(main), alpha), font(22), anchor="mm")
    elif kind == 2:
        draw.text((33, 16), called[:6].lower(), (245, 245, 245, alpha), font(20), anchor="mm")
    else:
        draw.polygon([(4, 28), (18, 4), (32, 28)], (*main, alpha))
        draw.polygon([(24, 28), (38, 4), (52, 28)], (*second, alpha))
    return logo


def _ink(ground: Colour) -> Colour:
    """Black or white, whichever can be read on it."""
    return (20, 20, 24) if sum(ground) > 400 else (250, 250, 250)
