"""How the tests of public pages read them."""

import json

from bs4 import BeautifulSoup
from django.test import RequestFactory

from cms.models import EventIndexPage, OrganizationIndexPage
from tests.factories import (
    DeclarationFactory,
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    StandardPageFactory,
    TopicFactory,
    home_page,
)


def words(element) -> str:
    """Return an element's text with single spaces; no-break spaces count as spaces."""
    return " ".join(element.get_text(" ").split())


def preview(page) -> BeautifulSoup:
    """Return what the editor's preview of a (changed, unsaved) page shows."""
    response = page.make_preview_request(RequestFactory().get("/", SERVER_NAME="testserver"))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def linked_data(soup: BeautifulSoup) -> dict:
    return json.loads(soup.find("script", type="application/ld+json").string)


def every_page() -> list:
    """Return one public page of every type, filled as far as its type goes."""
    partner = PartnerFactory()
    image = ImageFactory()
    body = [
        ("heading", "Nagłówek"),
        ("paragraph", "<p>Akapit</p>"),
        ("quote", {"text": "Razem łatwiej", "source": "sąsiadka"}),
    ]
    project = ProjectFactory(partners=[(partner, "leader")], image=image, body=body)
    organization = OrganizationFactory(
        locality=LocalityFactory(), spheres=[SphereFactory()], body=body, seeks_volunteers=True
    )
    event = EventFactory(
        project=project,
        organizers=[organization],
        place=PlaceFactory(),
        topics=[TopicFactory()],
        partners=[partner],
        body=body,
    )
    standard = StandardPageFactory(body=body)
    declaration = DeclarationFactory(body=body)
    indexes = [EventIndexPage.objects.get(), OrganizationIndexPage.objects.get()]
    return [home_page(), project, organization, event, standard, declaration, *indexes]
