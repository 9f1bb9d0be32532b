"""Photos as they come, and where their copies are."""

from io import BytesIO
from pathlib import Path

import orjson
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from cms.basepage.models import BasePage
from tests.factories import document_of, jpeg

GPS_INFO, ORIENTATION, ARTIST = 0x8825, 0x0112, 0x013B
TURNED_RIGHT = 6  # the camera was turned: show it rotated by 90°
FIELDS = {
    "title": "Zdjęcie",
    "description": "Ludzie",
    "author": "Autorka (przykład)",
    "licence": "CC BY 4.0",
}


class Committing:
    """A block after which all that waits for the commit is done, as in production."""

    capture: DjangoCaptureOnCommitCallbacks

    def __enter__(self) -> None:
        self.block = self.capture(execute=True)
        self.block.__enter__()

    def __exit__(self, *error: object) -> None:
        self.block.__exit__(*error)


def photo_with_gps() -> bytes:
    """Return a JPEG as a phone makes it: red at its left, blue right, to be shown turned."""
    image = Image.new("RGB", (900, 600), "blue")
    image.paste("red", (0, 0, 450, 600))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif[ARTIST] = "Tajna Autorka"
    exif[GPS_INFO] = {1: "N", 2: (50.0, 9.0, 0.0), 3: "E", 4: (18.0, 40.0, 0.0)}
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"Tajny komentarz")
    assert b"Tajna Autorka" in buffer.getvalue()
    return buffer.getvalue()


def broken_jpeg() -> bytes:
    data = jpeg(900, 600)
    return data[: len(data) // 2]


def broken_png() -> bytes:
    """Return a PNG with a right header and a damaged chunk; Pillow raises SyntaxError."""
    buffer = BytesIO()
    Image.effect_noise((300, 200), 90).save(buffer, "PNG")
    data = buffer.getvalue()
    middle = len(data) // 2
    return data[:middle] + b"\x00" * 40 + data[middle + 40 :]


def public_files(settings: Settings) -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {path.name for path in root.rglob("*") if path.is_file()}


def names_in(page: BasePage) -> list[str]:
    """Return the file names of the page's image in its payload, narrowest first."""
    image = orjson.loads(document_of(page).payload)["image"]
    return [rendition["url"].rpartition("/")[2] for rendition in image["renditions"]]


def unpublish(page: BasePage) -> None:
    type(page).objects.get(pk=page.pk).unpublish()
