"""Whose name our mails carry."""

from email.utils import parseaddr

import pytest

from cms.models import CentreSettings
from newsletters.sender import sender_in_force
from tests.factories import ImageFactory, OperatorTermFactory
from tests.newsletters.editions.helpers import full_edition, mail_of, soup

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("of_the_term", "of_the_setting", "expected"),
    [
        ("Centrum, wiadomości", "Razem <razem@example.org>", "Centrum, wiadomości"),
        ("", "Razem <razem@example.org>", "Razem"),
        ("", "razem@example.org", "COP Łąka"),
        (None, "razem@example.org", "COP Łąka"),
    ],
)
def test_mails_carry_the_operators_name_or_the_settings_or_the_centres(
    settings, of_the_term, of_the_setting, expected
):
    CentreSettings.objects.update_or_create(defaults={"name": "COP Łąka"})
    settings.DEFAULT_FROM_EMAIL = of_the_setting
    if of_the_term is not None:
        OperatorTermFactory(sender_name=of_the_term)
    assert parseaddr(sender_in_force()) == (expected, "razem@example.org")


def test_mail_shows_the_operators_logo_colour_and_contact_and_who_pays():
    brand = OperatorTermFactory(
        operator="Operator (przykład)",
        logo=ImageFactory(),
        brand_colour="#1f5f8b",
        funding="Zadanie finansuje gmina.",
        contact_address="ul. Przykładowa 1",
        contact_phone="32 000 00 00",
    )
    mail = mail_of(full_edition())
    page = soup(mail.html)
    logo = page.find("img", alt="Operator (przykład)")
    assert logo is not None
    assert str(logo["src"]).endswith(f"/wyglad/{brand.pk}/logo-{brand.logo_id}.png")
    assert "#1f5f8b" in mail.html
    assert "#a83a16" not in mail.html
    for words in ("Operator (przykład)", "Zadanie finansuje gmina", "32 000 00 00"):
        assert words in page.get_text().replace("\xa0", " ")
        assert words in mail.text.replace("\xa0", " ")
