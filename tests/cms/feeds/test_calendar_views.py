"""The calendar and the single event over HTTP: what is in them, what changes, what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from cms.documents.sequence import start_epoch
from cms.feeds import views
from cms.models import CentreSettings, Document
from tests.cms.feeds.reading import calendar_of, event_in, events_in, read, value
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    TopicFactory,
    document_of,
    in_days,
    publish,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2018, 5, 3, 10, 0, tzinfo=UTC)


def single(page) -> bytes:
    return read(f"/api/v1/events/{document_of(page).pk}.ics")


def sequence_of(page) -> int:
    return int(event_in(single(page))["SEQUENCE"])


# --- What is in it -------------------------------------------------------------------------------


def test_calendar_holds_the_last_year_and_all_to_come_unless_days_are_named():
    EventFactory(slug="przyszle", start_date=in_days(2000))
    EventFactory(slug="dzis", start_date=in_days(0))
    EventFactory(slug="sprzed-roku", start_date=in_days(-365))
    EventFactory(slug="stare", start_date=in_days(-366))
    EventFactory(slug="trwa", start_date=in_days(-400), end_date=in_days(-300))

    assert set(calendar_of("")) == {"przyszle", "dzis", "sprzed-roku", "trwa"}
    assert set(calendar_of(f"from={in_days(-366)}")) == set(calendar_of("")) | {"stare"}
    assert set(calendar_of(f"to={in_days(-366)}")) == {"stare", "trwa"}
    assert set(calendar_of("upcoming=true")) == {"przyszle", "dzis"}
    assert set(calendar_of("upcoming=false")) == {"sprzed-roku", "stare", "trwa"}
    old = Document.objects.get(slug="stare")
    assert set(calendar_of(f"ids={old.pk}")) == {"stare"}


def test_calendar_takes_the_filters_of_the_list():
    topic = TopicFactory(slug="rodo")
    EventFactory(slug="o-rodo", topics=[topic], proposed=True)
    EventFactory(slug="inne", cancelled=True)

    for query in ("topic=rodo", "certainty=proposed", "status=scheduled"):
        assert set(calendar_of(query)) == {"o-rodo"}, query
    assert set(calendar_of("kind=workshop")) == set()
    OrganizationFactory(slug="zegar")
    assert set(calendar_of()) == {"o-rodo", "inne"}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=5", "limit"),
        ("cursor=x", "cursor"),
        ("page=2", "page"),
        ("ordering=title", "ordering"),
        ("tag=x", "tag"),
        ("from=wczoraj", "from"),
        ("from=2018-01-01&from=2018-01-02", "from"),
        ("status=happy", "status"),
        ("topic=nie-ma", "topic"),
        (f"topic={'x' * 5000}", "topic"),
        ("kind=%00", "kind"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/events.ics", "/feeds/events.rss", "/feeds/events.json"])
def test_what_the_list_does_not_know_or_has_pages_for_is_refused_by_name(path, query, name, client):
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [error["name"] for error in response.json()["errors"]] == [name]


def test_single_event_takes_no_parameters(client):
    EventFactory(slug="gala")
    assert client.get("/api/v1/events/gala.ics?from=2018-01-01").status_code == 400


def test_calendar_is_bounded_to_the_events_that_begin_last(monkeypatch):
    monkeypatch.setattr(views, "MOST_IN_CALENDAR", 2)
    for days in (1, 3, 2):
        EventFactory(slug=f"za-{days}", start_date=in_days(days))
    assert list(calendar_of("")) == ["za-2", "za-3"]


@pytest.mark.parametrize("accept", ["text/calendar", "*/*", "application/json", "image/png", ""])
def test_form_is_what_the_address_says_whatever_is_accepted(accept, client):
    EventFactory(slug="gala")
    for path, media_type in [
        ("/api/v1/events.ics", "text/calendar; charset=utf-8"),
        ("/api/v1/events/gala.ics", "text/calendar; charset=utf-8"),
        ("/feeds/events.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/events.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/events.json", "application/feed+json"),
    ]:
        response = client.get(path, headers={"Accept": accept})
        assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)


def test_calendar_is_named_after_the_centre():
    settings = CentreSettings.load()
    settings.name = "Centrum, nowe"
    settings.save()
    assert "X-WR-CALNAME:Centrum\\, nowe – wydarzenia\r\n".encode() in read("/api/v1/events.ics")


def test_calendar_says_its_own_address_with_its_filters(settings):
    TopicFactory(slug="rodo")
    text = read("/api/v1/events.ics?to=2030-01-01&from=2018-01-01")
    source = f"SOURCE;VALUE=URI:{settings.SITE_URL}/api/v1/events.ics?from=2018-01-01&to="
    assert source[:75].encode() in text


# --- One event -----------------------------------------------------------------------------------


def test_single_event_is_found_by_id_and_slug_and_has_a_file_name(client):
    page = EventFactory(slug="gala", timed=True)
    response = client.get("/api/v1/events/gala.ics")
    assert response.content == single(page)
    assert response.headers["Content-Disposition"] == 'inline; filename="gala.ics"'
    (found,) = events_in(response.content)
    assert found["UID"] == str(document_of(page).pk)
    assert found.to_ical() in read("/api/v1/events.ics")


def test_single_event_leads_from_a_former_slug_to_the_present_one(client, settings):
    publish(EventFactory(slug="stare"), slug="nowe")
    response = client.get("/api/v1/events/stare.ics")
    assert response.status_code == 301
    assert response.headers["Location"] == f"{settings.SITE_URL}/api/v1/events/nowe.ics"


def test_withdrawn_event_is_gone_and_out_of_the_calendar(client):
    EventFactory(slug="usuniete").delete()
    EventFactory(slug="cofniete").unpublish()
    expiring = EventFactory(slug="wygasle", expire_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        for slug in ("usuniete", "cofniete", "wygasle"):
            assert client.get(f"/api/v1/events/{slug}.ics").status_code == 410
        assert document_of(expiring).is_live
        assert calendar_of() == {}


@pytest.mark.parametrize(
    "key",
    ["nie-ma", "e757b240-da22-47d1-a08e-e64ac8e61326", "zegar", "a%0Ab", "%F0%9F%8E%89", "x" * 300],
)
def test_what_never_was_an_event_is_not_found(key, client):
    OrganizationFactory(slug="zegar")
    response = client.get(f"/api/v1/events/{key}.ics")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/not-found/")


def test_event_whose_date_is_not_known_is_in_no_calendar(client):
    page = EventFactory(slug="kiedys")
    page.start_date = None
    page.save(clean=False)
    assert calendar_of() == {}
    response = client.get("/api/v1/events/kiedys.ics")
    assert response.status_code == 404
    assert response.json()["detail"] == "This event has no date yet."


# --- What changes --------------------------------------------------------------------------------


def test_each_change_raises_the_sequence_and_keeps_the_uid():
    page = EventFactory(proposed=True, start_date=date(2018, 8, 24))
    before = event_in(single(page))
    assert before["STATUS"] == "TENTATIVE"

    confirmed = event_in(single(publish(page, date_certainty="confirmed")))
    assert confirmed["STATUS"] == "CONFIRMED"
    assert confirmed["UID"] == before["UID"]
    assert confirmed["SEQUENCE"] > before["SEQUENCE"]
    assert value(confirmed, "LAST-MODIFIED") >= value(before, "LAST-MODIFIED")

    postponed = event_in(single(publish(page, status="postponed")))
    moved = event_in(
        single(
            publish(
                page,
                status="rescheduled",
                previous_start_date=page.start_date,
                start_date=date(2018, 9, 1),
            )
        )
    )
    assert (postponed["STATUS"], moved["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert confirmed["SEQUENCE"] < postponed["SEQUENCE"] < moved["SEQUENCE"] < 2**31


def test_changes_in_one_second_and_after_the_clock_was_set_back_still_raise_the_sequence():
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        page = EventFactory()
        numbers = [sequence_of(page)]
        for title in ("Jeden", "Dwa"):
            numbers.append(sequence_of(publish(page, title=title)))
    with time_machine.travel(now - timedelta(days=1), tick=False):
        numbers.append(sequence_of(publish(page, title="Trzy")))
    assert numbers == sorted(set(numbers))


def test_saving_what_is_already_published_leaves_the_sequence_alone():
    page = EventFactory()
    before = single(page)
    publish(page)
    assert single(page) == before


def test_change_of_what_an_event_shows_raises_its_sequence_as_well():
    organization = OrganizationFactory(title="Zegar (przykład)")
    page = EventFactory(organizers=[organization])
    before = sequence_of(page)
    organization.unpublish()
    assert sequence_of(page) > before
    assert b"Zegar" not in single(page)


def test_event_that_comes_back_has_a_higher_sequence():
    page = EventFactory()
    before = sequence_of(page)
    page.unpublish()
    assert sequence_of(publish(page)) > before


def test_state_after_a_restore_stands_above_what_calendars_saw_before_it(client):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        page = EventFactory(title="Z kopii")
        backup = Document.objects.filter(pk=document_of(page).pk).values().get()
        seen = max(sequence_of(publish(page, title=f"Zmiana {n}")) for n in range(3))
        Document.objects.filter(pk=backup["id"]).update(**backup)
        kept = client.get(f"/api/v1/events/{backup['id']}.ics").headers["ETag"]
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        start_epoch()
        assert sequence_of(page) > seen
        response = client.get(f"/api/v1/events/{backup['id']}.ics", headers={"If-None-Match": kept})
        assert response.status_code == 200


# --- Asking again --------------------------------------------------------------------------------

PATHS = [
    "/api/v1/events.ics",
    "/api/v1/events/gala.ics",
    "/feeds/events.rss",
    "/feeds/events.atom",
    "/feeds/events.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_answer_is_the_same_bytes_until_something_changes(path, client):
    page = EventFactory(slug="gala")
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]

    asked = {"If-None-Match": first.headers["ETag"]}
    kept = client.get(path, headers=asked)
    assert (kept.status_code, kept.content) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control"):
        assert kept.headers[name] == first.headers[name]
    publish(page, title="Zmienione")
    changed = client.get(path, headers=asked)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_head_has_the_headers_of_get_and_no_body(path, client):
    EventFactory(slug="gala")
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (200, b"")
    told = {name for name in got.headers if not name.startswith("RateLimit")}
    assert {name: asked.headers[name] for name in told} == {
        name: got.headers[name] for name in told
    }


@pytest.mark.parametrize("path", PATHS)
def test_answers_may_be_kept_by_caches_and_nobody_may_write(path, client):
    EventFactory(slug="gala")
    assert client.get(path).headers["Cache-Control"].startswith("public, max-age=")
    response = client.post(path)
    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"


def test_only_a_calendar_of_the_last_year_is_new_at_polish_midnight(client):
    with time_machine.travel(NOON, tick=False):
        EventFactory(slug="gala", start_date=date(2018, 5, 20))
        paths = ["/api/v1/events.ics", "/api/v1/events.ics?from=2018-01-01", *PATHS[1:]]
        tags = {path: client.get(path).headers["ETag"] for path in paths}
    with time_machine.travel(NOON + timedelta(hours=11, minutes=59), tick=False):
        for path, tag in tags.items():
            assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    with time_machine.travel(NOON + timedelta(hours=12, minutes=1), tick=False):
        new = [
            path
            for path, tag in tags.items()
            if client.get(path, headers={"If-None-Match": tag}).status_code == 200
        ]
    assert new == ["/api/v1/events.ics"]


@pytest.mark.parametrize("path", [PATHS[0], *PATHS[2:]])
def test_new_name_of_the_centre_makes_answers_new(path, client):
    EventFactory()
    kept = client.get(path).headers["ETag"]
    settings = CentreSettings.load()
    settings.name = "Inne Centrum"
    settings.save()
    assert client.get(path, headers={"If-None-Match": kept}).status_code == 200


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/api/v1/events.ics", 3),
        ("/api/v1/events.ics?from=2018-01-01&topic=rodo&status=scheduled&kind=training", 3),
        ("/api/v1/events/gala.ics", 1),
        ("/feeds/events.rss", 5),
        ("/feeds/events.atom?topic=rodo", 5),
        ("/feeds/events.json", 5),
    ],
)
def test_number_of_queries_is_the_same_for_any_number_of_events(
    path, count, client, django_assert_num_queries
):
    topic = TopicFactory(slug="rodo")
    EventFactory(slug="gala", topics=[topic])
    client.get(path)
    for _number in range(3):
        EventFactory(topics=[topic])
    with django_assert_num_queries(count):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [PATHS[0], *PATHS[2:]])
def test_304_costs_two_queries(path, client, django_assert_num_queries):
    EventFactory()
    kept = client.get(path).headers["ETag"]
    with django_assert_num_queries(2):
        assert client.get(path, headers={"If-None-Match": kept}).status_code == 304


def test_written_events_are_kept_and_not_too_many_of_them(monkeypatch):
    monkeypatch.setattr(views.calendar, "MOST_KEPT", 2)
    kept = {}
    monkeypatch.setattr(views.calendar, "_kept", kept)
    pages = [EventFactory() for _number in range(3)]
    assert len(calendar_of()) == 3
    assert 0 < len(kept) <= 2
    for page in pages:
        assert event_in(single(page))["UID"] == str(document_of(page).pk)
    assert len(kept) <= 2
