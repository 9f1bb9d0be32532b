"""What a serializer read while it wrote a document."""

from datetime import datetime
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from cms.basepage.models import BasePage

T = TypeVar("T", bound=Model)


class Reads:
    """Collects the objects that a payload depends on, and until when it stays true."""

    def __init__(self) -> None:
        self.keys: set[tuple[int, int]] = set()
        self.changes_at: datetime | None = None
        self.has_sample = False

    def note(self, instance: T, *, is_shown: bool = True) -> T:
        """Record that the payload depends on the object, and return it.

        What shows a sample is a sample itself; an object that only decided (a page that is not
        public) does not count there.
        """
        self.keys.add(key_of(type(instance), instance.pk))
        if isinstance(instance, BasePage):
            self._true_until_expiry(instance)
        if is_shown and getattr(instance, "is_sample", False):
            self.has_sample = True
        return instance

    def true_until(self, moment: datetime | None) -> None:
        """Record that the payload reads differently from that moment on."""
        if moment and (self.changes_at is None or moment < self.changes_at):
            self.changes_at = moment

    def _true_until_expiry(self, page: BasePage) -> None:
        if page.live and page.expire_at and page.expire_at > timezone.now():
            self.true_until(page.expire_at)


def key_of(model: type[Model], object_id: int) -> tuple[int, int]:
    """Return (content type id, object id); every page counts as the base page that it is."""
    counted_as = BasePage if issubclass(model, BasePage) else model
    return ContentType.objects.get_for_model(counted_as).pk, object_id
