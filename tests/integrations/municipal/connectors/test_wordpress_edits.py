"""What staff of the municipality do to our posts: it is asked about, kept, or overwritten."""

import pytest

from integrations.municipal import ledger
from integrations.municipal.models import SyncState
from tests.factories import (
    NewsFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import state_of, sync
from tests.integrations.municipal.sites import at, edit, post_of, published, shown

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State, Finding = SyncState.State, SyncState.Finding


def test_post_edited_by_hand_is_asked_about_and_kept_or_overwritten(site):
    page = NewsFactory(title="Nasz tytuł")
    destination = at(site)
    sync(destination)
    edit(site, post_of(site, page), title="Tytuł urzędu")
    publish(page, title="Nasz nowy tytuł")

    assert sync(destination) == {"held": 1}

    state = state_of(document_of(page), destination)
    assert (state.state, state.finding) == (State.PARKED, Finding.EDITED)
    assert "Tytuł urzędu" in state.copy.theirs
    assert "Nasz tytuł" in state.copy.ours
    assert ledger.decide(state.pk, is_ours=False)
    assert sync(destination) == {}
    assert set(shown(site).values()) == {"Tytuł urzędu"}

    publish(page, title="Jeszcze nowszy")
    assert sync(destination) == {"upsert": 1}
    assert set(shown(site).values()) == {"Jeszcze nowszy"}


def test_post_edited_by_hand_is_overwritten_where_ours_wins(site):
    page = NewsFactory()
    destination = at(site, hand_edits="ours")
    sync(destination)
    edit(site, post_of(site, page), title="Tytuł urzędu")
    publish(page, title="Nasz nowy tytuł")

    assert sync(destination) == {"upsert": 1}

    assert shown(site) == published()


def test_post_without_our_mark_is_never_touched(site):
    page = NewsFactory()
    destination = at(site, hand_edits="ours")
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Nasze", content="Teraz to wpis urzędu")
    publish(page, title="Nowy")

    assert sync(destination) == {"held": 1}

    page.unpublish()
    assert sync(destination) == {"held": 1}
    there = site.rest("GET", f"/wp/v2/posts/{post['id']}").json()
    assert there["title"]["rendered"] == "Nasze"
    assert ledger.decide(state_of(document_of(page), destination).pk, is_ours=True)
    assert sync(destination) == {"remove": 1}
    trashed = site.rest("GET", f"/wp/v2/posts/{post['id']}", "STAFF").json()
    assert trashed["status"] == "trash", "a person's work can still be found"


def test_our_version_of_a_post_without_our_mark_takes_its_place(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, content="Teraz to wpis urzędu")
    publish(page, title="Nowy")
    assert sync(destination) == {"held": 1}
    state = state_of(document_of(page), destination)
    assert "Teraz to wpis urzędu" in state.copy.theirs
    assert ledger.decide(state.pk, is_ours=True)

    assert sync(destination) == {"upsert": 1}

    assert post_of(site, page)["id"] == post["id"]
    page.unpublish()
    sync(destination)
    assert site.rest("GET", f"/wp/v2/posts/{post['id']}").status_code == 404


def test_withdrawn_post_that_was_edited_goes_to_the_trash(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Tytuł urzędu")
    page.unpublish()

    assert sync(destination) == {"remove": 1}

    trashed = site.rest("GET", f"/wp/v2/posts/{post['id']}", "STAFF").json()
    assert trashed["status"] == "trash"


@pytest.mark.parametrize("is_final", [False, True])
def test_post_that_staff_removed_stays_removed_until_we_insist(site, is_final):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    force = {"force": "true"} if is_final else {}
    site.rest("DELETE", f"/wp/v2/posts/{post['id']}", "STAFF", params=force)
    publish(page, title="Nowy tytuł")

    assert sync(destination) == {"held": 1}

    state = state_of(document_of(page), destination)
    assert state.finding == (Finding.DELETED if is_final else Finding.TRASHED)
    assert shown(site) == {}
    assert ledger.decide(state.pk, is_ours=True)
    assert sync(destination) == {"upsert": 1}
    assert shown(site) == published()
