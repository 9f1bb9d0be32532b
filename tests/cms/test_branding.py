"""Pages show who runs the centre today, with that operator's logo, colour and contact."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from cms.branding import brand_in_force
from cms.colours import check_readable, contrast
from cms.models import CentreSettings, OperatorTerm
from tests.factories import ImageFactory, OperatorTermFactory

DAY = date(2026, 3, 1)


@pytest.fixture
def term(db: None) -> OperatorTerm:
    CentreSettings.objects.update_or_create(defaults={"name": "COP", "contact_email": "a@b.pl"})
    return OperatorTermFactory(
        operator="Operator (przykład)",
        valid_from=DAY,
        valid_until=None,
        funding="Zadanie finansuje gmina (przykład).",
        contact_phone="32 000 00 00",
        brand_colour="#1F5F8B",
        logo=ImageFactory(),
    )


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False) as traveller:
        yield traveller


def test_every_page_names_the_operator_in_force_and_who_pays(term, client: Client):
    for path in ("/szukaj/", "/nie-ma-takiej/"):
        text = client.get(path).content.decode()
        assert "Operator (przykład)" in text
        assert "Zadanie finansuje gmina" in text
        assert 'href="tel:320000000"' in text
        assert "a@b.pl" in text  # the term has no address of its own


def test_pages_have_the_logo_and_the_colour_of_the_operator(term, client: Client):
    brand = brand_in_force()
    text = client.get("/szukaj/").content.decode()
    assert brand.logo_path in text
    assert brand.colours_path in text
    logo = client.get(brand.logo_path)
    assert logo["Content-Type"] == "image/png"
    assert b"".join(logo.streaming_content)[:4] == b"\x89PNG"
    colours = client.get(brand.colours_path)
    assert colours["Content-Type"].startswith("text/css")
    assert "--accent: #1f5f8b" in colours.content.decode()


def test_without_an_operator_pages_have_the_centres_own_contact_and_look(client: Client, db: None):
    CentreSettings.objects.update_or_create(defaults={"name": "COP", "contact_email": "a@b.pl"})
    text = client.get("/szukaj/").content.decode()
    assert "a@b.pl" in text
    assert "cms/mark" in text
    assert "wyglad" not in text


def test_looks_of_an_operator_who_has_not_begun_are_not_public(term, client: Client, today):
    brand = brand_in_force()
    today.move_to("2026-02-28T12:00:00Z")
    assert client.get(brand.logo_path).status_code == 404
    assert client.get(brand.colours_path).status_code == 404
    assert "Operator (przykład)" not in client.get("/szukaj/").content.decode()


def test_other_images_and_colours_are_not_served_under_a_term(term, client: Client):
    other = ImageFactory()
    assert client.get(f"/wyglad/{term.pk}/logo-{other.pk}.png").status_code == 404
    assert client.get(f"/wyglad/{term.pk}/ffffff.css").status_code == 404


# Figures of WCAG's own definition: black on white is 21, and a colour on itself 1.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#1f5f8b", "#1f5f8b", 1.0),
    ],
)
def test_contrast_is_measured_as_wcag_defines_it(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio == round(contrast(other, one), 2)


def test_colour_that_is_hard_to_read_is_refused_with_its_contrast(term):
    term.brand_colour = "#ffcc00"
    with pytest.raises(ValidationError) as caught:
        term.full_clean()
    assert "1,4" in str(caught.value.message_dict["brand_colour"])
    check_readable("#1f5f8b")
