"""Editions as documents: what every channel says of them, and what drops out."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cms.documents.rebuilding import differences
from cms.documents.rewriting import rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import Document
from newsletters.mailings.models import Mailing
from newsletters.mailings.services import cancel
from tests.cms.api.answers import ask, slugs, wrong
from tests.factories import (
    EventFactory,
    NewsletterFactory,
    OrganizationFactory,
    StandardPageFactory,
    TopicFactory,
    document_of,
    in_days,
    make_private,
    publish,
)
from tests.newsletters.editions.helpers import chosen, coming, full_edition, shown, text

pytestmark = pytest.mark.django_db


def rewrite() -> None:
    rewrite_due(Deadline("documents"))


def read(page):
    return ask(f"/newsletters/{page.slug}/")


def blocks(page, kind):
    return [block["value"] for block in read(page)["body"] if block["type"] == kind]


def listed(page):
    return [event["title"] for block in blocks(page, "events") for event in block["events"]]


def sent(page, picks, **fields):
    values = {"subject": page.title, "sender": "razem@example.org", "controller": "x"}
    values |= {"request_id": uuid4(), "starts_at": timezone.now()}
    return Mailing.objects.create(page=page, picks=picks, **(values | fields))


def assert_equals_fresh() -> None:
    rewrite()
    assert not list(differences())


def test_edition_is_a_document_with_all_kinds_of_blocks():
    answer = read(full_edition())
    assert answer["type"] == "newsletter"
    assert answer["url"].endswith(f"/newsletter/{answer['slug']}/")
    kinds = {block["type"] for block in answer["body"]}
    assert {"heading", "paragraph", "button", "events", "organization"} <= kinds
    for said in ("Jesień w Centrum", "zapraszamy", "Zielony Zegar"):
        assert said in answer["title"] + answer["body_html"]
    assert answer["events"]
    assert "preheader" not in answer
    assert_equals_fresh()


def test_list_has_filters_and_latest_edition_first():
    now = timezone.now()
    topic = TopicFactory(slug="prawo", name="Prawo")
    old = NewsletterFactory(title="Dawny", slug="dawny", first_published_at=now - timedelta(40))
    NewsletterFactory(
        title="Nowy", slug="nowy", topics=[topic], first_published_at=now - timedelta(1)
    )
    assert slugs("/newsletters/") == ["nowy", "dawny"]
    assert slugs("/newsletters/?topic=prawo") == ["nowy"]
    assert slugs("/newsletters/?q=dawnego") == ["dawny"]
    assert slugs(f"/newsletters/?ids={document_of(old).pk}") == ["dawny"]
    tomorrow = (now + timedelta(1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert slugs(f"/newsletters/?updated_since={tomorrow}") == []
    assert "topic" in wrong("/newsletters/?tpic=prawo")["tpic"]["allowed"]


def test_edition_is_found_and_followed_and_its_withdrawal_too():
    page = NewsletterFactory(title="Szyszkowy numer")
    assert [hit["type"] for hit in ask("/search/?q=szyszkowy")["results"]] == ["newsletter"]
    change = ask("/changes/")["results"][-1]
    assert (change["type"], change["action"]) == ("newsletter", "upsert")

    page.unpublish()

    assert ask("/search/?q=szyszkowy")["results"] == []
    change = ask("/changes/")["results"][-1]
    assert (change["type"], change["action"], change["document"]) == ("newsletter", "remove", None)
    ask(f"/newsletters/{page.slug}/", status=410)


def test_what_is_withdrawn_drops_out_at_once():
    event, organization = EventFactory(title="Wycofane"), OrganizationFactory(title="Zniknęła")
    linked = StandardPageFactory(slug="zamknieta")
    link = text(f'<p>Zob. <a linktype="page" id="{linked.pk}">stronę</a></p>')
    page = NewsletterFactory(
        body=[("paragraph", link), chosen(event, heading="Raz"), ("organization", organization)]
    )
    before = read(page)
    for said in ("Wycofane", "Zniknęła", "Raz", "/zamknieta/"):
        assert said in str(before)

    event.delete()
    organization.unpublish()
    make_private(linked)

    after = read(page)
    assert after["version"] > before["version"]
    for hidden in ("Wycofane", "Zniknęła", "Raz", "/zamknieta/"):
        assert hidden not in str(after)
    assert_equals_fresh()


def test_event_is_listed_in_its_present_state():
    event = EventFactory(title="Spotkanie", start_date=in_days(3))
    page = NewsletterFactory(body=[chosen(event)])
    publish(event, status="cancelled", title="Spotkanie sąsiadów")
    rewrite()
    assert listed(page) == ["Spotkanie sąsiadów"]
    assert read(page)["events"][0]["status"] == "cancelled"


def test_html_says_state_and_date_of_each_event_in_words():
    page = NewsletterFactory(
        body=[
            chosen(
                EventFactory(title="Gala", start_date=date(2018, 4, 21), status="cancelled"),
                EventFactory(
                    title="Festyn", start_date=date(2018, 5, 5), date_certainty="proposed"
                ),
            )
        ]
    )

    html = read(page)["body_html"]

    assert "ODWOŁANE: Gala</a>" in html
    assert "Festyn – termin proponowany</a>" in html
    assert '<time datetime="2018-04-21">miało się odbyć: 21 kwietnia 2018\xa0r.</time>' in html


def test_draft_event_appears_once_it_is_published():
    event = EventFactory(title="Szkic", draft=True)
    page = NewsletterFactory(body=[chosen(event), ("heading", "x")])
    assert listed(page) == []
    event.save_revision().publish()
    rewrite()
    assert listed(page) == ["Szkic"]


def test_list_by_date_keeps_what_it_held_when_it_was_published(client):
    EventFactory(title="Drugie", start_date=in_days(2))
    page = NewsletterFactory(body=[coming(2)])
    EventFactory(title="Nowe", start_date=in_days(1))
    publish(page, summary="Poprawka.")
    assert listed(page) == ["Drugie"]
    archive = client.get(page.get_url()).content.decode()
    assert "Drugie" in archive
    assert "Nowe" not in archive
    assert_equals_fresh()


def test_list_by_date_holds_what_the_mail_listed_until_that_is_cancelled():
    EventFactory(title="Drugie", start_date=in_days(2))
    page = NewsletterFactory(body=[coming(1)])
    mailed = EventFactory(title="Nowe", start_date=in_days(1))
    mailing = sent(page, {page.body[0].id: [str(document_of(mailed).pk)]})
    Document.objects.filter(page_id=page.pk).update(dirty_at=timezone.now())
    rewrite()
    assert listed(page) == ["Nowe"]

    cancel(mailing)
    rewrite()
    assert listed(page) == ["Drugie"]
    assert_equals_fresh()


def test_copy_of_an_edition_chooses_anew():
    EventFactory(title="Dawne", start_date=in_days(2))
    page = NewsletterFactory(body=[coming(1)])
    EventFactory(title="Nowe", start_date=in_days(1))
    copy = page.copy(update_attrs={"slug": "kopia", "title": "Kopia"}, keep_live=False)
    copy.save_revision().publish()
    assert listed(copy) == ["Nowe"]
    assert listed(page) == ["Dawne"]


def test_edition_published_at_its_time_chooses_then():
    page = NewsletterFactory(body=[coming(1)], scheduled=True)
    EventFactory(title="Nowe", start_date=in_days(1))
    page.go_live_at = None
    page.save_revision().publish()
    assert listed(page) == ["Nowe"]


def test_first_image_of_the_body_is_the_image_of_the_document():
    page = NewsletterFactory(body=[("heading", "x"), ("image", shown("Ludzie przy stole"))])
    rewrite()
    assert read(page)["image"]["alt"] == "Ludzie przy stole"
    assert read(page)["image"] == blocks(page, "image")[0]
