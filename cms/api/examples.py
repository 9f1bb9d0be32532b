"""What answers look like, for the OpenAPI document. Tests hold them to its schemas."""

from typing import Any

SITE = "https://razem.example.org"
API = f"{SITE}/api/v1"
EPOCH = "5d0c7a52-8f4e-4b71-9f5e-0a3a4dc1b7e2"

TOPIC = {"slug": "ochrona-danych", "name": "Ochrona danych"}
SPHERE = {"code": "13", "label": "wspólnoty lokalne"}
LEGAL_FORM = {"code": "association", "label": "stowarzyszenie"}
LOCALITY = {
    "slug": "leszczyny-osiedle",
    "name": "Leszczyny Osiedle",
    "name_locative": "w Leszczynach Osiedlu",
    "kind": "dzielnica",
}
IMAGE = {
    "url": f"{SITE}/media/0f6f3c2e9b7d4a518e2c6b1a90d3f784.webp",
    "width": 1600,
    "height": 1067,
    "alt": "Uczestnicy szkolenia przy wspólnym stole",
    "author": "Centrum (przykład)",
    "licence": "CC BY 4.0",
    "renditions": [
        {
            "url": f"{SITE}/media/3a1d5e7f90b24c68a7c2e4f60d8b1935.webp",
            "width": 400,
            "height": 267,
        },
        {
            "url": f"{SITE}/media/0f6f3c2e9b7d4a518e2c6b1a90d3f784.webp",
            "width": 1600,
            "height": 1067,
        },
    ],
}


def envelope(kind: str, number: int, slug: str, title: str, path: str) -> dict[str, Any]:
    """Return the fields that every document has."""
    return {
        "id": f"8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c{number:02x}",
        "type": kind,
        "slug": slug,
        "title": title,
        "url": f"{SITE}{path}{slug}/",
        "version": 1795413675300 + number,
        "published_at": "2018-03-16T09:00:00+01:00",
        "updated_at": "2018-03-20T12:30:00+00:00",
        "is_sample": True,
        "summary": "",
        "image": None,
        "body": [],
        "body_html": "",
    }


def related(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("id", "type", "slug", "title", "url")}


PROJECT = {
    **envelope("project", 1, "razem-mozemy-wiecej", "Razem Możemy Więcej", "/"),
    "start_date": "2018-03-16",
    "end_date": "2019-12-31",
    "period_state": "finished",
    "partners": [
        {
            "name": "Stowarzyszenie Przykładowe (przykład)",
            "role": "leader",
            "role_label": "lider",
            "website": "https://stowarzyszenie.example.org/",
        }
    ],
}
ORGANIZATION = {
    **envelope(
        "organization",
        2,
        "zielony-zegar",
        "Stowarzyszenie Sąsiedzkie „Zielony Zegar” (przykład)",
        "/organizacje/",
    ),
    "short_name": "Zielony Zegar",
    "legal_form": "association",
    "legal_form_label": "stowarzyszenie",
    "status": "active",
    "krs": "0009999001",
    "nip": "9990000014",
    "regon": "990000016",
    "register_number": None,
    "locality": LOCALITY,
    "spheres": [SPHERE],
    "website": "https://zielony-zegar.example.org/",
    "email": "biuro@example.org",
    "phone": None,
    "address": None,
    "seeks_volunteers": True,
    "opp_status": False,
    "opp_list_year": None,
    "verified_at": "2018-03-20",
}
EVENT = {
    **envelope("event", 3, "rodo-dla-ngo", "RODO dla NGO", "/wydarzenia/"),
    "summary": "Zajęcia o danych osobowych w organizacji.",
    "image": IMAGE,
    "body": [
        {"type": "heading", "value": "Dla kogo"},
        {"type": "paragraph", "value": "<p>Dla osób prowadzących organizacje.</p>"},
        {"type": "image", "value": IMAGE},
        {"type": "quote", "value": {"text": "Dane to też ludzie.", "source": None}},
    ],
    "body_html": "<h2>Dla kogo</h2><p>Dla osób prowadzących organizacje.</p>",
    "kind": "training",
    "kind_label": "szkolenie",
    "level": "specialist",
    "start_date": "2018-04-21",
    "end_date": None,
    "start_time": "10:00",
    "end_time": None,
    "date_precision": "time",
    "date_certainty": "confirmed",
    "status": "scheduled",
    "previous_start_date": None,
    "is_full": False,
    "place": {"name": "Sala konferencyjna", "address": None, "locality": LOCALITY},
    "online_url": None,
    "registration_url": "https://zapisy.example.org/rodo",
    "project": related(PROJECT),
    "organizers": [related(ORGANIZATION)],
    "partners": ["Klub Przykładowy (przykład)"],
    "topics": [TOPIC],
}


def page_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {"next": None, "previous": None, "results": [entry]}


def change(document: dict[str, Any], *, is_removal: bool = False) -> dict[str, Any]:
    version = document["version"] + (100 if is_removal else 0)
    return {
        "sequence": version,
        "id": document["id"],
        "type": document["type"],
        "slug": document["slug"],
        "version": version,
        "action": "remove" if is_removal else "upsert",
        "document": None if is_removal else document,
    }


CHANGES = {
    "epoch": EPOCH,
    "next": None,
    "sequence": ORGANIZATION["version"] + 100,
    "results": [change(EVENT), change(ORGANIZATION, is_removal=True)],
}
SEARCH = {
    "next": None,
    "previous": None,
    "count": 1,
    "facets": {"project": 0, "event": 1, "organization": 0},
    "results": [
        {
            **{name: EVENT[name] for name in ("id", "type", "slug", "title")},
            "title_html": "<mark>RODO</mark> dla NGO",
            **{name: EVENT[name] for name in ("url", "version", "is_sample")},
            "start_date": "2018-04-21",
            "end_date": "2018-04-21",
            "excerpt": "Zajęcia o danych osobowych w organizacji. Dla kogo",
            "excerpt_html": "Zajęcia o <mark>danych</mark> osobowych w organizacji. Dla kogo",
        }
    ],
}
ROOT = {
    "api_version": "1.0.0",
    "epoch": EPOCH,
    "sequence": ORGANIZATION["version"] + 100,
    "links": {
        "projects": f"{API}/projects/",
        "events": f"{API}/events/",
        "organizations": f"{API}/organizations/",
        "changes": f"{API}/changes/",
        "search": f"{API}/search/",
        "spheres": f"{API}/vocabularies/spheres/",
        "localities": f"{API}/vocabularies/localities/",
        "topics": f"{API}/vocabularies/topics/",
        "legal_forms": f"{API}/vocabularies/legal-forms/",
        "calendar": f"{API}/events.ics",
        "events_rss": f"{SITE}/feeds/events.rss",
        "events_atom": f"{SITE}/feeds/events.atom",
        "events_json": f"{SITE}/feeds/events.json",
        "export_organizations_csv": f"{API}/export/organizations.csv",
        "export_organizations_json": f"{API}/export/organizations.json",
        "export_events_csv": f"{API}/export/events.csv",
        "export_events_json": f"{API}/export/events.json",
        "openapi": f"{API}/openapi.json",
        "docs": f"{API}/docs/",
    },
}
PROBLEM_KIND = {
    "type": f"{API}/problems/withdrawn/",
    "title": "Withdrawn",
    "status": 410,
    "description": "The document was published once and is not any more. Remove your copy of it.",
}
