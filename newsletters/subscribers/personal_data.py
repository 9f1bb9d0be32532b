"""All that is held about one person, for the person: art. 15 and 20 of the GDPR.

Other parts of newsletters that keep something about a subscriber register it in
`NewslettersConfig.ready`, since they know of subscribers and not the other way round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from newsletters.subscribers.addresses import address_hashes
from newsletters.subscribers.models import Consent, SignUp, Subscriber
from newsletters.subscribers.selectors import consents_of, suppressions_of

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """What another part keeps: its name in the file, its heading, and a row of words for each."""

    name: str
    heading: str | Promise
    rows: Callable[[Subscriber], Rows]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; a row is a dict of column headings to values that JSON can hold."""
    _sections[section.name] = section


def sections_of(subscriber: Subscriber) -> list[tuple[Section, Rows]]:
    """Return what the other parts keep, those with nothing left out."""
    found = [(section, section.rows(subscriber)) for section in _sections.values()]
    return [(section, rows) for section, rows in found if rows]


def collect(subscriber: Subscriber) -> dict[str, Any]:
    """Return everything as it goes into the file that the person downloads."""
    return {
        "email": subscriber.email,
        "first_name": subscriber.first_name,
        "topics": [topic.name for topic in subscriber.topics.all()],
        "subscribed_at": subscriber.created_at,
        "left_at": subscriber.left_at,
        "consents": [_consent(consent) for consent in consents_of(subscriber)],
        "forms_waiting": [_form(form) for form in _waiting_forms(subscriber)],
        "blocked": [
            {"reason": row.get_reason_display(), "since": row.created_at}
            for row in suppressions_of(subscriber.email)
        ],
        **{section.name: rows for section, rows in sections_of(subscriber)},
        "collected_at": timezone.now(),
    }


def _consent(consent: Consent) -> dict[str, Any]:
    clause = consent.clause
    return {
        "kind": consent.get_kind_display(),
        "source": consent.get_source_display(),
        "evidence": consent.evidence,
        "requested_at": consent.requested_at,
        "at": consent.at,
        "clause": {
            "version": clause.version,
            "purpose": clause.get_purpose_display(),
            "controller": clause.controller,
            "controller_details": clause.controller_details,
            "text": clause.text,
            "information": clause.information,
            "sha256": clause.sha256,
        },
    }


def _form(form: SignUp) -> dict[str, Any]:
    return {
        "email": form.email,
        "first_name": form.first_name,
        "topics": [topic.name for topic in form.topics.all()],
        "sent_at": form.created_at,
        "confirmed_at": form.confirmed_at,
    }


def _waiting_forms(subscriber: Subscriber) -> list[SignUp]:
    forms = SignUp.objects.filter(address_hash__in=address_hashes(subscriber.email))
    return list(forms.order_by("created_at").prefetch_related("topics"))
