"""Draws the demo's pictures, so that none has to be shipped or credited."""

import io
import math

from PIL import Image, ImageDraw

SIZE = (1920, 1080)


def lanterns() -> bytes:
    """Return a JPEG: paper lanterns over a dusky street."""
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        draw.line([(0, y), (SIZE[0], y)], fill=_mix((35, 40, 88), (214, 110, 86), share))
    for x in range(0, SIZE[0], 160):
        height = 260 + 90 * ((x // 160) % 3)
        draw.rectangle([x, SIZE[1] - height, x + 150, SIZE[1]], fill=(28, 26, 46))
        for row in range(3):
            window = [
                x + 30,
                SIZE[1] - height + 40 + row * 80,
                x + 60,
                SIZE[1] - height + 80 + row * 80,
            ]
            draw.rectangle(window, fill=(250, 206, 120))
    for number in range(9):
        x = 120 + number * 210
        y = 250 + int(90 * math.sin(number / 1.4))
        draw.line([(x, 0), (x, y)], fill=(60, 50, 80), width=3)
        colour = [(255, 196, 92), (244, 128, 96), (250, 236, 190)][number % 3]
        draw.ellipse([x - 58, y, x + 58, y + 140], fill=colour)
        for rib in (-30, 0, 30):
            draw.arc([x - 58 + rib, y, x + 58 + rib, y + 140], 80, 280, fill=(150, 80, 60), width=2)
    return _jpeg(image)


def bunting() -> bytes:
    """Return a JPEG: tents and bunting of an open-air festival."""
    image = Image.new("RGB", SIZE, (188, 222, 236))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 760, SIZE[0], SIZE[1]], fill=(126, 176, 106))
    colours = [(208, 72, 64), (36, 110, 150), (240, 178, 60), (90, 60, 120)]
    for number in range(6):
        x = 40 + number * 320
        colour = colours[number % 4]
        draw.polygon([(x, 640), (x + 130, 500), (x + 260, 640)], fill=colour)
        draw.rectangle([x + 20, 640, x + 240, 860], fill=(250, 246, 236))
        draw.rectangle([x + 90, 700, x + 170, 860], fill=(120, 96, 80))
    for number in range(24):
        x = number * 82
        y = 170 + int(70 * math.sin(number / 3.8))
        draw.polygon([(x, y), (x + 60, y + 6), (x + 30, y + 86)], fill=colours[number % 4])
    return _jpeg(image)


def _mix(top: tuple[int, ...], bottom: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
