"""Documents as schema.org JSON-LD: a data block, which no Content-Security-Policy has to allow."""

from datetime import datetime, time
from typing import Any

import orjson
from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from cms.models.documents import Document
from cms.models.events import EventPage
from cms.wording import Payload, parse_date

register = template.Library()

EVENT_STATUS = {
    EventPage.Status.SCHEDULED: "EventScheduled",
    EventPage.Status.POSTPONED: "EventPostponed",
    EventPage.Status.RESCHEDULED: "EventRescheduled",
    EventPage.Status.MOVED_ONLINE: "EventMovedOnline",
    EventPage.Status.CANCELLED: "EventCancelled",
}
# As Django's json_script does: nothing in the data can end the element or open a comment.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.simple_tag
def structured_data(document: Payload) -> SafeString:
    """Return the document as one JSON-LD element; what is unknown is left out."""
    thing = {"@context": "https://schema.org"} | without_empty(THINGS[document["type"]](document))
    text = orjson.dumps(thing).decode().translate(_ESCAPES)
    return mark_safe(  # noqa: S308  (escaped above)
        f'<script type="application/ld+json">{text}</script>'
    )


def event(document: Payload) -> dict[str, Any]:
    """Return an Event. schema.org has no "tentative": a proposed date is said in words."""
    is_online = document["status"] == EventPage.Status.MOVED_ONLINE
    is_proposed = document["date_certainty"] == EventPage.DateCertainty.PROPOSED
    words = f"({pgettext('event state', 'proposed date')}) " if is_proposed else ""
    return common(document) | {
        "@type": "Event",
        "description": f"{words}{document['summary']}".strip(),
        "startDate": moment(document["start_date"], document["start_time"]),
        "endDate": moment(document["end_date"] or document["start_date"], document["end_time"])
        if document["end_date"] or document["end_time"]
        else None,
        "previousStartDate": str(document["previous_start_date"] or "")
        if document["status"] == EventPage.Status.RESCHEDULED
        else None,
        "eventStatus": f"https://schema.org/{EVENT_STATUS[document['status']]}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode"
        if is_online
        else "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": document["online_url"]}
        if is_online
        else place(document["place"]),
        "organizer": [
            {"@type": "NGO", "name": one["title"], "url": one["url"]}
            for one in document["organizers"]
        ],
    }


def organization(document: Payload) -> dict[str, Any]:
    """Return an NGO with its register numbers."""
    locality = document["locality"] or {}
    return common(document) | {
        "@type": "NGO",
        "alternateName": document["short_name"],
        "taxID": document["nip"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name.upper(), "value": document[name]}
            for name in ("krs", "regon")
            if document[name]
        ],
        "sameAs": document["website"],
        "email": document["email"],
        "telephone": document["phone"],
        "address": document["address"],
        "areaServed": locality.get("name"),
    }


def project(document: Payload) -> dict[str, Any]:
    """Return a Project, whose members and funders are those who carry it."""
    return common(document) | {
        "@type": "Project",
        "foundingDate": str(document["start_date"] or ""),
        "dissolutionDate": str(document["end_date"] or ""),
        "member": carried_by(document, {"leader", "partner"}),
        "funder": carried_by(document, {"funder"}),
    }


def common(document: Payload) -> dict[str, Any]:
    """Return what every thing has."""
    image = document["image"] or {}
    return {
        "name": document["title"],
        "description": document["summary"],
        "url": document["url"],
        "image": image.get("url"),
    }


def carried_by(document: Payload, roles: set[str]) -> list[dict[str, Any]]:
    return [
        without_empty({"@type": "Organization", "name": partner["name"], "url": partner["website"]})
        for partner in document["partners"]
        if partner["role"] in roles
    ]


def place(found: Payload | None) -> dict[str, Any] | None:
    if not found:
        return None
    locality = found["locality"] or {}
    address = {
        "@type": "PostalAddress",
        "streetAddress": found["address"],
        "addressLocality": locality.get("name"),
        "addressCountry": "PL",
    }
    return {"@type": "Place", "name": found["name"], "address": without_empty(address)}


def moment(day: Any, hour: str | None) -> str:
    """Return ISO 8601: only the day while the hour is not known, else with the offset of Warsaw."""
    parsed = parse_date(day)
    if parsed is None:
        return ""
    if not hour:
        return parsed.isoformat()
    local = datetime.combine(parsed, time.fromisoformat(hour))
    return timezone.make_aware(local).isoformat()


def without_empty(thing: dict[str, Any]) -> dict[str, Any]:
    """Return the thing without properties that say nothing."""
    return {name: value for name, value in thing.items() if value not in (None, "", [], {})}


THINGS = {
    Document.Type.EVENT: event,
    Document.Type.ORGANIZATION: organization,
    Document.Type.PROJECT: project,
}
