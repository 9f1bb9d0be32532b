from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from cms.documents.rewriting import rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import Document
from tests.cms.api.answers import add_rows, ask, follow, slugs, wrong
from tests.factories import (
    EventFactory,
    LocalityFactory,
    OrganizationFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    TopicFactory,
    document_of,
    in_days,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


def test_list_of_each_type_has_the_stored_payloads_byte_for_byte(client):
    for name, page in [
        ("events", EventFactory()),
        ("organizations", OrganizationFactory()),
        ("projects", ProjectFactory()),
    ]:
        response = client.get(f"/api/v1/{name}/")
        assert response.headers["Content-Type"] == "application/json"
        payload = bytes(document_of(page).payload)
        assert response.content == b'{"next":null,"previous":null,"results":[' + payload + b"]}"


def test_list_leaves_out_what_is_draft_withdrawn_private_or_expired():
    shown = EventFactory()
    EventFactory(draft=True)
    EventFactory(scheduled=True)
    EventFactory().unpublish()
    EventFactory().delete()
    make_private(EventFactory())
    EventFactory(expire_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert slugs("/events/") == [shown.slug]


def test_upcoming_is_decided_by_the_day_in_poland(settings):
    today, long = (
        EventFactory(start_date=date(2018, 9, 15)),
        EventFactory(start_date=date(2018, 9, 14), long=True),
    )
    # 23:30 on the 14th in Poland; half an hour later it is the 15th there, not yet in UTC.
    with time_machine.travel(datetime(2018, 9, 14, 21, 30, tzinfo=UTC)):
        assert slugs("/events/?upcoming=true") == [long.slug, today.slug]
    with time_machine.travel(datetime(2018, 9, 15, 21, 59, tzinfo=UTC)):
        assert slugs("/events/?upcoming=true") == [long.slug, today.slug]
    with time_machine.travel(datetime(2018, 9, 15, 22, 1, tzinfo=UTC)):
        assert slugs("/events/?upcoming=true") == [long.slug]
        assert slugs("/events/?upcoming=false") == [today.slug]


def test_upcoming_has_cancelled_but_not_postponed_events_which_stay_reachable():
    cancelled = EventFactory(cancelled=True, start_date=in_days(1))
    rescheduled = EventFactory(rescheduled=True, start_date=in_days(2))
    postponed = EventFactory(postponed=True, start_date=in_days(3))

    assert slugs("/events/?upcoming=true") == [cancelled.slug, rescheduled.slug]
    assert slugs("/events/?upcoming=false") == [postponed.slug]
    assert slugs("/events/?status=postponed") == [postponed.slug]
    assert slugs("/events/") == [cancelled.slug, rescheduled.slug, postponed.slug]

    publish(postponed, status="rescheduled", previous_start_date=in_days(3), start_date=in_days(9))
    assert postponed.slug in slugs("/events/?upcoming=true")


def test_from_and_to_are_inclusive_and_meet_events_of_several_days():
    EventFactory(slug="jednodniowe", start_date=date(2018, 9, 15))
    EventFactory(slug="dlugie", start_date=date(2018, 9, 15), end_date=date(2018, 9, 17))

    assert slugs("/events/?from=2018-09-15&to=2018-09-15&ordering=title") != []
    assert set(slugs("/events/?from=2018-09-15&to=2018-09-15")) == {"jednodniowe", "dlugie"}
    assert slugs("/events/?from=2018-09-16") == ["dlugie"]
    assert slugs("/events/?from=2018-09-17&to=2018-12-31") == ["dlugie"]
    assert slugs("/events/?from=2018-09-18") == []
    assert slugs("/events/?to=2018-09-14") == []


def test_filters_by_topic_kind_and_certainty_can_be_combined():
    topic, other = TopicFactory(slug="rodo"), TopicFactory(slug="finanse")
    both = EventFactory(topics=[topic, other], kind="workshop", proposed=True)
    EventFactory(topics=[topic], kind="workshop")
    EventFactory(topics=[other], kind="workshop", proposed=True)

    assert len(slugs("/events/?topic=rodo")) == 2
    assert slugs("/events/?topic=rodo&certainty=proposed&kind=workshop") == [both.slug]
    assert slugs("/events/?topic=rodo&kind=opening") == []


def test_organizations_by_sphere_and_locality():
    belk, sphere = LocalityFactory(slug="belk"), SphereFactory(code="13")
    SphereFactory(code="1a")
    both = OrganizationFactory(locality=belk, spheres=[sphere])
    OrganizationFactory(locality=belk)
    OrganizationFactory(spheres=[sphere])

    assert slugs("/organizations/?sphere=13&locality=belk") == [both.slug]
    assert len(slugs("/organizations/?locality=belk")) == 2
    assert slugs("/organizations/?sphere=1a") == []


def test_organizations_stand_in_polish_order():
    for title in ("Żuraw", "Łąka", "„Lato”", "Zegar", "Ćma", "Czas", "Ósemka"):
        OrganizationFactory(title=title)
    titles = [one["title"] for one in ask("/organizations/")["results"]]
    assert titles == ["Czas", "Ćma", "„Lato”", "Łąka", "Ósemka", "Zegar", "Żuraw"]


def test_unknown_parameter_is_named_and_the_known_ones_are_listed():
    errors = wrong("/events/?upcomming=true")
    assert errors["upcomming"]["detail"] == "This parameter is unknown here."
    assert {"upcoming", "from", "to", "topic", "limit", "cursor"} <= set(
        errors["upcomming"]["allowed"]
    )


def test_value_that_is_in_no_vocabulary_is_named_and_the_known_ones_are_listed():
    LocalityFactory(slug="belk")
    LocalityFactory(slug="czuchow")
    SphereFactory(code="13")
    errors = wrong("/organizations/?locality=bełk".replace("ł", "l") + "a&sphere=99")
    assert errors["locality"]["allowed"] == ["belk", "czuchow"]
    assert errors["sphere"]["allowed"] == ["13"]


def test_new_word_of_a_vocabulary_is_known_at_once():
    assert "topic" in wrong("/events/?topic=nowy")
    TopicFactory(slug="nowy")
    assert slugs("/events/?topic=nowy") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("upcoming=maybe", "upcoming"),
        ("upcoming=True", "upcoming"),
        ("upcoming=", "upcoming"),
        ("from=15.09.2018", "from"),
        ("from=20180915", "from"),
        ("from=2018-W37-6", "from"),
        ("from=2018-02-30", "from"),
        ("to=%D9%A2018-01-01", "to"),
        ("to=0000-00-00", "to"),
        ("status=happy", "status"),
        ("kind=party", "kind"),
        ("topic=%00", "topic"),
        ("topic=a%0Ab", "topic"),
        ("topic=../../etc", "topic"),
        ("topic=" + "a" * 5000, "topic"),
        ("ids=1,2", "ids"),
        ("ids=" + ",".join(["8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b"] * 101), "ids"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e3", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=" + "9" * 4000, "limit"),
        ("page=0", "page"),
        ("page=1000000000", "page"),
        ("page=1&cursor=W10", "cursor"),
        ("count=yes", "count"),
        ("ordering=slug", "ordering"),
        ("ordering=start_date,title", "ordering"),
        ("cursor=%00", "cursor"),
        ("limit=1&limit=2", "limit"),
        ("limit[]=1", "limit[]"),
        ("format=json", "format"),
        ("%00=1", "\x00"),
        ("%ff%fe=1", "\ufffd\ufffd"),
    ],
)
def test_bad_parameter_is_answered_400_that_names_it(query, name):
    assert name in wrong(f"/events/?{query}")


def test_all_wrong_values_are_named_at_once():
    assert set(wrong("/events/?from=x&status=y&limit=z&ordering=q")) == {
        "from",
        "status",
        "limit",
        "ordering",
    }


def test_page_far_away_is_refused_with_words_that_lead_on():
    detail = wrong("/events/?page=1000000000")["page"]["detail"]
    assert "follow `next`" in detail


def test_page_after_the_last_is_404_with_its_number():
    EventFactory()
    assert ask("/events/?page=2", status=404)["detail"] == "The list has no page 2."
    assert ask("/events/?page=1")["results"] != []


def test_pages_by_number_link_their_neighbours():
    add_rows(5)
    second = ask("/events/?page=2&limit=2")
    assert second["next"] == "http://testserver/api/v1/events/?page=3&limit=2"
    assert second["previous"] == "http://testserver/api/v1/events/?page=1&limit=2"
    assert ask("/events/?page=3&limit=2")["next"] is None
    assert ask("/events/?page=1&limit=2")["previous"] is None


def test_count_comes_on_demand_and_counts_the_whole_filtered_list():
    add_rows(5)
    assert "count" not in ask("/events/")
    assert ask("/events/?count=true&limit=2")["count"] == 5
    assert ask("/events/?count=true&limit=2&from=2030-01-02")["count"] == 3
    assert ask("/events/?count=true")["count"] == 5
    assert "count" not in ask("/events/?count=false")


@pytest.mark.parametrize(
    "ordering", ["start_date", "-start_date", "title", "-title", "updated_at", "-updated_at"]
)
def test_next_leads_through_the_whole_list_and_previous_back(ordering):
    add_rows(23)
    all_at_once = ask(f"/events/?limit=200&ordering={ordering}")["results"]
    assert len(all_at_once) == 23
    assert follow(f"/events/?limit=4&ordering={ordering}") == all_at_once

    answer = ask(f"/events/?limit=4&ordering={ordering}")
    while answer["next"]:
        answer = ask(answer["next"].removeprefix("http://testserver/api/v1"))
    last = answer["results"]
    back = follow(answer["previous"].removeprefix("http://testserver/api/v1"), "previous")
    assert list(reversed(back)) + last == all_at_once


def test_next_keeps_its_place_while_documents_come_and_go():
    ids = add_rows(12, per_day=1)
    first = ask("/events/?limit=4")
    Document.objects.filter(pk__in=ids[:4]).update(is_live=False)
    add_rows(3, start=date(2029, 1, 1))
    rest = follow(first["next"].removeprefix("http://testserver/api/v1"))
    assert [one["id"] for one in rest] == [str(pk) for pk in ids[4:]]


def test_ordering_updated_at_has_the_last_change_last():
    first, second = EventFactory(start_date=in_days(1)), EventFactory(start_date=in_days(2))
    publish(first, title="Zmienione")
    assert slugs("/events/?ordering=updated_at") == [second.slug, first.slug]
    assert slugs("/events/?ordering=-updated_at") == [first.slug, second.slug]


def test_ids_selects_documents_of_the_type_only():
    event, organization = EventFactory(), OrganizationFactory()
    EventFactory()
    ids = f"{document_of(event).pk},{document_of(organization).pk}"
    assert slugs(f"/events/?ids={ids}") == [event.slug]


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/events/", 2),
        ("/events/?upcoming=true&from=2018-01-01&to=2099-01-01&topic=rodo&status=scheduled", 2),
        ("/events/?topic=rodo&kind=training&certainty=confirmed&count=true&limit=1", 3),
        ("/events/?topic=rodo&kind=opening&count=true", 3),
        ("/organizations/?sphere=13&locality=belk", 2),
        ("/organizations/?sphere=1a&locality=belk&count=true", 3),
        ("/projects/?page=1&count=true", 2),
        ("/changes/", 2),
        ("/", 1),
        ("/vocabularies/localities/", 1),
        ("/vocabularies/legal-forms/", 0),
    ],
)
def test_number_of_queries_is_small_and_does_not_grow(
    path, queries, client, django_assert_num_queries
):
    topic = TopicFactory(slug="rodo")
    sphere, locality = SphereFactory(code="13"), LocalityFactory(slug="belk")
    SphereFactory(code="1a")
    organization = OrganizationFactory(spheres=[sphere], locality=locality)
    ProjectFactory()
    for _ in range(2):
        EventFactory(topics=[topic], organizers=[organization])
    with django_assert_num_queries(queries):
        response = client.get(f"/api/v1{path}")
    assert response.status_code == 200
    if "ETag" in response:
        with django_assert_num_queries(min(queries, 1)):
            again = client.get(f"/api/v1{path}", headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304


def test_bad_parameters_cost_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/api/v1/events/?page=1000000000&x=1&from=" + quote("ż"))


def test_past_and_month_go_by_the_days_of_the_event():
    EventFactory(slug="wrzesien", start_date=date(2018, 9, 15))
    EventFactory(slug="przelom", start_date=date(2018, 9, 30), end_date=date(2018, 10, 2))
    EventFactory(slug="pazdziernik", start_date=date(2018, 10, 31))

    assert slugs("/events/?month=2018-09") == ["wrzesien", "przelom"]
    assert slugs("/events/?month=2018-10") == ["przelom", "pazdziernik"]
    assert slugs("/events/?month=2018-11") == []
    with time_machine.travel(datetime(2018, 10, 2, 10, 0, tzinfo=UTC)):
        assert slugs("/events/?past=true") == ["wrzesien"]
        assert slugs("/events/?past=false") == ["przelom", "pazdziernik"]
    assert list(wrong("/events/?month=2018-13")) == ["month"]
    assert list(wrong("/events/?month=201809")) == ["month"]


def test_events_by_place_organizer_project_and_level():
    belk = LocalityFactory(slug="belk")
    organizer, project = OrganizationFactory(slug="osp"), ProjectFactory(slug="razem")
    chosen = EventFactory(
        place=PlaceFactory(locality=belk), organizers=[organizer], project=project, level="general"
    )
    EventFactory(level="specialist")

    for query in ("locality=belk", "organizer=osp", "project=razem", "level=general"):
        assert slugs(f"/events/?{query}") == [chosen.slug], query
    assert slugs("/events/?organizer=osp&project=razem&level=specialist") == []
    assert wrong("/events/?organizer=nie-ma")["organizer"]["detail"]
    publish(organizer, slug="straz")
    rewrite_due(Deadline("documents"))
    assert slugs("/events/?organizer=straz") == [chosen.slug]


def test_organizer_that_is_not_public_cannot_be_found_out_by_its_name():
    organizer = OrganizationFactory(slug="tajna")
    EventFactory(organizers=[organizer])
    make_private(organizer)

    hidden, absent = wrong("/events/?organizer=tajna"), wrong("/events/?organizer=nie-ma")
    assert hidden == absent


def test_registration_open_means_that_one_can_still_sign_up():
    link = {"registration_url": "https://zapisy.example.org/"}
    chosen = EventFactory(**link)
    EventFactory()
    for trait in ("full", "cancelled", "postponed", "past"):
        EventFactory(**{trait: True}, **link)
    assert slugs("/events/?registration=open") == [chosen.slug]
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert slugs("/events/?registration=open") == []


def test_organizations_by_what_their_profile_says():
    chosen = OrganizationFactory(
        legal_form="foundation",
        opp_status=True,
        seeks_volunteers=True,
        verified_at=date(2026, 3, 1),
        krs="0009999001",
        nip="9990000014",
    )
    other = OrganizationFactory(verified_at=date(2026, 2, 28))

    for query in (
        "legal_form=foundation",
        "opp=true",
        "seeks_volunteers=true",
        "verified_since=2026-03-01",
        "krs=0009999001",
        "nip=999-000-00-14",
    ):
        assert slugs(f"/organizations/?{query}") == [chosen.slug], query
    assert slugs("/organizations/?opp=false") == [other.slug]
    assert len(slugs("/organizations/?verified_since=2026-02-28")) == 2
    assert set(wrong("/organizations/?nip=12&krs=x")) == {"nip", "krs"}


def test_updated_since_takes_a_moment_with_its_offset():
    old = EventFactory()
    moment = timezone.now()
    Document.objects.filter(page_id=old.pk).update(updated_at=moment - timedelta(hours=1))
    new = EventFactory()

    assert slugs(f"/events/?updated_since={quote(moment.isoformat())}") == [new.slug]
    assert slugs(f"/events/?updated_since={moment:%Y-%m-%dT%H:%M:%SZ}") == [new.slug]
    assert list(wrong("/events/?updated_since=2018-09-15")) == ["updated_since"]
    assert list(wrong("/events/?updated_since=2018-02-30T00:00:00Z")) == ["updated_since"]
