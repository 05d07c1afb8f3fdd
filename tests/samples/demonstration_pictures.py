"""Draws the pictures of the demonstration's profiles: ``python -m tests.samples.demonstration_pictures``.

Plain shapes in a few colours, with MẪU across them: nobody takes them for photographs of somebody's goods.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from tests import CHECKOUT

FOLDER = CHECKOUT / "templates" / "demonstration" / "pictures"
SIZE, SCALE = (960, 720), 2
FONT = CHECKOUT / "fonts" / "BeVietnamPro_700Bold.ttf"
GREEN, DARK, PALE, GOLD = "#3f7d58", "#1f4d36", "#dfeee3", "#d9a441"


class Canvas:
    """A ground and a floor; points are in 960ths and 720ths."""

    def __init__(self, ground: str, floor: str) -> None:
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.oval(480, 660, 620, 130, floor)

    def points(self, *at: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * SCALE, y * SCALE) for x, y in at]

    def oval(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        self.draw.ellipse(self.points((x - wide / 2, y - high / 2), (x + wide / 2, y + high / 2)), fill=colour)

    def shape(self, colour: str, *at: tuple[float, float]) -> None:
        self.draw.polygon(self.points(*at), fill=colour)

    def line(self, colour: str, width: float, *at: tuple[float, float]) -> None:
        self.draw.line(self.points(*at), fill=colour, width=round(width * SCALE), joint="curve")

    def petal(self, x: float, y: float, length: float, wide: float, turn: float, colour: str) -> None:
        """Draw a leaf that stands on a point and leans by some degrees."""
        sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
        outline = []
        for step in range(41):
            along, side = step / 40, math.sin(math.pi * step / 40)
            outline.append((along * length, side * wide / 2))
        outline += [(along, -side) for along, side in reversed(outline)]
        self.shape(colour, *((x + a * sine + s * cosine, y - a * cosine + s * sine) for a, s in outline))

    def finished(self) -> Image.Image:
        """Return it at its size, with MẪU across."""
        stamp = Image.new("L", self.image.size, 0)
        font = ImageFont.truetype(str(FONT), 150 * SCALE)
        ImageDraw.Draw(stamp).text((480 * SCALE, 360 * SCALE), "MẪU", 255, font, anchor="mm")
        stamp = stamp.rotate(18, Image.Resampling.BICUBIC).point(lambda value: value * 0.4)
        self.image.paste("#9b1c1c", mask=stamp)
        return self.image.resize(SIZE, Image.Resampling.LANCZOS)


def lotus() -> Canvas:
    """A lotus flower over water."""
    made = Canvas("#cfe6ee", "#7fb5c4")
    made.oval(230, 610, 330, 70, GREEN)
    made.oval(750, 640, 300, 60, DARK)
    made.line(DARK, 14, (480, 640), (480, 480))
    for turn, colour in ((-62, "#e58fb0"), (62, "#e58fb0"), (-38, "#eda6c0"), (38, "#eda6c0"), (-15, "#f4c2d4")):
        made.petal(480, 500, 330, 130, turn, colour)
    made.petal(480, 500, 330, 140, 12, "#f8d6e2")
    made.oval(480, 470, 90, 46, GOLD)
    return made


def tea() -> Canvas:
    """A bowl of tea beside a packet."""
    made = Canvas("#f3ead7", "#d9c7a2")
    made.shape(GREEN, (610, 250), (830, 250), (850, 620), (590, 620))
    made.shape(PALE, (640, 340), (800, 340), (808, 500), (632, 500))
    for turn in (-40, 0, 40):
        made.petal(720, 480, 110, 50, turn, "#e58fb0")
    made.shape("#f7f4ec", (170, 430), (510, 430), (440, 620), (240, 620))
    made.oval(340, 430, 340, 80, "#e7e0cf")
    made.oval(340, 432, 310, 62, "#b98a2f")
    for x in (280, 340, 400):
        made.line("#ffffff", 8, (x, 370), (x + 18, 320), (x - 12, 270), (x + 10, 220))
    return made


def vase() -> Canvas:
    """Three pots in a jade glaze."""
    made = Canvas("#ece7dd", "#cdbfa6")
    for x, scale, colour in ((250, 0.8, "#8fc1ad"), (500, 1.15, "#6fae97"), (740, 0.7, "#a9d2c1")):
        foot = 640
        high, wide = 330 * scale, 200 * scale
        made.oval(x, foot - high * 0.4, wide, high * 0.8, colour)
        made.shape(colour, (x - wide * 0.2, foot - high * 1.1), (x + wide * 0.2, foot - high * 1.1),
                   (x + wide * 0.3, foot - high * 0.6), (x - wide * 0.3, foot - high * 0.6))  # fmt: skip
        made.oval(x, foot - high * 1.1, wide * 0.46, 26 * scale, "#3e6f60")
        made.line("#e7f3ee", 10 * scale, (x - wide * 0.32, foot - high * 0.55), (x - wide * 0.36, foot - high * 0.3))
    return made


def kiln() -> Canvas:
    """A kiln with its fire."""
    made = Canvas("#2f2a28", "#4a3d36")
    made.shape("#a4593a", (200, 640), (200, 330), (300, 180), (660, 180), (760, 330), (760, 640))
    for y in range(350, 640, 58):
        made.line("#8c4a2f", 5, (205, y), (755, y))
    made.shape("#1d1715", (350, 640), (350, 430), (480, 330), (610, 430), (610, 640))
    for x, high, colour in ((430, 210, "#e06b1f"), (530, 190, "#e06b1f"), (480, 250, "#f2a63b")):
        made.petal(x, 640, high, 110, 0, colour)
    return made


def incense() -> Canvas:
    """Cones of incense with their smoke."""
    made = Canvas("#efe9e2", "#cdb9a0")
    made.oval(480, 610, 520, 110, "#7b4a2d")
    made.oval(480, 596, 470, 84, "#5e3620")
    for x in (360, 480, 600):
        made.shape("#8a6a45", (x - 42, 600), (x + 42, 600), (x, 430))
        made.oval(x, 600, 84, 24, "#8a6a45")
        made.oval(x, 440, 16, 16, "#d5542a")
        made.line("#b9b2a8", 7, (x, 420), (x + 26, 350), (x - 22, 270), (x + 18, 190), (x - 6, 120))
    return made


def drying() -> Canvas:
    """Bundles of incense sticks that dry in the sun, as at Quảng Phú Cầu."""
    made = Canvas("#dcebf2", "#b7c79a")
    made.oval(830, 130, 120, 120, "#f2c14e")
    for x, y in ((230, 560), (480, 600), (730, 560)):
        for turn in range(-60, 61, 6):
            made.petal(x, y, 240, 9, turn, "#c23a2b")
        made.oval(x, y, 70, 40, "#7a1f17")
    return made


PICTURES: dict[str, Callable[[], Canvas]] = {
    "tra-sen": tea, "hoa-sen": lotus, "gom-men": vase, "lo-nung": kiln, "nu-tram": incense, "phoi-huong": drying,
}  # fmt: skip

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, drawn in PICTURES.items():
        drawn().finished().save(FOLDER / f"{name}.jpg", "JPEG", quality=66, optimize=True, progressive=True)
