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
    "focus": {"x": 0.5, "y": 0.36},
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
AUDIENCE = {"slug": "liderzy-organizacji", "name": "liderzy organizacji"}
OFFER_TYPE = {"slug": "szkolenie", "name": "szkolenie", "level": ""}
PROGRAMME = {
    "slug": "lpr",
    "name": "Lokalny Program Rewitalizacji",
    "resolution": "XXXVIII/425/17 z 28 lipca 2017 r.",
    "website": None,
}
OPERATOR = {
    "name": "Stowarzyszenie Przykładowe (przykład)",
    "funding": "Zadanie finansuje gmina (przykład).",
    "funder_logos": [],
}
TAGS = {"topics": [TOPIC], "audiences": [AUDIENCE], "localities": [], "programme": None}
PARTNER = {
    "name": "Szkoła Przykładowa (przykład)",
    "sector": "education",
    "sector_label": "edukacja",
    "role": "użycza sali",
    "website": None,
    "logo": None,
}
FILE = {
    "title": "Regulamin sal",
    "url": f"{SITE}/media/5d1f0e2b7c9a4f63815b2d4c6e8f0a91-regulamin-sal.pdf",
    "mime_type": "application/pdf",
    "extension": "PDF",
    "size": 182_400,
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
        "operator": OPERATOR,
        "schema_org": {"@context": "https://schema.org", "name": title},
    }


def related(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("id", "type", "slug", "title", "url")}


PROJECT = {
    **envelope("project", 1, "razem-mozemy-wiecej", "Razem Możemy Więcej", "/"),
    "start_date": "2018-03-16",
    "end_date": "2019-12-31",
    "period_state": "finished",
    "funding": None,
    "partners": [
        {
            "name": "Stowarzyszenie Przykładowe (przykład)",
            "role": "leader",
            "role_label": "lider",
            "sector": "ngo",
            "sector_label": "organizacja pozarządowa",
            "website": "https://stowarzyszenie.example.org/",
            "logo": None,
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
    "former_names": None,
    "registration_year": 2011,
    "legal_form": "association",
    "legal_form_label": "stowarzyszenie",
    "status": "active",
    "krs": "0009999001",
    "nip": "9990000014",
    "nip_formatted": "999-000-00-14",
    "regon": "990000016",
    "regon_formatted": "990\u00a0000\u00a0016",
    "register_number": None,
    "branch_of": None,
    "branch_of_name": None,
    "locality": LOCALITY,
    "territory": [LOCALITY],
    "mission": "Żeby sąsiedzi znali się po imieniu.",
    "spheres": [SPHERE],
    "beneficiaries": [{"code": "seniors", "label": "seniorzy"}],
    "action_forms": [{"code": "events", "label": "wydarzenia"}],
    "logo": None,
    "website": "https://zielony-zegar.example.org/",
    "email": "biuro@example.org",
    "phone": None,
    "address": None,
    "correspondence_address": None,
    "contact_person": None,
    "contact_person_email": None,
    "contact_person_phone": None,
    "links": [{"kind": "facebook", "url": "https://facebook.example.org/zielony-zegar"}],
    "bank_account": None,
    "bank_account_formatted": None,
    "statute_url": "https://zielony-zegar.example.org/statut.pdf",
    "report_url": None,
    "seeks_volunteers": True,
    "opp_status": False,
    "opp_list_year": None,
    "verified_at": "2018-03-20",
}
ACTIVITY = {
    **envelope("activity", 4, "porady", "Porady dla organizacji", "/razem-mozemy-wiecej/"),
    **TAGS,
    "kind": "advice",
    "kind_label": "porady ogólne i specjalistyczne",
    "project": related(PROJECT),
    "offer_types": [OFFER_TYPE],
    "place": None,
    "adviser_role": "prawnik",
    "booking_email": "porady@example.org",
    "booking_phone": None,
    "booking_url": None,
    "booking_rules": "Pisemnie, co najmniej 3 dni robocze wcześniej.",
    "is_free": True,
    "duty_hours": [{"weekday": 2, "opens": "15:00", "closes": "18:00", "note": None}],
    "closures": [{"first_day": "2018-05-02", "last_day": None, "reason": "majówka"}],
    "facilities": [
        {
            "kind": "room",
            "name": "Sala konferencyjna",
            "quantity": 1,
            "seats": 40,
            "description": None,
        }
    ],
    "figures": [{"value": "97.5", "label": "godzin porad", "period": "2018–2019"}],
    "resources": [],
    "partners": [PARTNER],
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
    "status_note": None,
    "is_full": False,
    "place": {
        "name": "Sala konferencyjna",
        "address": None,
        "locality": LOCALITY,
        "directions": None,
        "accessibility_note": "Winda jest przy wejściu od podwórza.",
    },
    "online_url": None,
    "registration_url": "https://zapisy.example.org/rodo",
    "registration_email": None,
    "registration_deadline": "2018-04-18",
    "seats": 20,
    "is_free": True,
    "price_note": None,
    "trainer": None,
    "offer_type": OFFER_TYPE,
    "accessibility": [{"code": "step_free", "label": "wejście bez schodów"}],
    "accessibility_contact": "porady@example.org, do 16 kwietnia",
    "activity": related(ACTIVITY),
    "previous_edition": None,
    "participants": [related(ORGANIZATION)],
    "programme_items": [
        {
            "day": None,
            "start_time": "10:15",
            "end_time": "12:00",
            "title": "Obowiązki administratora",
            "description": None,
            "organization": None,
        }
    ],
    "materials": [FILE],
    "photos": [IMAGE],
    "project": related(PROJECT),
    "organizers": [related(ORGANIZATION)],
    "partners": ["Klub Przykładowy (przykład)"],
    **TAGS,
}
NEWS = {
    **envelope("news", 5, "nowe-godziny", "Nowe godziny otwarcia", "/aktualnosci/"),
    **TAGS,
    "is_alert": False,
    "project": related(PROJECT),
    "events": [related(EVENT)],
    "organizations": [],
}
RESOURCE = {
    **envelope("resource", 6, "regulamin-sal", "Regulamin sal", "/materialy/"),
    **TAGS,
    "kind": "regulations",
    "kind_label": "regulamin",
    "year": 2018,
    "authors": None,
    "method": None,
    "licence": None,
    "valid_from": "2018-04-01",
    "valid_until": None,
    "previous_version": None,
    "project": related(PROJECT),
    "files": [{**FILE, "role": "document"}],
}
CONTEST = {
    **envelope("contest", 7, "mala-inicjatywa-2018", "Mała Inicjatywa 2018", "/konkursy/"),
    **TAGS,
    "state": "closed",
    "state_label": "zakończony",
    "year": 2018,
    "opens_on": "2018-05-07",
    "closes_on": "2018-05-28",
    "results_on": "2018-06-11",
    "starts_on": "2018-06-15",
    "ends_on": "2018-10-31",
    "budget": "20000.00",
    "largest_grant": "2000.00",
    "eligibility": "Grupy nieformalne z gminy.",
    "contact_email": "konkurs@example.org",
    "bip_url": None,
    "rules": related(RESOURCE),
    "application_form": None,
    "previous_edition": None,
    "project": related(PROJECT),
    "partners": [PARTNER],
    "results": [
        {
            "group_name": "Grupa „Ławeczka pod Lipą” (przykład)",
            "organization": None,
            "title": "Ławka sąsiedzka",
            "locality": LOCALITY,
            "amount": "1800.00",
        }
    ],
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
    "facets": {
        "project": 0,
        "event": 1,
        "organization": 0,
        "activity": 0,
        "news": 0,
        "contest": 0,
        "resource": 0,
        "newsletter": 0,
    },
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
        "activities": f"{API}/activities/",
        "news": f"{API}/news/",
        "contests": f"{API}/contests/",
        "resources": f"{API}/resources/",
        "newsletters": f"{API}/newsletters/",
        "changes": f"{API}/changes/",
        "search": f"{API}/search/",
        "spheres": f"{API}/vocabularies/spheres/",
        "localities": f"{API}/vocabularies/localities/",
        "topics": f"{API}/vocabularies/topics/",
        "audiences": f"{API}/vocabularies/audiences/",
        "offer_types": f"{API}/vocabularies/offer-types/",
        "programmes": f"{API}/vocabularies/programmes/",
        "legal_forms": f"{API}/vocabularies/legal-forms/",
        "calendar": f"{API}/events.ics",
        "events_rss": f"{SITE}/feeds/events.rss",
        "events_atom": f"{SITE}/feeds/events.atom",
        "events_json": f"{SITE}/feeds/events.json",
        "news_rss": f"{SITE}/feeds/news.rss",
        "news_atom": f"{SITE}/feeds/news.atom",
        "news_json": f"{SITE}/feeds/news.json",
        "embed": f"{SITE}/embed/",
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
