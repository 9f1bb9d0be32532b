"""Documents and changes as Razem publishes them (docs/municipal/README.md)."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# The day that the example site goes by, wherever this machine is.
TODAY = datetime.now(ZoneInfo("Europe/Warsaw")).date()


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def _document(type_: str, slug: str, version: int, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{type_}/{slug}")),
        "type": type_,
        "slug": slug,
        "title": slug.replace("-", " ").capitalize(),
        "url": f"https://razem.example.org/{type_}/{slug}/",
        "version": version,
        "published_at": "2018-03-01T10:00:00+01:00",
        "updated_at": "2018-03-02T10:00:00+01:00",
        "is_sample": False,
        "summary": "Krótki opis.",
        "image": None,
        "body": [],
        "body_html": "<p>Treść.</p>",
    } | fields


def event(slug: str = "festiwal", version: int = 1, **fields: Any) -> dict[str, Any]:
    return _document(
        "event",
        slug,
        version,
        {
            "kind": "flagship",
            "kind_label": "wydarzenie główne",
            "level": None,
            "start_date": "2018-09-15",
            "end_date": None,
            "start_time": None,
            "end_time": None,
            "date_precision": "day",
            "date_certainty": "confirmed",
            "status": "scheduled",
            "is_full": False,
            "previous_start_date": None,
            "place": None,
            "online_url": None,
            "registration_url": None,
            "project": None,
            "organizers": [],
            "partners": [],
            "topics": [],
        }
        | fields,
    )


def organization(slug: str = "zielony-zegar", version: int = 1, **fields: Any) -> dict[str, Any]:
    return _document(
        "organization",
        slug,
        version,
        {
            "short_name": None,
            "legal_form": "association",
            "legal_form_label": "stowarzyszenie",
            "status": "active",
            "krs": "0009999001",
            "nip": "9990000014",
            "regon": "990000016",
            "register_number": None,
            "locality": None,
            "spheres": [],
            "website": None,
            "email": None,
            "phone": None,
            "address": None,
            "seeks_volunteers": False,
            "opp_status": False,
            "opp_list_year": None,
            "verified_at": None,
        }
        | fields,
    )


def project(slug: str = "razem-mozemy-wiecej", version: int = 1, **fields: Any) -> dict[str, Any]:
    return _document(
        "project",
        slug,
        version,
        {
            "start_date": "2018-03-16",
            "end_date": "2019-12-31",
            "period_state": "finished",
            "partners": [],
        }
        | fields,
    )


def upsert(document: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "sequence": document["version"],
        "id": document["id"],
        "type": document["type"],
        "slug": document["slug"],
        "version": document["version"],
        "action": "upsert",
        "document": document,
    } | fields


def removal(document: dict[str, Any], version: int, **fields: Any) -> dict[str, Any]:
    cut = {"action": "remove", "document": None, "version": version, "sequence": version}
    return upsert(document) | cut | fields
