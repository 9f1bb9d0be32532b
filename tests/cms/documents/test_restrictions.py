"""Private pages and what must not leave: documents go, and are cut out of others."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import (
    PageViewRestriction,
)

from cms.accounts.models import User
from cms.models import (
    EventIndexPage,
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
    StandardPageFactory,
    consent_to,
    document_of,
    make_private,
    publish,
    withdraw_consents,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
@pytest.mark.parametrize("is_ancestor", [False, True])
def test_restriction_withdraws_and_its_removal_restores(kind: str, is_ancestor: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, title="Tajne wydarzenie")
    linking = OrganizationFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{event.pk}">tam</a></p>')]
    )
    restricted = project if is_ancestor else event
    restriction = PageViewRestriction.objects.create(
        page_id=restricted.pk, restriction_type=kind, password="tajne"
    )
    assert_withdrawn(document_of(event))
    assert is_live(project) is not is_ancestor
    assert "<a" not in str(payload_of(linking)["body_html"])
    assert "tam" in str(payload_of(linking)["body_html"])

    restriction.delete()
    assert is_live(event)
    drain()
    assert "tajne-wydarzenie" in str(payload_of(linking)["body_html"])


def test_restriction_on_unpublished_ancestor_withdraws_below() -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project)
    project.unpublish()
    assert is_live(event)
    make_private(project)
    assert not is_live(event)


def test_restriction_set_and_removed_in_admin_moves_documents(client: Client) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    project = ProjectFactory()
    event = EventFactory(parent=project)
    address = reverse("set_privacy", args=[project.pk])

    assert client.post(address, {"restriction_type": "login"}).status_code == 200
    assert_withdrawn(document_of(project))
    assert_withdrawn(document_of(event))

    assert client.post(address, {"restriction_type": "none"}).status_code == 200
    assert is_live(project)
    assert is_live(event)


def test_restriction_in_admin_is_undone_when_documents_cannot_follow(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    client.raise_request_exception = False
    event = EventFactory()

    def fail(*args: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("cms.documents.receivers.refresh_subtree", fail)
    answer = client.post(
        reverse("wagtailadmin_pages:set_privacy", args=[event.pk]), {"restriction_type": "login"}
    )
    assert answer.status_code == 500
    assert not PageViewRestriction.objects.exists()
    assert is_live(event)


def test_private_standard_page_is_cut_out_of_links() -> None:
    page = StandardPageFactory(title="Tajna strona")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    assert "tajna-strona" in str(payload_of(event)["body_html"])
    make_private(page)
    assert "tajna-strona" not in str(payload_of(event)["body_html"])


def test_unpublished_standard_page_is_cut_out_of_links() -> None:
    page = StandardPageFactory(title="Tajna strona")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    page.unpublish()
    assert "tajna-strona" not in str(payload_of(event)["body_html"])
    publish(page)
    drain()
    assert "tajna-strona" in str(payload_of(event)["body_html"])


def test_renamed_standard_page_reaches_links() -> None:
    page = StandardPageFactory(slug="kontakt")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    publish(page, slug="dojazd")
    drain()
    assert "/dojazd/" in str(payload_of(event)["body_html"])
    assert difference_reasons() == []


def test_renamed_parent_of_standard_page_reaches_links() -> None:
    parent = StandardPageFactory(slug="kontakt")
    page = StandardPageFactory(slug="mapa", parent=parent)
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    publish(parent, slug="dojazd")
    drain()
    assert "/dojazd/mapa/" in str(payload_of(event)["body_html"])


def test_private_index_page_withdraws_all_below() -> None:
    event = EventFactory()
    make_private(EventIndexPage.objects.get())
    assert not is_live(event)


def test_staff_notes_and_contact_without_consent_stay_private() -> None:
    organization = OrganizationFactory(
        informal=True,
        email="tajny@example.org",
        phone="999 888 777",
        address="ul. Tajna 7",
        staff_notes="Tajna uwaga",
    )
    for word in (b"tajny@", b"999 888", b"Tajna"):
        assert word not in bytes(document_of(organization).payload)
    consent_to(organization)
    assert b"tajny@" in bytes(document_of(organization).payload)
    assert b"Tajna uwaga" not in bytes(document_of(organization).payload)
    withdraw_consents(organization)
    for word in (b"tajny@", b"999 888", b"Tajna"):
        assert word not in bytes(document_of(organization).payload)
