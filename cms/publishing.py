"""Publishing from the page editor."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse

from cms.documents.sequence import lock_sequence


class PublishesUnderLock:
    """Asks the page's rules again before it publishes, when nobody else can write any more.

    What two people may not publish both (a KRS number) is told to the second one in the form.
    """

    form: Any

    def publish_action(self) -> HttpResponse:
        with transaction.atomic():
            lock_sequence()
            rules = getattr(self.form.instance, "publishing_errors", dict)
            errors: dict[str, Any] = rules()
            if errors:
                self.form.add_error(None, ValidationError(errors))
                invalid: HttpResponse = self.form_invalid(self.form)  # type: ignore[attr-defined]
                return invalid
            published: HttpResponse = super().publish_action()  # type: ignore[misc]
            return published
