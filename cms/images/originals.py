"""What an uploaded picture becomes before anything of it is stored.

Turned as the camera was held, in sRGB with 8 bits a channel, no edge longer than the setting says,
and without anything that a camera or a program wrote beside the picture: EXIF with its place, XMP,
comments, thumbnails, profiles. It is drawn anew from its pixels, so nothing can be forgotten.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener()

JPEG, PNG, WEBP = "JPEG", "PNG", "WEBP"
# What the picture comes as, by Pillow's names → what it is kept as. MPO: a JPEG of two pictures.
KEPT_AS = {
    "JPEG": JPEG,
    "MPO": JPEG,
    "HEIF": JPEG,
    "PNG": PNG,
    "GIF": PNG,
    "WEBP": WEBP,
    "AVIF": WEBP,
}
ENDINGS = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
SAVED_WITH: dict[str, dict[str, Any]] = {
    JPEG: {"quality": 88, "progressive": True, "optimize": True},
    PNG: {},
    WEBP: {"quality": 88},
}
MAY_MOVE = ("GIF", "PNG", "WEBP", "AVIF")
WHITE = (255, 255, 255)


class UnfitPictureError(ValueError):
    """The picture cannot be used; the message says to staff why and what to do."""


@dataclass(frozen=True)
class Original:
    """A picture as it is kept; `ending` is that of its file name."""

    data: bytes
    ending: str
    media_type: str


def made_fit(file: IO[bytes], *, longest_edge: int) -> Original:
    """Return the picture as it may be kept, no edge longer than that many pixels.

    Raises UnfitPictureError for one that moves, and whatever the decoder raises (OSError,
    SyntaxError …) for one that is damaged.
    """
    file.seek(0)
    with Image.open(file) as image:
        came_as = image.format or ""
        if came_as in MAY_MOVE and getattr(image, "n_frames", 1) > 1:
            raise UnfitPictureError(
                _("This picture moves. Save one frame of it as PNG or JPEG, then upload that.")
            )
        image.draft(image.mode, (longest_edge, longest_edge))
        image.load()
        kept_as = KEPT_AS[came_as]
        upright = ImageOps.exif_transpose(image)
        drawn = _in_srgb(_in_eight_bits(upright))
    drawn.thumbnail((longest_edge, longest_edge), Image.Resampling.LANCZOS)
    if kept_as == JPEG:
        drawn = _on_white(drawn)
    drawn.info.clear()
    kept = BytesIO()
    drawn.save(kept, kept_as, **SAVED_WITH[kept_as])
    return Original(kept.getvalue(), ENDINGS[kept_as], Image.MIME[kept_as])


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 16 bits a channel scaled to 8; Pillow itself would cut it off at 255."""
    if not image.mode.startswith("I"):
        return image
    whole = image.convert("I")
    return whole.point(lambda value: value * (1 / 257), "L")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture as grey, RGB or RGBA, its colours as its own profile meant them."""
    profile = image.info.get("icc_profile")
    has_alpha = image.has_transparency_data
    if image.mode in {"1", "L"} and not has_alpha:
        return image.convert("L")
    if image.mode == "CMYK" and profile and (converted := _by_profile(image, profile, "RGB")):
        return converted
    plain = image.convert("RGBA" if has_alpha else "RGB")
    if profile and image.mode != "CMYK":
        return _by_profile(plain, profile, plain.mode) or plain
    return plain


def _by_profile(image: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    """Return the picture converted to sRGB, or None if the profile is not one for it."""
    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture without transparency, which JPEG does not know."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground
