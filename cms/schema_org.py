"""Documents as schema.org things (https://schema.org/), made of what their payloads say."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from cms.models.documents import Document
from cms.models.events import EventPage
from cms.wording import Payload, parse_date

EVENT_STATUS = {
    EventPage.Status.SCHEDULED: "EventScheduled",
    EventPage.Status.POSTPONED: "EventPostponed",
    EventPage.Status.RESCHEDULED: "EventRescheduled",
    EventPage.Status.MOVED_ONLINE: "EventMovedOnline",
    EventPage.Status.CANCELLED: "EventCancelled",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def schema_org(document: Payload) -> dict[str, Any]:
    """Return a document as JSON-LD; what is unknown is left out."""
    thing = THINGS[document["type"]](document)
    return {"@context": "https://schema.org"} | without_empty(thing)


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
        "isAccessibleForFree": document["is_free"],
        "maximumAttendeeCapacity": document["seats"],
        "subEvent": [
            {"@type": "Event", "name": item["title"], "startDate": when}
            for item in document["programme_items"]
            if (when := moment(item["day"] or document["start_date"], item["start_time"]))
        ],
    }


def organization(document: Payload) -> dict[str, Any]:
    """Return an NGO with its register numbers."""
    locality = document["locality"] or {}
    return common(document) | {
        "@type": "NGO",
        "alternateName": document["short_name"],
        "taxID": document["nip"],
        "foundingDate": str(document["registration_year"] or ""),
        "parentOrganization": parent_of(document),
        "logo": (document["logo"] or {}).get("url"),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": name.upper(), "value": document[name]}
            for name in ("krs", "regon")
            if document[name]
        ],
        "sameAs": list(filter(None, [document["website"], *each_url(document["links"])])),
        "email": document["email"],
        "telephone": document["phone"],
        "address": document["address"],
        "areaServed": [one["name"] for one in document["territory"]] or locality.get("name"),
    }


def each_url(links: list[Payload]) -> list[str]:
    return [link["url"] for link in links]


def parent_of(document: Payload) -> dict[str, Any] | None:
    """Return the larger organization of a branch."""
    parent = document["branch_of"]
    if parent:
        return {"@type": "NGO", "name": parent["title"], "url": parent["url"]}
    name = document["branch_of_name"]
    return {"@type": "NGO", "name": name} if name else None


def project(document: Payload) -> dict[str, Any]:
    """Return a Project, whose members and funders are those who carry it."""
    return common(document) | {
        "@type": "Project",
        "foundingDate": str(document["start_date"] or ""),
        "dissolutionDate": str(document["end_date"] or ""),
        "member": carried_by(document, {"leader", "partner"}),
        "funder": carried_by(document, {"funder"}),
    }


def activity(document: Payload) -> dict[str, Any]:
    """Return a Service of the centre, with the hours at which it is there."""
    return common(document) | {
        "@type": "Service",
        "serviceType": document["kind_label"],
        "areaServed": [locality["name"] for locality in document["localities"]],
        "hoursAvailable": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{WEEKDAYS[hours['weekday'] - 1]}",
                "opens": hours["opens"],
                "closes": hours["closes"],
            }
            for hours in document["duty_hours"]
        ],
    }


def news(document: Payload) -> dict[str, Any]:
    """Return a NewsArticle."""
    return common(document) | {
        "@type": "NewsArticle",
        "headline": document["title"],
        "datePublished": document["published_at"],
        "publisher": publisher(document),
    }


def contest(document: Payload) -> dict[str, Any]:
    """Return a Grant-like call as a CreativeWork: schema.org has no type for contests."""
    return common(document) | {
        "@type": "CreativeWork",
        "genre": "contest",
        "expires": str(document["closes_on"] or ""),
        "publisher": publisher(document),
    }


def resource(document: Payload) -> dict[str, Any]:
    """Return a Report or another DigitalDocument, with its files as encodings."""
    return common(document) | {
        "@type": "Report" if document["kind"] == "report" else "DigitalDocument",
        "datePublished": str(document["year"] or ""),
        "license": document["licence"],
        "encoding": [
            {
                "@type": "MediaObject",
                "name": file["title"],
                "contentUrl": file["url"],
                "encodingFormat": file["mime_type"],
            }
            for file in document["files"]
        ],
    }


def publisher(document: Payload) -> dict[str, Any] | None:
    operator = document["operator"]
    return {"@type": "Organization", "name": operator["name"]} if operator else None


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


def edition(document: Payload) -> dict[str, Any]:
    """Return an edition of the newsletter, with the events that it tells of."""
    return common(document) | {
        "@type": "Article",
        "datePublished": str(document["published_at"]),
        "about": [topic["name"] for topic in document["topics"]],
        "mentions": [
            {"@type": "Event", "name": one["title"], "url": one["url"]}
            for one in document["events"]
        ],
    }


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
    Document.Type.ACTIVITY: activity,
    Document.Type.NEWS: news,
    Document.Type.CONTEST: contest,
    Document.Type.RESOURCE: resource,
    Document.Type.NEWSLETTER: edition,
}
