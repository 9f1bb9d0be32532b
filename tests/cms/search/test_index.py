"""The index follows the documents: in their transaction, and to the last word."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from cms.documents.selectors import live_documents
from cms.models import Document, SearchEntry
from cms.search.finding import find, matching
from cms.search.index import is_whole, plain_text
from cms.search.query import parse
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PartnerFactory,
    consent_to,
    document_of,
    make_private,
    publish,
    withdraw_consents,
)

pytestmark = pytest.mark.django_db
WORD = "Szyszkownik"  # stands nowhere else


def is_found(text: str = WORD) -> bool:
    """Whether the search finds something; it and the filter of lists have to agree."""
    query = parse(text)
    by_search = find(query, start=0, limit=10)
    by_filter = matching(live_documents(), query).exists()
    assert bool(by_search.hits) == any(by_search.counts.values()) == by_filter
    return by_filter


def test_published_words_are_found_and_changed_ones_are_not_any_more():
    event = EventFactory(title=WORD)
    assert is_found()
    publish(event, title="Inny tytuł")
    assert not is_found()
    assert is_found("inny tytuł")


@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_withdrawn_document_leaves_the_index_with_its_tombstone(way):
    event = EventFactory(title=WORD)
    getattr(event, way)()
    assert not SearchEntry.objects.exists()
    assert not is_found()


def test_private_page_leaves_the_index_and_returns():
    event = EventFactory(title=WORD)
    make_private(event)
    assert not SearchEntry.objects.exists()
    event.view_restrictions.all().delete()
    assert is_found()


def test_expired_document_is_not_found_even_before_its_tombstone():
    EventFactory(title=WORD, expire_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert Document.objects.get().is_live
        assert not is_found()


def test_tombstone_is_not_found_even_if_its_words_were_left():
    EventFactory(title=WORD)
    Document.objects.update(is_live=False)
    assert SearchEntry.objects.exists()
    assert not is_found()


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_what_is_not_published_is_not_found(state):
    EventFactory(title=WORD, summary=WORD, **{state: True}).save_revision()
    assert not is_found()


def test_draft_of_a_live_page_is_not_found():
    event = EventFactory()
    event.title = event.summary = WORD
    event.save_revision()
    assert not is_found()


def test_private_fields_are_not_found_until_there_is_consent():
    contact = {"email": f"{WORD.lower()}@example.org", "address": f"ul. {WORD} 1"}
    organization = OrganizationFactory(
        informal=True, staff_notes=WORD, phone="32 000 01 02", **contact
    )
    assert not is_found()
    assert not is_found("320000102")

    consent_to(organization)
    assert is_found()
    assert is_found("320000102")

    withdraw_consents(organization)
    assert not is_found()
    assert not is_found("320000102")


def test_withdrawn_partner_leaves_the_words_of_those_that_named_it():
    partner = PartnerFactory(name=WORD)
    EventFactory(partners=[partner])
    assert is_found()
    partner.delete()
    assert not is_found()


@pytest.mark.django_db(transaction=True)
def test_failed_publication_leaves_the_index_as_it_was():
    event = EventFactory(title="Dotychczasowy")
    with transaction.atomic():
        publish(event, title=WORD)
        assert is_found()
        transaction.set_rollback(True)
    assert not is_found()
    assert is_found("dotychczasowy")

    with transaction.atomic():
        event.delete()
        assert not is_found("dotychczasowy")
        transaction.set_rollback(True)
    assert is_found("dotychczasowy")
    assert is_whole()


def test_check_tells_of_wrong_rows_and_rebuilding_makes_them_right(capsys):
    event, gone = EventFactory(title=WORD), EventFactory()
    call_command("rebuild_documents", "--check")
    SearchEntry.objects.filter(document=document_of(event)).update(title="nieprawda")
    Document.objects.filter(page_id=gone.pk).update(is_live=False)
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    said = capsys.readouterr().out
    assert "differs in search" in said
    assert "withdrawn, but in the search index" in said
    gone.unpublish()
    call_command("rebuild_documents")
    call_command("rebuild_documents", "--check")
    assert is_found()


def test_lost_rows_are_written_again_without_a_new_version():
    event = EventFactory(title=WORD)
    version = document_of(event).sequence
    SearchEntry.objects.all().delete()
    assert not is_found()
    call_command("rebuild_documents")
    assert is_found()
    assert document_of(event).sequence == version


@pytest.mark.sqlite
def test_damaged_table_of_sqlite_is_told_and_made_anew():
    EventFactory(title=WORD)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cms_search(cms_search) VALUES ('delete-all')")
    assert not is_found()
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    call_command("rebuild_documents")
    assert is_found()


@pytest.mark.postgresql
def test_rows_that_came_over_from_sqlite_get_their_vectors():
    EventFactory(title=WORD)
    SearchEntry.objects.update(vector=None, head=None)
    assert not is_found()
    with pytest.raises(CommandError):
        call_command("rebuild_documents", "--check")
    call_command("rebuild_documents")
    assert is_found()


def test_long_and_strange_texts_can_be_published():
    """PostgreSQL's limits for a vector: 1 MiB, 16,383 places, 2 KiB a word."""
    words = " ".join(f"{number}słowo{'щ' * 30}" for number in range(12_000))
    body = [("paragraph", f"<p>{WORD} {'długie' * 5000} &#0; '\\:*&|!() {words} koniec</p>")]
    EventFactory(body=body)
    assert is_found()
    assert is_found("1słowo")
    call_command("rebuild_documents", "--check")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("<p>sło<b>wo</b></p>", "słowo"),
        ('<a href="x>y">łącze</a>.', "łącze."),
        ("a &amp; b&nbsp;&lt;c&gt;", "a & b <c>"),
        ("<ul><li>x</li><li>y</li></ul>", "x y"),
        ("<br><blockquote>z</blockquote>", "z"),
    ],
)
def test_html_is_read_as_people_read_it(html, text):
    assert plain_text(html) == text
