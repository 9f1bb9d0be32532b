"""The form with which images are uploaded (`WAGTAILIMAGES_IMAGE_FORM_BASE`)."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class WholeImageField(WagtailImageField):
    """Refuses a damaged picture; Wagtail's own field fails on it when it measures the picture."""

    def check_image_pixel_size(self, f: File) -> None:
        try:
            super().check_image_pixel_size(f)
        except ValidationError:
            raise
        except Exception as error:  # (decoders raise what they like, SyntaxError too)
            raise ValidationError(
                self.error_messages["invalid_image"], code="invalid_image"
            ) from error


class CentreImageForm(BaseImageForm):
    file = WholeImageField(label=_("File"), widget=forms.FileInput())
