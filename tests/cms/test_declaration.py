"""The declaration of accessibility: its parts, by the ids that checkers look for, its review."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from cms.home.todo import sections
from cms.models.declaration import review_due_on
from tests.cms.home.staff import EDITOR, person
from tests.factories import DeclarationFactory, StandardPageFactory

pytestmark = pytest.mark.django_db

# Technical conditions of the declaration; those of exemptions and mobile applications do not apply.
REQUIRED_IDS = (
    "a11y-wstep",
    "a11y-podmiot",
    "a11y-url",
    "a11y-data-publikacja",
    "a11y-data-aktualizacja",
    "a11y-status",
    "a11y-tresci-niedostepne",
    "a11y-data-sporzadzenie",
    "a11y-data-przeglad",
    "a11y-kontakt",
    "a11y-osoba",
    "a11y-email",
    "a11y-telefon",
    "a11y-procedura",
    "a11y-architektura",
)


def soup(client, page):
    return BeautifulSoup(client.get(page.get_url()).content, "html.parser")


def test_page_has_each_part_that_a_checker_looks_for_once_and_filled_in(client):
    declaration = soup(client, DeclarationFactory())
    for name in REQUIRED_IDS:
        assert len(declaration.find_all(id=name)) == 1, name
        assert declaration.find(id=name).get_text(strip=True), name


def test_dates_are_readable_for_people_and_programs(client):
    declaration = soup(client, DeclarationFactory())
    review = declaration.find(id="a11y-data-przeglad")
    assert (review.name, review["datetime"]) == ("time", "2026-03-20")
    assert review.get_text().replace("\u00a0", " ") == "20 marca 2026 r."
    assert declaration.find(id="a11y-email")["href"] == "mailto:dostepnosc@example.org"
    assert declaration.find(id="a11y-telefon")["href"] == "tel:+48320000000"


def test_every_page_leads_to_the_declaration(client):
    declaration, other = DeclarationFactory(), StandardPageFactory()
    footer = soup(client, other).find("footer", class_="site-footer")
    assert footer.find("a", href=declaration.get_url())


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"inaccessible": ""}, {"inaccessible"}),
        ({"inaccessible": "", "conformity": "none"}, {"inaccessible"}),
        ({"reviewed_on": date(2026, 1, 11)}, {"reviewed_on"}),
        ({"inaccessible": "", "conformity": "full"}, set()),
    ],
)
def test_declaration_that_contradicts_itself_is_not_published(fields, named):
    page = DeclarationFactory.build(**fields)
    assert set(page.publishing_errors()) == named
    if named:
        with pytest.raises(ValidationError):
            page.check_publishable()


@pytest.mark.parametrize(
    ("today", "note"),
    [
        ("2026-12-31", None),
        ("2027-01-01", "przegląd do 31 marca 2027"),
        ("2027-04-01", "minął"),
    ],
)
def test_yearly_review_is_on_the_home_page_of_staff_from_january_on(today, note):
    page = DeclarationFactory()
    assert review_due_on(page) == date(2027, 3, 31)
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        user = person("redaktorka", may=EDITOR)
        rows = [row for one in sections(user) if one.key == "declaration" for row in one.rows]
        assert [row.text for row in rows] == ([page.title] if note else [])
        assert all(note in str(row.note).replace("\u00a0", " ") for row in rows)
