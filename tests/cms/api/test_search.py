from urllib.parse import quote

import pytest

from cms.api.views.search import FURTHEST
from cms.models import Document
from tests.cms.api.answers import ask, assert_golden, follow, slugs, wrong
from tests.cms.search.content import add_library
from tests.factories import EventFactory, OrganizationFactory, ProjectFactory, publish

pytestmark = pytest.mark.django_db


def found(text: str, more: str = "") -> list[str]:
    return slugs(f"/search/?q={quote(text)}{more}")


def test_answer_is_as_documented():
    add_library()
    assert_golden("search", ask(f"/search/?q={quote('szkolenia rodo')}"))


def test_title_weighs_more_than_summary_and_summary_more_than_text():
    def body(text: str) -> list[tuple[str, str]]:
        return [("paragraph", f"<p>{text}</p>")]

    filler = "Tu jest jeszcze kilka innych słów, żeby było o czym czytać. " * 3
    EventFactory(slug="tekst", title="Pierwsze", summary="Drugie", body=body(f"Kołacz. {filler}"))
    EventFactory(slug="opis", title="Pierwsze", summary="Kołacz drugi", body=body(filler))
    EventFactory(slug="tytul", title="Kołacz", summary="Drugie", body=body(filler))
    EventFactory(slug="inne", title="Pierwsze", summary="Drugie", body=body(filler))
    assert found("kołacz") == ["tytul", "opis", "tekst"]


def test_whole_word_stands_before_the_beginning_of_another():
    EventFactory(slug="rodowod", title="Rodowód i rodowody")
    EventFactory(slug="rodo", title="Zajęcia o RODO")
    EventFactory(slug="inne", title="Coś innego")
    assert found("rodo") == ["rodo", "rodowod"]


def test_facets_count_all_types_and_type_chooses_one():
    EventFactory.create_batch(2, title="Kołacz")
    OrganizationFactory(title="Kołacz")
    everything = ask("/search/?q=kolacz")
    nothing = dict.fromkeys(Document.Type.values, 0)
    assert everything["facets"] == {**nothing, "event": 2, "organization": 1}
    assert everything["count"] == 3
    organizations = ask("/search/?q=kolacz&type=organization")
    assert organizations["facets"] == everything["facets"]
    assert organizations["count"] == 1
    assert [hit["type"] for hit in organizations["results"]] == ["organization"]
    assert ask("/search/?q=kolacz&type=project")["results"] == []


def test_pages_lead_through_all_that_was_found_once():
    for number in range(7):
        EventFactory(title="Kołacz", slug=f"kolacz-{number}")
    hits = follow("/search/?q=kolacz&limit=3")
    assert sorted(hit["slug"] for hit in hits) == [f"kolacz-{number}" for number in range(7)]
    assert ask("/search/?q=kolacz&limit=3&page=2")["previous"].endswith("limit=3&page=1")
    assert found("kolacz") == [hit["slug"] for hit in hits]
    assert ask("/search/?q=kolacz&page=2", 404)["detail"] == "There is no page 2 of what was found."


def test_links_keep_what_was_typed():
    EventFactory.create_batch(2, title="Ala & „kot” 100%")
    link = ask(f"/search/?q={quote('„kot” & ala 100%')}&limit=1")["next"]
    assert len(follow(link.removeprefix("http://testserver/api/v1"))) == 1


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%20", "q"),
        ("q=%00", "q"),
        ("q=%E2%80%AE", "q"),
        ("q=?!...", "q"),
        ("q=%F0%9F%91%8D", "q"),
        ("q=" + "a" * 201, "q"),
        ("q=" + "a" * 10_000, "q"),
        ("q=a&q=b", "q"),
        ("q=a&type=events", "type"),
        ("q=a&limit=51", "limit"),
        ("q=a&page=0", "page"),
        (f"q=a&page={FURTHEST // 20 + 1}", "page"),
        ("q=a&ordering=title", "ordering"),
        ("query=a", "query"),
    ],
)
def test_bad_parameter_is_answered_400_that_names_it(query, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert name in wrong(f"/search/?{query}")


def test_pasted_text_is_searched_whatever_separates_its_words():
    EventFactory(slug="gala", title="Gala wolontariusza")
    for text in ("gala\u00a0wolontariusza", "gala\twolontariusza\n", "\ufeffgala", "gala\0"):
        assert found(text) == ["gala"]
        assert slugs(f"/events/?q={quote(text)}") == ["gala"]


@pytest.mark.parametrize("name", ["events", "organizations", "projects"])
def test_lists_can_be_searched_in_their_own_order(name):
    factory = {"events": EventFactory, "organizations": OrganizationFactory}.get(
        name, ProjectFactory
    )
    factory(slug="zolty", title="Żółty kołacz kołacz")
    factory(slug="bialy", title="Biały", summary="Z kołaczem.")
    factory(slug="inny", title="Coś innego", summary="")
    assert slugs(f"/{name}/?q=kolacze&ordering=title") == ["bialy", "zolty"]
    assert ask(f"/{name}/?q=kolacze&count=true&limit=1")["count"] == 2
    assert [one["slug"] for one in follow(f"/{name}/?q=kolacze&limit=1&ordering=title")] == [
        "bialy",
        "zolty",
    ]
    assert slugs(f"/{name}/?q=nie-ma") == []
    assert "q" in wrong(f"/{name}/?q=%21")


def test_list_combines_words_with_its_filters():
    EventFactory(slug="warsztaty", title="Kołacz", kind="workshop")
    EventFactory(slug="szkolenie", title="Kołacz", kind="training")
    assert slugs("/events/?q=kolacz&kind=workshop") == ["warsztaty"]


def test_answer_is_new_when_something_was_published(client):
    event = EventFactory(title="Kołacz")
    first = client.get("/api/v1/search/?q=kolacz")
    assert first.headers["Cache-Control"] == "public, max-age=10, stale-while-revalidate=30"
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/api/v1/search/?q=kolacz", headers=known)
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/api/v1/search/?q=kolacze", headers=known).status_code == 200
    publish(event, title="Inny")
    changed = client.get("/api/v1/search/?q=kolacz", headers=known)
    assert changed.json()["results"] == []


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/search/?q=kolacz", 3),
        ("/search/?q=kolacz+dla+wszystkich+999-000-00-14", 3),
        ("/search/?q=kolacz&type=event&limit=1&page=2", 3),
        ("/search/?q=nie-ma", 3),
        ("/events/?q=kolacz&upcoming=true", 2),
        ("/organizations/?q=kolacz&count=true&limit=1", 3),
    ],
)
def test_number_of_queries_is_small_and_does_not_grow(
    path, queries, client, django_assert_num_queries
):
    for number in (2, 4):
        EventFactory.create_batch(number, title="Kołacz")
        OrganizationFactory.create_batch(number, title="Kołacz")
        with django_assert_num_queries(queries):
            response = client.get(f"/api/v1{path}")
        assert response.status_code == 200
        with django_assert_num_queries(1):
            known = {"If-None-Match": response.headers["ETag"]}
            assert client.get(f"/api/v1{path}", headers=known).status_code == 304


def test_other_methods_than_reading_are_refused(client):
    assert client.post("/api/v1/search/?q=a").status_code == 405
    assert client.head("/api/v1/search/?q=kolacz").status_code == 200
    assert client.options("/api/v1/search/").status_code == 204


def test_hit_points_to_its_document():
    event = EventFactory(title="Kołacz")
    [hit] = ask("/search/?q=kolacz")["results"]
    document = Document.objects.get(page_id=event.pk)
    assert hit["id"] == str(document.pk)
    [listed] = ask(f"/events/?ids={hit['id']}")["results"]
    assert {name: listed[name] for name in ("slug", "title", "url", "version")} == {
        name: hit[name] for name in ("slug", "title", "url", "version")
    }
