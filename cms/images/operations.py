"""What Wagtail does to an image on the way to a rendition, beside its own operations."""

from typing import Any

from wagtail.images.image_operations import FilterOperation

# Keys of Pillow's `Image.info` in which a camera, or a program, has left something.
METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "mp", "mpoffset")


class NoMetadataOperation(FilterOperation):
    """Forgets where, when and by whom a photo was taken; Wagtail copies that into a JPEG.

    Its orientation was applied to the picture before.
    """

    def construct(self) -> None:
        """Take no arguments."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> None:
        for key in METADATA:
            willow.image.info.pop(key, None)
