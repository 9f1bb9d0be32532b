"""The directory and the profiles in it, as people read them."""

import re
from datetime import date

import pytest

from tests.cms.pages.helpers import linked_data, words
from tests.factories import (
    LocalityFactory,
    OrganizationFactory,
    SphereFactory,
)

pytestmark = pytest.mark.django_db


def test_directory_is_in_polish_order_and_counts_in_polish(read):
    for title in ("Żagiel", "„Ławka”", "Lampa", "Świt", "Sad"):
        OrganizationFactory(title=title)

    soup = read("/organizacje/")

    assert [words(title) for title in soup.main.find_all("h2")] == [
        *("Lampa", "„Ławka”", "Sad", "Świt", "Żagiel")
    ]
    assert words(soup.find(class_="count")).startswith("5 organizacji")


@pytest.mark.parametrize(("number", "said"), [(1, "1 organizacja"), (3, "3 organizacje")])
def test_directory_counts_with_polish_plural_forms(read, number, said):
    OrganizationFactory.create_batch(number)

    count = words(read("/organizacje/").find(class_="count"))
    assert count.startswith(said)
    assert re.match(rf"{said}(,|$)", count)


def test_organization_shows_place_spheres_form_and_numbers_in_usual_groups(read):
    page = OrganizationFactory(
        title="Świt (przykład)",
        locality=LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku"),
        spheres=[SphereFactory(label="wolontariat")],
        krs="0009999001",
        nip="9990000014",
        regon="990000016",
        verified_at=date(2026, 3, 2),
    )

    soup = read(page)
    card = read("/organizacje/").find(class_="organization-card")

    said = words(soup.main)
    for text in ("w Bełku", "wolontariat", "0009999001", "999-000-00-14", "990 000 016"):
        assert text in said
    assert "dane zweryfikowane 2 marca 2026 r." in said
    for text in ("w Bełku", "wolontariat", "dane zweryfikowane 2 marca 2026 r."):
        assert text in words(card)
    data = linked_data(soup)
    assert (data["@type"], data["taxID"]) == ("NGO", "9990000014")
    assert data["identifier"][0] == {
        "@type": "PropertyValue",
        "propertyID": "KRS",
        "value": "0009999001",
    }


def test_organization_without_consent_shows_no_contact_anywhere(read):
    page = OrganizationFactory(informal=True, website="", email="dom@example.org")

    soup = read(page)

    assert "dom@example.org" not in str(soup)
    assert "ul. Przykładowa 2" not in str(soup)
    assert "Kontakt" not in [words(title) for title in soup.main.find_all("h2")]


def test_organization_with_a_public_contact_shows_it(read):
    soup = read(OrganizationFactory(email="biuro@example.org", phone="+48 32 000 00 00"))

    assert soup.find("a", href="mailto:biuro@example.org")
    assert words(soup.find("a", href="tel:+48320000000")) == "+48 32 000 00 00"


def test_organization_state_and_search_for_volunteers_are_said_in_words(read):
    soup = read(OrganizationFactory(status="in_liquidation", seeks_volunteers=True))

    states = [words(state) for state in soup.article.find(class_="states").find_all("li")]
    assert "szuka wolontariuszy" in states
    assert len(states) == 2
