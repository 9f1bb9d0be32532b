"""The form with which images are uploaded and changed (`WAGTAILIMAGES_IMAGE_FORM_BASE`)."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import structlog
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.images.originals import UnfitPictureError, made_fit
from cms.models.images import NOT_STATED

logger = structlog.get_logger(__name__)

# What the field of the licence suggests; anything else may be written too.
LICENCES: tuple[str | Promise, ...] = (
    "CC BY 4.0",
    "CC BY-SA 4.0",
    "CC0 1.0",
    _("the author’s permission to publish"),
    _("the centre holds the rights"),
    NOT_STATED,
)


class SuggestingInput(forms.TextInput):
    """A text field with suggestions (HTML, `datalist`)."""

    def __init__(self, suggestions: tuple[str | Promise, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        list_id = f"{(attrs or {}).get('id', name)}_suggestions"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}"></option>', zip(self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OriginalField(WagtailImageField):
    """Takes a picture as it comes and gives it back as it is kept (cms/images/originals.py)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages |= {
            "invalid_image": _(
                "This file is damaged, or it is no picture. Open it in the program that made it, "
                "save it again as JPEG or PNG, then upload that."
            ),
            "invalid_image_known_format": _(
                "This file is not what its name says: it ends with .%(extension)s, and the "
                "content is %(image_format)s. Give the name the right ending."
            ),
            "file_too_many_pixels": _(
                "This picture is too large: it has %(num_pixels)s pixels, and at most "
                "%(max_pixels_count)s are allowed. Make it smaller, then upload it."
            ),
        }

    def check_image_pixel_size(self, f: File) -> None:
        """Refuse a damaged picture; Wagtail's own field fails when it measures one."""
        try:
            super().check_image_pixel_size(f)
        except ValidationError:
            raise
        except Exception as error:  # decoders raise what they like
            raise self._damaged(error) from error

    def to_python(self, data: Any) -> Any:
        given = super().to_python(data)
        if given is None:
            return None
        try:
            kept = made_fit(given, longest_edge=settings.IMAGES_LONGEST_EDGE_PIXELS)
        except UnfitPictureError as error:
            raise ValidationError(str(error), code="unfit_picture") from error
        except Exception as error:  # decoders raise what they like
            raise self._damaged(error) from error
        name = f"{PurePath(given.name).stem}{kept.ending}"
        return SimpleUploadedFile(name, kept.data, kept.media_type)

    def _damaged(self, error: Exception) -> ValidationError:
        logger.info("picture_refused", error=type(error).__name__)
        return ValidationError(self.error_messages["invalid_image"], code="invalid_image")


class CentreImageForm(BaseImageForm):
    """Asks for what an image needs before anybody is shown it."""

    class Meta(BaseImageForm.Meta):
        widgets = {
            **BaseImageForm.Meta.widgets,
            "licence": SuggestingInput(LICENCES),
            "consent_expires_on": day_input(),
            "consent_withdrawn_on": day_input(),
        }

    class Media:
        js = ("cms/images/labels.js",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = OriginalField(
                label=field.label, widget=field.widget, required=field.required
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in faults(cleaned):
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)
        return cleaned


def faults(values: dict[str, Any]) -> Iterator[tuple[str, str | Promise]]:
    """Yield what is lacking or contradicts itself: field name and message."""
    if not values.get("description") and not values.get("is_decorative"):
        yield (
            "description",
            _("Say what the image shows, for those who cannot see it. Or mark it as decorative."),
        )
    has_consent = bool(values.get("consent_reference"))
    if values.get("shows_people") and not has_consent:
        yield (
            "consent_reference",
            _("Say where the consent of the people in the image is kept."),
        )
    tells_of_consent = has_consent or values.get("consent_expires_on")
    if tells_of_consent and not values.get("shows_people"):
        yield (
            "shows_people",
            _("There is a consent, so the image shows people. Mark that, or clear the consent."),
        )
    withdrawn_on = values.get("consent_withdrawn_on")
    if withdrawn_on and withdrawn_on > timezone.localdate():
        yield "consent_withdrawn_on", _("This day is still to come.")
