"""Asking the API in tests: short calls, golden answers, rows without pages."""

import json
import os
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.test import Client
from django.utils import timezone

from cms.models import Document, DocumentFacet, Sequence

GOLDEN = Path(__file__).parent / "golden"
API = "/api/v1"
MASKS = [
    (re.compile(r"media/[0-9a-f]{32}"), "media/FILE"),
    (re.compile(r"cursor=[\w-]+"), "cursor=CURSOR"),
    (re.compile(r"since=\d+"), "since=NUMBER"),
]
UUID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def ask(path: str = "/", status: int = 200, **headers: str) -> Any:
    """Return the answer's JSON; fails unless it has the status."""
    response = Client().get(f"{API}{path}", headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def slugs(path: str) -> list[str]:
    """Return the slugs of the documents on one page of a list."""
    return [document["slug"] for document in ask(path)["results"]]


def follow(path: str, link: str = "next") -> list[dict[str, Any]]:
    """Return all documents from a page on, by following a link to the end."""
    found = []
    answer = ask(path)
    while True:
        found += answer["results"] if link == "next" else reversed(answer["results"])
        if answer[link] is None:
            return found
        answer = ask(answer[link].split(API, 1)[1])


def wrong(path: str) -> dict[str, dict[str, Any]]:
    """Return what a 400 says, by parameter."""
    return {error["name"]: error for error in ask(path, status=400)["errors"]}


def masked(value: Any, known: dict[str, str]) -> Any:
    """Return an answer without what differs in every run: ids, numbers, times, file names."""
    if isinstance(value, dict):
        return {name: mask_field(name, one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one, known) for one in value]
    if isinstance(value, str):
        for pattern, mask in MASKS:
            value = pattern.sub(mask, value)
        return UUID_PATTERN.sub(
            lambda found: known.setdefault(found[0], f"ID-{len(known) + 1}"), value
        )
    return value


def mask_field(name: str, value: Any, known: dict[str, str]) -> Any:
    if name in {"version", "sequence"}:
        return "NUMBER"
    if name in {"published_at", "updated_at", "datePublished"}:
        return "TIME"
    if name in {"label", "serviceType"} or name.endswith("_label"):
        return "WORDS"  # they come from the catalogue, or from a vocabulary tested elsewhere
    return masked(value, known)


def assert_golden(name: str, answer: Any) -> None:
    """Compare a whole answer with tests/cms/api/golden/; GOLDEN=write writes it there."""
    text = json.dumps(masked(answer, {}), ensure_ascii=False, indent=2) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()


def add_rows(count: int, *, start: date = date(2030, 1, 1), per_day: int = 2) -> list[UUID]:
    """Store events as finished rows, without pages: for tests of long lists."""
    sequence, _created = Sequence.objects.get_or_create(
        pk=1, defaults={"value": 1, "epoch_started_at": timezone.now()}
    )
    first = sequence.value + 1
    rows = [
        row(first + number, start + timedelta(days=number // per_day)) for number in range(count)
    ]
    Document.objects.bulk_create(rows)
    DocumentFacet.objects.bulk_create(
        DocumentFacet(document=one, name="status", value="scheduled") for one in rows
    )
    Sequence.objects.update(value=first + count - 1)
    return [one.pk for one in rows]


def row(number: int, day: date) -> Document:
    pk = uuid4()
    slug = f"event-{number}"
    return Document(
        pk=pk,
        type="event",
        slug=slug,
        title=slug,
        is_live=True,
        sequence=number,
        payload=orjson.dumps({"id": str(pk), "slug": slug, "start_date": day.isoformat()}),
        payload_hash=slug,
        updated_at=timezone.now(),
        starts_on=day,
        ends_on=day,
        sort_key=f"{number % 7:02d}",
    )
