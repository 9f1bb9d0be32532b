"""Words for staff that are stored: always in the language of the installation."""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


def say(text: str | Promise, **values: object) -> str:
    """Return a lazily translated text, with `%(name)s` filled in, as it is to be stored."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text) % values if values else str(text)
