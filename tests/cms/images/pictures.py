"""Pictures as people upload them: from phones, printers' programs, and from those who mean harm."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

SECRET = "Tajna Autorka"
PLACE = {1: "N", 2: (50.0, 9.0, 0.0), 3: "E", 4: (18.0, 40.0, 0.0)}
ORIENTATION, ARTIST, GPS_INFO = 0x0112, 0x013B, 0x8825
TURNED_RIGHT = 6
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><p>{SECRET}</p></x:xmpmeta>'.encode()


def exif(*, is_turned: bool = False) -> Image.Exif:
    found = Image.Exif()
    if is_turned:
        found[ORIENTATION] = TURNED_RIGHT
    found[ARTIST] = SECRET
    found[GPS_INFO] = PLACE
    return found


def saved(image: Image.Image, form: str, **kwargs: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **kwargs)
    return buffer.getvalue()


def half_red(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Return a picture that is blue, and red in its left half."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    return image.convert(mode)


def phone_photo(width: int = 900, height: int = 600) -> bytes:
    return saved(
        half_red(width, height),
        "JPEG",
        exif=exif(is_turned=True),
        comment=SECRET.encode(),
        xmp=XMP,
    )


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(half_red(), "PNG", pnginfo=texts, exif=exif())


def webp_with_exif() -> bytes:
    return saved(half_red(), "WEBP", exif=exif(), xmp=XMP)


def heic() -> bytes:
    return saved(half_red(), "HEIF", exif=exif().tobytes())


def avif() -> bytes:
    return saved(half_red(), "AVIF", exif=exif())


def still_gif() -> bytes:
    return saved(half_red().convert("P"), "GIF", comment=SECRET.encode())


def cmyk_jpeg() -> bytes:
    return saved(half_red(mode="CMYK"), "JPEG", exif=exif())


def deep_png() -> bytes:
    """Return a grey picture of 16 bits: in its middle half as bright as can be."""
    image = Image.new("I;16", (300, 200))
    image.putdata([32768] * (300 * 200))
    return saved(image, "PNG")


def wide_gamut_jpeg() -> bytes:
    """Return a photo with a profile that names its maker, as cameras add one."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(half_red(), "JPEG", icc_profile=profile)


def moving(form: str) -> Callable[[], bytes]:
    def make() -> bytes:
        frames = [half_red(90, 60), half_red(90, 60).rotate(180)]
        return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=200)

    return make


def truncated_jpeg() -> bytes:
    data = saved(Image.effect_noise((900, 600), 90), "JPEG")
    return data[: len(data) // 2]


def damaged_png() -> bytes:
    data = saved(Image.effect_noise((300, 200), 90), "PNG")
    middle = len(data) // 2
    return data[:middle] + b"\x00" * 40 + data[middle + 40 :]


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that says of itself that it is 40,000 × 40,000."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 1_000_000)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def page() -> bytes:
    return b"<html><script>alert(1)</script></html>"


def drawing() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
