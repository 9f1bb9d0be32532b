"""Comparison with a real WordPress: everything that can differ is told, and put right or asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.jobs.deadline import Deadline
from integrations.municipal import ledger, reconcile
from integrations.municipal.models import Destination, Run, SyncState
from tests.factories import EventFactory, NewsFactory, document_of
from tests.integrations.municipal.helpers import add, state_of, sync
from tests.integrations.municipal.sites import (
    at,
    compared,
    copy,
    edit,
    found,
    ours,
    post_of,
    published,
    shown,
)
from tests.wordpress import WordPress

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State, Finding = SyncState.State, SyncState.Finding


def test_every_difference_is_found_and_put_right_or_asked_about(site: WordPress):
    pages = NewsFactory.create_batch(8)
    destination = at(site)
    sync(destination)
    assert found(compared(destination)) == {}
    own = site.own_posts()
    trashed, deleted, edited, twice, older = (post_of(site, page) for page in pages[:5])
    site.rest("DELETE", f"/wp/v2/posts/{trashed['id']}", "STAFF")
    site.rest("DELETE", f"/wp/v2/posts/{deleted['id']}", "STAFF", params={"force": "true"})
    edit(
        site,
        edited,
        content=edited["content"]["raw"].replace("Cały", "Jak cały") + "<p>Dopisek</p>",
    )
    copy(site, twice)
    version = str(state_of(document_of(pages[4]), destination).remote_version)
    edit(site, older, content=older["content"]["raw"].replace(version, "17"))
    foreign = {"content": "<!-- razem-document:00000000-0000-4000-8000-000000000000:1 -->"}
    site.rest("POST", "/wp/v2/posts", "STAFF", json={"title": "Czyjś"} | foreign)

    run = compared(destination)

    assert found(run) == dict.fromkeys(
        ("missing", "older", "trashed", "edited", "twice", "unknown"), 1
    )
    sync(destination)
    findings = {page.pk: state_of(document_of(page), destination).finding for page in pages}
    assert [findings[page.pk] for page in pages[:5]] == ["trashed", "deleted", "edited", "", ""]
    left = {str(document_of(page).pk) for page in pages[2:]}
    assert set(shown(site)) == left
    state = state_of(document_of(pages[2]), destination)
    assert "Dopisek" in state.copy.theirs
    assert "Dopisek" not in state.copy.ours
    assert len(ours(site, status="any")) == 7, "ours, and the one of somebody else"
    assert site.own_posts() == own
    assert found(compared(destination)) == {"unknown": 1}

    for state in SyncState.objects.filter(state=State.PARKED):
        assert ledger.decide(state.pk, is_ours=True)
    sync(destination)
    assert shown(site) == published()


def test_hand_edits_are_overwritten_where_ours_wins(site: WordPress):
    page = NewsFactory()
    destination = at(site, hand_edits="ours")
    sync(destination)
    edit(site, post_of(site, page), title="Tytuł urzędu")

    assert found(compared(destination)) == {"edited": 1}
    assert sync(destination) == {"upsert": 1}

    assert shown(site) == published()


def test_what_is_there_without_our_record_is_adopted_or_taken_away(site: WordPress):
    gone, kept = NewsFactory.create_batch(2)
    destination = at(site)
    sync(destination)
    number = post_of(site, kept)["id"]
    gone.unpublish()
    SyncState.objects.all().delete()

    assert found(compared(destination)) == {"extra": 2}
    assert sync(destination) == {"upsert": 1, "remove": 1}

    assert shown(site) == published()
    assert post_of(site, kept)["id"] == number


def test_emptied_site_is_refilled_after_a_persons_nod_only(site: WordPress):
    NewsFactory.create_batch(6)
    destination = at(site)
    sync(destination)
    own = site.own_posts()
    site.php(
        """
        global $wpdb;
        $wpdb->query("DELETE FROM wp_posts WHERE post_content LIKE '%razem-document%'");
        """
    )

    run = compared(destination)

    assert run.state == Run.State.ASKING
    assert "6 z 6" in run.words
    assert sync(destination) == {}
    assert shown(site) == {}

    assert reconcile.nod(run)
    assert not reconcile.nod(run)
    assert sync(destination) == {"upsert": 6}
    assert shown(site) == published()
    assert site.own_posts() == own
    assert found(compared(destination)) == {}


def test_dry_comparison_tells_and_does_nothing(site: WordPress):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    edit(site, post_of(site, page), title="Tytuł urzędu")

    assert found(compared(destination, is_dry=True)) == {"edited": 1}

    assert state_of(document_of(page), destination).state == State.DONE


def test_comparison_with_a_revoked_password_judges_nothing(site: WordPress):
    NewsFactory.create_batch(5)
    destination = at(site)
    sync(destination)
    destination.replace_secret("wrong")
    destination.save()

    run = compared(destination)

    assert run.state == Run.State.FAILED
    assert "hasła aplikacji" in run.words
    assert set(SyncState.objects.values_list("state", flat=True)) == {State.DONE}
    destination.refresh_from_db()
    assert destination.compare_at > timezone.now() + timedelta(minutes=10)


def test_list_is_read_in_parts_by_whoever_is_awake(site: WordPress, monkeypatch):
    monkeypatch.setattr("integrations.municipal.connectors.wordpress.shelf.ITEMS_A_PAGE", 2)
    NewsFactory.create_batch(3)
    EventFactory()
    destination = at(site, mapping={"pages": ["event"], "parent": "organizacje-pozarzadowe"})
    sync(destination)
    run = reconcile.request(destination)

    slices = 0
    while run.state == Run.State.RUNNING:
        run = reconcile.advance(destination, Deadline(reconcile.NAME, seconds=0))
        slices += 1

    assert (slices, found(run)) == (3, {})
    assert run.tally["expected"] == 4


def test_comparison_is_due_at_night_and_for_who_can_be_asked():
    add(url="https://www.gmina.example/webhook")
    assert not reconcile.is_due()
    destination = add(url="https://www.gmina.example", name="wp", kind="wordpress")
    assert reconcile.is_due()

    Destination.objects.update(failures=1)
    assert not reconcile.is_due()
    Destination.objects.update(failures=0, compare_at=reconcile.next_night())
    assert not reconcile.is_due()
    reconcile.request(destination)
    assert reconcile.is_due()
