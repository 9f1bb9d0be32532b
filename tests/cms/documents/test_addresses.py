"""Slugs, moves, former addresses: where a document is, and was."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import (
    Site,
)

from cms import channels
from cms.basepage.models import BasePage
from cms.documents import writing
from cms.documents.selectors import find_by_path, find_by_slug
from cms.models import (
    CentreSettings,
    Document,
    EventIndexPage,
    FormerAddress,
)
from tests.cms.documents.helpers import assert_withdrawn, is_live, payload_of
from tests.cms.documents.world import (
    difference_reasons,
    drain,
)
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    ProjectFactory,
    document_of,
    home_page,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


def test_slug_change_keeps_former_address() -> None:
    event = EventFactory(title="Gala", slug="gala")
    publish(event, slug="gala-noworoczna")
    document = document_of(event)

    assert document.path == "/wydarzenia/gala-noworoczna/"
    former = FormerAddress.objects.get()
    assert (former.document_id, former.slug, former.path) == (
        document.pk,
        "gala",
        "/wydarzenia/gala/",
    )
    assert find_by_slug("event", "gala") == document
    assert find_by_path("/wydarzenia/gala/") == document


def test_slug_changed_back_forgets_former_address() -> None:
    event = EventFactory(slug="gala")
    publish(event, slug="bal")
    publish(event, slug="gala")
    assert [former.slug for former in FormerAddress.objects.all()] == ["bal"]


def test_former_slug_taken_by_other_page_leads_to_other_page() -> None:
    event = EventFactory(slug="gala")
    publish(event, slug="bal")
    other = EventFactory(slug="gala")
    assert find_by_slug("event", "gala") == document_of(other)


def test_slug_change_of_parent_changes_addresses_below() -> None:
    event = EventFactory(slug="gala")
    linking = OrganizationFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{event.pk}">gala</a></p>')]
    )
    publish(EventIndexPage.objects.get(), slug="kalendarz")
    assert document_of(event).path == "/kalendarz/gala/"
    assert payload_of(event)["url"] == "http://testserver/kalendarz/gala/"
    assert find_by_path("/wydarzenia/gala/") == document_of(event)
    drain()
    assert "http://testserver/kalendarz/gala/" in str(payload_of(linking)["body_html"])


def test_home_slug_change_keeps_documents_live() -> None:
    event = EventFactory(slug="gala")
    Site.get_site_root_paths()  # fills the cache, as in a running server
    publish(home_page(), slug="nowa-strona")
    drain()
    assert is_live(event)
    assert document_of(event).path == "/wydarzenia/gala/"
    assert difference_reasons() == []


def test_own_address_follows_root_changed_by_other_process() -> None:
    event = EventFactory(slug="gala")
    Site.get_site_root_paths()
    home = home_page()
    # Another process renames the home page: this one's cache does not hear of it.
    BasePage.objects.filter(pk=home.pk).update(slug="inna", url_path="/inna/")
    BasePage.objects.filter(pk=event.pk).update(url_path="/inna/wydarzenia/gala/")
    writing.refresh_page(event.pk)
    assert is_live(event)
    Site.clear_site_root_paths_cache()


def test_move_changes_address_and_keeps_former_one() -> None:
    project = ProjectFactory(slug="projekt")
    event = EventFactory(slug="gala")
    version = document_of(event).sequence
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    document = document_of(event)
    assert document.path == "/projekt/gala/"
    assert document.sequence > version
    assert find_by_path("/wydarzenia/gala/") == document


def test_move_below_private_page_withdraws() -> None:
    project = ProjectFactory()
    make_private(project)
    event = EventFactory()
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    assert_withdrawn(document_of(event))


def test_move_with_address_elsewhere_keeps_former_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Everywhere:
        def status(self, document: Document) -> tuple[()]:
            return ()

        def has(self, document_id: object, destination: str) -> bool:
            return True

    monkeypatch.setattr(channels, "_channels", [Everywhere()])
    centre = CentreSettings.load()
    centre.public_destination = "miasto"
    centre.public_url_pattern = "https://www.example.org/{type}/{slug}/"
    centre.save()
    project, event = ProjectFactory(slug="projekt"), EventFactory(slug="gala")
    assert payload_of(event)["url"] == "https://www.example.org/event/gala/"
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    assert document_of(event).path == "/projekt/gala/"
    assert find_by_path("/wydarzenia/gala/") == document_of(event)


def test_reorder_keeps_version() -> None:
    first, second = EventFactory(), EventFactory()
    versions = {document_of(page).sequence for page in (first, second)}
    BasePage.objects.get(pk=second.pk).move(BasePage.objects.get(pk=first.pk), pos="left")
    assert {document_of(page).sequence for page in (first, second)} == versions
    assert difference_reasons() == []


def test_slug_taken_in_type_under_other_parent_is_refused() -> None:
    EventFactory(slug="gala")
    with pytest.raises(ValidationError) as refusal:
        EventFactory(slug="gala", parent=ProjectFactory())
    assert "slug" in refusal.value.message_dict
