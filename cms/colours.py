"""Whether a colour can be read, by the measure of WCAG 2.1 (success criterion 1.4.3)."""

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

# Level AA for text of any size.
LEAST_CONTRAST = 4.5
WHITE = "#ffffff"
# The ground of our pages (static/cms/site.css), on which the colour stands as text.
GROUND = "#fffaf4"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (#rrggbb), from 1 to 21 (WCAG 2.1, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return how light a colour (#rrggbb) is, from 0 to 1 (WCAG 2.1, "relative luminance")."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def check_readable(colour: str) -> None:
    """Raise ValidationError if white words on it, or it as words on our ground, are hard to read.

    Expects #rrggbb.
    """
    least = min(contrast(colour, WHITE), contrast(colour, GROUND))
    if least < LEAST_CONTRAST:
        message = _(
            "This colour is too light to be read: its contrast is %(contrast)s, at least %(least)s "
            "is needed. Choose a darker one."
        )
        words = {
            "contrast": number_format(least, decimal_pos=1),
            "least": number_format(LEAST_CONTRAST, decimal_pos=1),
        }
        raise ValidationError(message, params=words)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
