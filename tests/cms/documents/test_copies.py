"""Copied pages have documents of their own, or none."""

import pytest
from wagtail.actions.copy_page import CopyPageAction

from cms.basepage.models import BasePage
from cms.models import (
    Document,
    EventPage,
)
from tests.cms.documents.helpers import is_live, payload_of
from tests.cms.documents.world import (
    Follower,
    difference_reasons,
    drain,
    live_set,
)
from tests.factories import (
    EventFactory,
    PartnerFactory,
    ProjectFactory,
    TopicFactory,
    document_of,
    home_page,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_recursive", [False, True])
def test_copy_as_draft_has_no_document_and_own_slugs(is_recursive: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, slug="gala")
    copy = CopyPageAction(
        BasePage.objects.get(pk=project.pk).specific,
        to=home_page(),
        recursive=is_recursive,
        keep_live=False,
        update_attrs={"slug": "kopia", "title": "Kopia"},
    ).execute()
    assert not Document.objects.filter(page_id=copy.pk).exists()
    slugs = list(EventPage.objects.values_list("slug", flat=True))
    assert len(slugs) == len(set(slugs)) == 1 + is_recursive
    publish(event, title="Gala zmieniona")  # the copy does not stand in the original's way
    for below in copy.get_children().specific():
        below.get_latest_revision().publish()
        assert is_live(below)


def test_copy_with_publishing_writes_documents_of_their_own() -> None:
    partner = PartnerFactory(name="Partner")
    project = ProjectFactory(partners=[partner])
    event = EventFactory(parent=project, topics=[TopicFactory()], project=project)
    copy = CopyPageAction(
        BasePage.objects.get(pk=project.pk).specific,
        to=home_page(),
        recursive=True,
        update_attrs={"slug": "kopia", "title": "Kopia"},
    ).execute()
    assert payload_of(copy)["partners"] == payload_of(project)["partners"]
    event_copy = copy.get_children().get()
    assert payload_of(event_copy)["topics"] == payload_of(event)["topics"]
    assert document_of(event_copy).pk != document_of(event).pk
    assert document_of(event_copy).slug != document_of(event).slug
    drain()
    assert difference_reasons() == []


@pytest.mark.parametrize("is_child_private", [False, True])
def test_copy_of_private_pages_stays_a_draft(is_child_private: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, title="Tajne wydarzenie")
    make_private(event if is_child_private else project)
    follower = Follower()
    BasePage.objects.get(pk=project.pk).specific.copy(
        recursive=True, update_attrs={"slug": "kopia", "title": "Kopia"}
    )
    follower.follow()
    assert not any(b"Tajne" in payload for payload in live_set().values())
    assert not any(b"Tajne" in payload for payload in follower.copy.values())
