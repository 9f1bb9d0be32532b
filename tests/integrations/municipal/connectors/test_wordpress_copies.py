"""More posts with one mark at a real WordPress: what staff there made of ours is never lost."""

import pytest

from integrations.municipal import ledger
from integrations.municipal.models import SyncState
from tests.factories import NewsFactory, document_of, publish
from tests.integrations.municipal.helpers import state_of, sync
from tests.integrations.municipal.sites import at, compared, copy, edit, found, post_of, shown
from tests.wordpress import WordPress

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State, Finding = SyncState.State, SyncState.Finding


def written(site: WordPress, **fields) -> int:
    """Have an official publish a post; return its id."""
    done = site.rest("POST", "/wp/v2/posts", "STAFF", json={"status": "publish"} | fields)
    number: int = done.json()["id"]
    return number


def made_of(site: WordPress, post: dict) -> int:
    """Have an official make an article of ours, which still has our mark; return its id."""
    content = post["content"]["raw"] + "<p>Dopisek urzędu</p>"
    return written(site, title="Artykuł urzędu", content=content)


def there(site: WordPress, number: int) -> dict:
    """Return a post as staff see it: its status is "trash", or None where it is gone for good."""
    asked = {"context": "edit"}
    post: dict = site.rest("GET", f"/wp/v2/posts/{number}", "STAFF", params=asked).json()
    return post | {"status": post.get("status")}


def test_article_made_of_ours_goes_to_the_trash_when_we_withdraw(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    article = made_of(site, post)
    publish(page, title="Nowy")
    assert sync(destination) == {"upsert": 1}, "a copy of theirs does not keep ours from going on"
    page.unpublish()

    assert sync(destination) == {"remove": 1}

    assert there(site, post["id"])["status"] is None, "nobody had touched ours"
    assert there(site, article)["status"] == "trash"
    assert "Dopisek urzędu" in there(site, article)["content"]["raw"]


def test_withdrawn_edit_that_staff_restore_is_not_deleted_at_night(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Tytuł urzędu")
    page.unpublish()
    sync(destination)
    edit(site, post, status="publish")

    assert found(compared(destination)) == {"extra": 1}
    sync(destination)

    assert there(site, post["id"])["status"] == "trash"


def test_edit_that_was_left_there_goes_to_the_trash_when_we_withdraw(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Tytuł urzędu")
    compared(destination)
    assert ledger.decide(state_of(document_of(page), destination).pk, is_ours=False)
    page.unpublish()

    assert sync(destination) == {"remove": 1}

    assert there(site, post["id"])["status"] == "trash"


def test_withdrawn_edit_stays_in_the_trash_when_we_publish_again(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Tytuł urzędu")
    page.unpublish()
    sync(destination)
    publish(page)

    assert sync(destination) == {"upsert": 1}

    assert post_of(site, page)["id"] != post["id"]
    assert there(site, post["id"])["title"]["raw"] == "Tytuł urzędu"


@pytest.mark.parametrize("is_ours", [True, False])
def test_copy_that_differs_is_asked_about_though_it_is_the_older_post(site, is_ours):
    page = NewsFactory(title="Nasze")
    destination = at(site)
    article = written(site, title="Artykuł urzędu")
    sync(destination)
    post = post_of(site, page)
    edit(site, {"id": article}, content=post["content"]["raw"] + "<p>Dopisek urzędu</p>")

    assert found(compared(destination)) == {"twice": 1}

    assert sync(destination) == {}
    state = state_of(document_of(page), destination)
    assert (state.state, state.finding) == (State.PARKED, Finding.TWICE)
    assert f"posts/{article}" in state.last_error
    assert "Dopisek urzędu" in state.copy.theirs
    assert ledger.decide(state.pk, is_ours=is_ours)
    sync(destination)
    assert there(site, post["id"])["status"] == "publish"
    assert there(site, article)["status"] == ("trash" if is_ours else "publish")
    assert there(site, article)["title"]["raw"] == "Artykuł urzędu"
    assert found(compared(destination)) == {}, "it is not asked again"


def test_copies_that_are_the_same_go_to_the_trash_unasked(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    second = copy(site, post)

    assert found(compared(destination)) == {"twice": 1}
    assert sync(destination) == {"upsert": 1}

    assert post_of(site, page)["id"] == post["id"]
    assert there(site, second)["status"] == "trash"


def test_posts_that_differ_are_asked_about_where_our_record_names_none(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    edit(site, post, title="Tytuł urzędu")
    article = made_of(site, post)
    SyncState.objects.update(remote_id="")
    publish(page, title="Nowy")

    assert sync(destination) == {"held": 1}

    assert there(site, post["id"])["title"]["raw"] == "Tytuł urzędu"
    assert there(site, article)["status"] == "publish"


def test_article_made_of_ours_is_not_overwritten_when_ours_is_deleted_there(site):
    page = NewsFactory()
    destination = at(site)
    sync(destination)
    post = post_of(site, page)
    article = made_of(site, post)
    publish(page, title="Nowy")
    sync(destination)
    site.rest("DELETE", f"/wp/v2/posts/{post['id']}", "STAFF", params={"force": "true"})
    publish(page, title="Jeszcze nowszy")

    assert sync(destination) == {"held": 1}

    assert there(site, article)["title"]["raw"] == "Artykuł urzędu"
    assert set(shown(site).values()) == {"Artykuł urzędu"}
