"""More pages or dependents than one transaction may rewrite: hidden at once, written later."""

import orjson
import pytest
from wagtail.models import PageViewRestriction

from cms.basepage.models import BasePage
from cms.documents import subtrees, writing
from cms.documents.rewriting import due_documents
from cms.models import Document, EventIndexPage, JobState
from tests.cms.documents.world import (
    Follower,
    difference_reasons,
    drain,
    live_set,
    replayed,
)
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PartnerFactory,
    ProjectFactory,
    StandardPageFactory,
    document_of,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db

MOST = 3


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (writing, subtrees):
        monkeypatch.setattr(module, "MOST_AT_ONCE", MOST)


def test_many_dependents_of_withdrawn_page_are_hidden_then_restored_without_it() -> None:
    organization = OrganizationFactory(title="Tajna nazwa")
    events = [EventFactory(organizers=[organization]) for _number in range(MOST + 1)]
    other = EventFactory()
    follower = Follower()
    follower.follow()
    JobState.objects.all().delete()

    organization.unpublish()

    assert set(live_set()) == {str(document_of(other).pk)}
    assert JobState.objects.get(pk="documents").queued_at
    follower.follow()
    assert follower.copy == live_set()

    drain()
    assert set(live_set()) == {str(document_of(page).pk) for page in [*events, other]}
    assert not any(b"Tajna nazwa" in payload for payload in live_set().values())
    follower.follow()
    assert follower.copy == live_set() == replayed()
    assert difference_reasons() == []


def test_few_dependents_of_withdrawn_page_are_rewritten_at_once() -> None:
    organization = OrganizationFactory(title="Tajna nazwa")
    events = [EventFactory(organizers=[organization]) for _number in range(MOST)]
    organization.unpublish()
    assert set(live_set()) == {str(document_of(event).pk) for event in events}
    assert not due_documents().exists()


def test_many_dependents_of_deleted_snippet_are_hidden_then_restored() -> None:
    partner = PartnerFactory(name="Tajny partner")
    for _number in range(MOST + 1):
        EventFactory(partners=[partner])
    type(partner).objects.filter(pk=partner.pk).delete()
    assert live_set() == {}
    drain()
    assert len(live_set()) == MOST + 1
    assert difference_reasons() == []


def test_hidden_document_that_was_given_up_before_is_tried_again() -> None:
    organization = OrganizationFactory()
    event = EventFactory(organizers=[organization])
    for _number in range(MOST):
        EventFactory(organizers=[organization])
    Document.objects.filter(page_id=event.pk).update(rewrite_attempts=writing.MOST_ATTEMPTS)
    organization.unpublish()
    drain()
    assert document_of(event).is_live


def test_large_subtree_made_private_is_hidden_before_commit() -> None:
    events = [EventFactory(title=f"Tajne {number}") for number in range(MOST + 1)]
    linking = OrganizationFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{events[0].pk}">tam</a></p>')]
    )
    restriction = make_private(EventIndexPage.objects.get())
    assert set(live_set()) == {str(document_of(linking).pk)}
    assert b"tajne-0" not in bytes(document_of(linking).payload)
    drain()
    assert set(live_set()) == {str(document_of(linking).pk)}

    restriction.delete()
    drain()
    assert len(live_set()) == len(events) + 1
    assert b"tajne-0" in bytes(document_of(linking).payload)
    assert difference_reasons() == []


def test_large_subtree_opened_again_keeps_private_page_in_it_private() -> None:
    events = [EventFactory() for _number in range(MOST + 2)]
    index_restriction = make_private(EventIndexPage.objects.get())
    make_private(events[0])
    index_restriction.delete()
    assert not document_of(events[0]).is_live
    drain()
    assert len(live_set()) == len(events) - 1
    assert not document_of(events[0]).is_live


def test_page_published_while_its_large_subtree_was_private_appears_when_it_opens() -> None:
    for _number in range(MOST + 1):
        EventFactory()
    restriction = make_private(EventIndexPage.objects.get())
    late = EventFactory(title="Późne")
    assert not Document.objects.filter(page_id=late.pk).exists()
    restriction.delete()
    drain()
    assert document_of(late).is_live
    assert difference_reasons() == []


def test_large_subtree_with_new_address_is_rewritten_by_job() -> None:
    events = [EventFactory(slug=f"gala-{number}") for number in range(MOST + 1)]
    publish(EventIndexPage.objects.get(), slug="kalendarz")
    assert due_documents().count() == len(events)
    drain()
    paths = {document_of(event).path for event in events}
    assert paths == {f"/kalendarz/gala-{number}/" for number in range(MOST + 1)}
    assert difference_reasons() == []


def test_large_subtree_of_plain_pages_with_new_address_reaches_links() -> None:
    parent = StandardPageFactory(slug="dokumenty")
    pages = [StandardPageFactory(parent=parent) for _number in range(MOST + 1)]
    event = EventFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>') for page in pages]
    )
    publish(parent, slug="pliki")
    drain()
    html = orjson.loads(document_of(event).payload)["body_html"]
    assert html.count("http://testserver/pliki/") == len(pages)
    assert difference_reasons() == []


def test_large_subtree_moved_below_private_page_is_hidden() -> None:
    project = ProjectFactory()
    standard = StandardPageFactory(parent=project)
    for _number in range(MOST + 1):
        EventFactory(parent=project)
    PageViewRestriction.objects.create(
        page_id=standard.get_parent().pk, restriction_type=PageViewRestriction.LOGIN
    )
    assert live_set() == {}


def test_large_subtree_deleted_leaves_tombstones_and_no_links() -> None:
    project = ProjectFactory()
    events = [EventFactory(parent=project, title=f"Tajne {n}") for n in range(MOST + 2)]
    linking = EventFactory(
        body=[
            ("paragraph", f'<p><a linktype="page" id="{event.pk}">tam</a></p>') for event in events
        ]
    )
    numbers = set(Document.objects.values_list("sequence", flat=True))
    BasePage.objects.get(pk=project.pk).delete()
    drain()
    assert set(live_set()) == {str(document_of(linking).pk)}
    assert b"tajne-" not in bytes(document_of(linking).payload)
    tombstones = Document.objects.filter(is_live=False)
    assert tombstones.count() == len(events) + 1
    assert not numbers & set(tombstones.values_list("sequence", flat=True))
    assert difference_reasons() == []
