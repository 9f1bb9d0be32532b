"""Compares what the API serves with what the municipal sites hold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import requests
from django.utils import timezone

from cms.models import EventIndexPage, EventPage
from demo.publishing import publish

TIMEOUT_SECONDS = 10


def differences(*, api: str, copies: dict[str, str]) -> list[str]:
    """Return in words how the copies differ from the API's live documents; empty if they do not."""
    live = live_documents(api)
    if not live:
        return ["the API serves no documents yet"]
    found = []
    for name, address in copies.items():
        copied = fetch(address)["documents"]
        for document_id, document in live.items():
            if document_id not in copied:
                found.append(f"{name}: {document['type']} {document['slug']} has not arrived")
            elif copied[document_id] != document:
                found.append(f"{name}: {document['type']} {document['slug']} is an older version")
        found += [
            f"{name}: {document['type']} {document['slug']} should be gone"
            for document_id, document in copied.items()
            if document_id not in live
        ]
    return found


PLURALS = {"activity": "activities", "news": "news"}


def live_documents(api: str) -> dict[str, Any]:
    """Return all live documents by id, by following the change feed from the start."""
    documents: dict[str, Any] = {}
    address: str | None = f"{api}changes/?since=0"
    while address:
        page = fetch(address)
        for change in page["results"]:
            documents.pop(change["id"], None)
            if change["action"] == "upsert":
                documents[change["id"]] = change["document"]
        address = page["next"]
    return documents


def counts(api: str) -> Counter[str]:
    """Return how many live documents there are of each type."""
    types = (document["type"] for document in live_documents(api).values())
    return Counter(PLURALS.get(name, f"{name}s") for name in types)


def title_in_copy(address: str, slug: str) -> str | None:
    """Return the title that a copy has for a slug, None where it has none."""
    documents = fetch(address)["documents"].values()
    return next((document["title"] for document in documents if document["slug"] == slug), None)


def fetch(address: str) -> Any:
    response = requests.get(address, timeout=TIMEOUT_SECONDS)
    response.raise_for_status()
    return response.json()


class Probe:
    """An event that comes, changes and goes, to see whether the sites follow."""

    slug = "proba-demo"

    def __init__(self) -> None:
        self.title: str | None = None

    def publish(self) -> None:
        """a new event is published"""
        self.title = "Próba (przykład)"
        start_date = timezone.localdate() + timedelta(days=3)
        page = EventPage(title=self.title, slug=self.slug, start_date=start_date, is_sample=True)
        publish(EventIndexPage.objects.get(), page)

    def edit(self) -> None:
        """the event is edited and published again"""
        self.title = "Próba zmieniona (przykład)"
        page = EventPage.objects.get(slug=self.slug)
        page.title = self.title
        page.save_revision().publish()

    def delete(self) -> None:
        """the event is deleted"""
        self.title = None
        for page in EventPage.objects.filter(slug=self.slug):
            page.delete()


@contextmanager
def probe_event() -> Iterator[Probe]:
    """Give a probe, and leave nothing of it, however the trial ends."""
    probe = Probe()
    probe.delete()
    try:
        yield probe
    finally:
        probe.delete()
