"""Colours of the public pages: contrast computed from the stylesheet (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STYLESHEET = Path(settings.BASE_DIR) / "static/cms/site.css"
TEXT_ON_GROUND = [
    *[("ink", ground) for ground in ("ground", "surface", "soft")],
    *[("ink-soft", ground) for ground in ("ground", "surface", "soft")],
    *[("link", ground) for ground in ("ground", "surface", "soft")],
    *[("accent", ground) for ground in ("ground", "surface", "soft")],
    ("on-accent", "accent"),
    ("surface", "ink-soft"),
    ("on-deep", "deep"),
    *[(state, f"{state}-ground") for state in ("warn", "wait", "info", "good")],
    ("warn", "ground"),
    *[(text, "wait-ground") for text in ("ink", "ink-soft", "link")],  # what a search marks
]
EDGE_ON_GROUND = [
    *[("focus", ground) for ground in ("ground", "surface", "soft", "wait-ground")],
    ("ink-soft", "surface"),
]


def palettes() -> dict[str, dict[str, str]]:
    """Return the custom properties that are colours, in light and in dark."""
    css = STYLESHEET.read_text()
    light, dark = re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL)[:2]
    found = {"light": colours(light)}
    return found | {"dark": found["light"] | colours(dark)}


def colours(rules: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rules))


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.1)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_on_its_ground_has_a_contrast_of_4_5(scheme, text, ground):
    palette = palettes()[scheme]
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON_GROUND)
def test_focus_and_field_edges_have_a_contrast_of_3(scheme, edge, ground):
    palette = palettes()[scheme]
    assert contrast(palette[edge], palette[ground]) >= 3


def test_stylesheet_asks_nobody_else_for_anything():
    css = STYLESHEET.read_text()
    assert "@import" not in css
    assert "url(" not in css
    assert "@font-face" not in css
