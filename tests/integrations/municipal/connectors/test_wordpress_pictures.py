"""Pictures at a real WordPress that refuses, loses or renames them: the document arrives."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from integrations.municipal import outcomes, selectors, services
from integrations.municipal.connectors.wordpress import answers, media
from integrations.municipal.models import SyncState
from tests.factories import ImageFactory, NewsFactory, document_of, publish
from tests.integrations.municipal.helpers import let_time_pass, settle, state_of, sync
from tests.integrations.municipal.sites import post_of, published, shown, with_categories
from tests.wordpress import WordPress

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]
State = SyncState.State
CRASH = "add_filter('rest_pre_insert_attachment', function () { http_response_code(500); exit; });"
NO_SUCH_FILES = "add_filter('upload_mimes', function () { return ['txt' => 'text/plain']; });"
RENAMED = "add_filter('sanitize_file_name', function ($name) { return 'plik-' . $name; });"
NO_ID = (
    "add_filter('rest_prepare_attachment', function ($answer) {"
    " $answer->data = array_diff_key($answer->data, ['id' => 1]); return $answer; });"
)


@contextmanager
def plugin(site: WordPress, code: str) -> Iterator[None]:
    path = site.folder / "wp-content" / "mu-plugins" / f"pictures-{abs(hash(code))}.php"
    path.write_text(f"<?php {code}")
    try:
        yield
    finally:
        path.unlink()


def pictures(site: WordPress) -> list[dict]:
    asked = {"context": "edit"}
    found: list[dict] = site.rest("GET", "/wp/v2/media", "", params=asked).json()
    return found


def test_document_whose_picture_crashes_the_site_goes_without_it_in_the_end(site):
    destination = with_categories(site)
    page = NewsFactory(image=ImageFactory(description="Ludzie przy stole"))
    other = NewsFactory()
    with plugin(site, CRASH):
        assert sync(destination) == {"upsert": 1, "failed": 1}
        destination.refresh_from_db()
        assert destination.failures == 0, "others are not kept back"
        assert set(shown(site)) == {str(document_of(other).pk)}
        for _try in range(outcomes.MOST_PERMANENT_ATTEMPTS - 2):
            assert settle(destination) == {"failed": 1}
        assert settle(destination) == {"upsert": 1}
    state = state_of(document_of(page), destination)
    assert shown(site) == published()
    assert post_of(site, page)["featured_media"] == 0
    assert state.state == State.DONE
    assert state.last_error.startswith("Jest tam bez obrazu „Ludzie przy stole”.")
    assert list(selectors.incomplete(destination)) == [state]

    assert services.retry_document(destination_id=destination.pk, document_id=state.document_id)
    assert sync(destination) == {"upsert": 1}

    [picture] = pictures(site)
    assert post_of(site, page)["featured_media"] == picture["id"]
    state.refresh_from_db()
    assert (state.state, state.last_error) == (State.DONE, "")
    assert not selectors.incomplete(destination).exists()


def test_retry_of_a_picture_that_still_crashes_ends_as_before(site):
    destination = with_categories(site)
    page = NewsFactory(image=ImageFactory())
    with plugin(site, CRASH):
        for _try in range(outcomes.MOST_PERMANENT_ATTEMPTS):
            settle(destination)
        before = post_of(site, page)
        services.sync_now(destination)
        assert selectors.lag_seconds(selectors.progress_of(destination.pk)) < 60
        for _try in range(outcomes.MOST_PERMANENT_ATTEMPTS):
            settle(destination)

    assert selectors.incomplete(destination).count() == 1
    assert post_of(site, page)["modified_gmt"] == before["modified_gmt"], "nothing was changed"


def test_document_whose_picture_is_refused_goes_without_it_at_once(site):
    destination = with_categories(site)
    page = NewsFactory(image=ImageFactory())
    with plugin(site, NO_SUCH_FILES):
        assert sync(destination) == {"upsert": 1}

    assert post_of(site, page)["featured_media"] == 0
    assert "tego rodzaju" in state_of(document_of(page), destination).last_error
    publish(page, title="Nowy")
    sync(destination)
    assert post_of(site, page)["featured_media"] == pictures(site)[0]["id"], "it is tried again"


@pytest.mark.parametrize("code", ["", RENAMED])
@pytest.mark.parametrize("fault", ["lost", "notice", "drop", "crash"])
def test_lost_answer_to_an_upload_leaves_one_picture(site, fault, code):
    destination = with_categories(site)
    page = NewsFactory(image=ImageFactory(description="Ludzie przy stole"))
    site.fault(fault, only="writes", count=1)
    with plugin(site, code):
        assert sync(destination) == {"failed": 1}
    site.fault("off")
    destination.refresh_from_db()
    assert destination.failures == 0
    if fault != "crash":
        assert sync(destination) == {}, "it may still be written there"

    settle(destination)

    [picture] = pictures(site)
    assert post_of(site, page)["featured_media"] == picture["id"]
    assert picture["alt_text"] == "Ludzie przy stole"


def test_picture_whose_file_the_site_renames_is_uploaded_once(site):
    destination = with_categories(site)
    image = ImageFactory()
    with plugin(site, RENAMED):
        first = NewsFactory(image=image)
        sync(destination)
        second = NewsFactory(image=image)
        publish(first, title="Nowy")
        sync(destination)

    [picture] = pictures(site)
    assert "plik-" in picture["source_url"]
    assert {post_of(site, one)["featured_media"] for one in (first, second)} == {picture["id"]}
    first.unpublish()
    second.unpublish()
    sync(destination)
    assert pictures(site) == []


def test_answer_without_an_id_leaves_one_picture_and_the_document_without_it(site):
    destination = with_categories(site)
    page = NewsFactory(image=ImageFactory())
    with plugin(site, NO_ID):
        for _try in range(outcomes.MOST_PERMANENT_ATTEMPTS):
            settle(destination)

    assert shown(site) == published()
    assert post_of(site, page)["featured_media"] == 0
    assert len(pictures(site)) == 1


def test_long_description_is_given_after_the_upload(site):
    words = "Zażółć gęślą jaźń. " * 13
    destination = with_categories(site)
    NewsFactory(image=ImageFactory(description=words.strip()))
    let_time_pass()

    assert sync(destination) == {"upsert": 1}

    assert pictures(site)[0]["alt_text"] == words.strip()


@pytest.mark.parametrize(
    ("status", "body", "is_pictures", "is_permanent", "is_unclear"),
    [
        (429, b"", False, False, False),
        (503, b"", False, False, True),
        (403, b"<html>", True, False, False),
        (406, b"<html>", True, True, True),
        (413, b"<html>", True, True, False),
        (500, b'{"code": "internal_server_error"}', True, False, False),
        (500, b'{"code": "rest_upload_sideload_error"}', True, True, False),
        (504, b"<html>", True, False, True),
        (201, b"<html>", True, False, True),
    ],
)
def test_refusal_of_an_upload_is_the_pictures_unless_the_site_is_busy(
    status, body, is_pictures, is_permanent, is_unclear
):
    error = media._refusal(answers.read(status, {}, body))

    assert isinstance(error, media.PictureError) is is_pictures
    assert (error.permanent, error.is_unclear) == (is_permanent, is_unclear)
