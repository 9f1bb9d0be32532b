"""Whole calendars and feeds, compared with those that stand in golden/."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from cms.models import Document
from tests.cms.api.content import add_rich_content
from tests.cms.feeds.reading import read, unfolded
from tests.factories import EventFactory

GOLDEN = Path(__file__).parent / "golden"
ANSWERS = {
    "events.ics": "/api/v1/events.ics?from=2018-01-01",
    "event.ics": "/api/v1/events/rodo-dla-ngo.ics",
    "empty.ics": "/api/v1/events.ics?kind=opening",
    "events.rss": "/feeds/events.rss",
    "events.atom": "/feeds/events.atom",
    "events.json": "/feeds/events.json",
    "empty.rss": "/feeds/events.rss?kind=opening",
    "empty.atom": "/feeds/events.atom?kind=opening",
    "empty.json": "/feeds/events.json?kind=opening",
    "news.rss": "/feeds/news.rss",
    "news.atom": "/feeds/news.atom",
    "news.json": "/feeds/news.json",
}


def masked(text: str) -> str:
    """Return an answer without ids and file names, which differ in every run."""
    for slug, pk in Document.objects.values_list("slug", "pk"):
        text = text.replace(str(pk), f"ID-OF-{slug}")
    return re.sub(r"media/[0-9a-f]{32}", "media/FILE", text)


def spread(text: str, name: str) -> str:
    """Put each element or item on a line of its own, and calendars on unfolded ones."""
    if name.endswith(".ics"):
        return unfolded(text.encode()).decode().replace("\r\n", "\n")
    if name.endswith(".json"):
        return re.sub(r"(?<=[,{\[])(?=[\"{])", "\n", text) + "\n"
    return re.sub(r">(?=<)", ">\n", text) + "\n"


@pytest.mark.django_db
def test_whole_answers_are_as_promised():
    """Run with GOLDEN=write to write them anew."""
    moment = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=False) as clock:
        add_rich_content()
        for minute, document in enumerate(Document.objects.order_by("slug")):
            published_at = moment + timedelta(minutes=minute)  # no two at once: feeds have an order
            Document.objects.filter(pk=document.pk).update(published_at=published_at)
        clock.shift(60)
        EventFactory(slug="usuniete", title="Usunięte").delete()
        for name, path in ANSWERS.items():
            text = spread(masked(read(path).decode()), name)
            if os.environ.get("GOLDEN") == "write":
                GOLDEN.mkdir(exist_ok=True)
                (GOLDEN / name).write_text(text)
            assert text == (GOLDEN / name).read_text()
