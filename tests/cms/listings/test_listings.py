"""Lists of pages: what they show, in what order, to whom, what leaves them as a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cms.listings.ordering import fold, polish_order
from cms.listings.viewsets import VIEWSETS
from cms.models import ContestPage, EventIndexPage, EventPage, OrganizationPage
from cms.polish import sort_key
from cms.structure import ensure_site
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import (
    ContestFactory,
    EventFactory,
    OrganizationFactory,
    PlaceFactory,
    in_days,
    publish,
)

pytestmark = pytest.mark.django_db

TITLES = [
    "1. Drużyna", "Alfa", "Ącka", "Baza", "Ćma", "Las", "luty", "Łąka", "łódka", "„Most”", "Nora",
    "Ósemka", "Sad", "Szkoła", "Śnieg", "Zamek", "Źródło", "Żaba",
]  # fmt: skip


@pytest.fixture
def staff():
    ensure_site()
    return logged_in(person("wydawca"))


def html(client, path):
    response = client.get(f"/admin/{path}")
    assert response.status_code == 200
    return response.content.decode()


def sheet(client, path):
    response = client.get(f"/admin/{path}?export=xlsx")
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    return [list(row) for row in rows.iter_rows()]


def lines(client, path, query="export=csv"):
    content = b"".join(client.get(f"/admin/{path}?{query}").streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", VIEWSETS)
def test_each_list_opens_when_empty_and_exports(staff, name):
    html(staff, f"{name}/")
    assert len(lines(staff, f"{name}/")) >= 1
    assert len(sheet(staff, f"{name}/")) >= 1


def test_list_says_in_polish_what_it_is_and_how_much_of_it_is_shown(staff):
    OrganizationFactory(verified_at=None)
    page = html(staff, "organizacje/")
    assert "Dodaj organizację" in page
    assert "1–1 z 1" in page
    to_check = html(staff, "do-sprawdzenia/")
    assert "Profile do sprawdzenia" in to_check
    assert f'href="{reverse("add_page", args=["organizacja"])}"' not in to_check.split("<main")[1]


def test_titles_are_ordered_by_the_polish_alphabet():
    ensure_site()
    for title in reversed(TITLES):
        OrganizationFactory(title=title)
    found = OrganizationPage.objects.order_by(polish_order("draft_title"))
    assert [page.title for page in found] == sorted(TITLES, key=sort_key) == TITLES


def test_list_of_organizations_shows_polish_order(staff):
    for title in ("Żaba", "Łąka", "Las", "Lustro", "Mak"):
        OrganizationFactory(title=title)
    page = html(staff, "organizacje/")
    places = [page.index(title) for title in ("Las", "Lustro", "Łąka", "Mak", "Żaba")]
    assert places == sorted(places)


def test_search_finds_polish_letters_in_any_case(staff):
    OrganizationFactory(title="Łódzkie ŹRÓDŁO")
    OrganizationFactory(title="Lodowisko")
    page = html(staff, "organizacje/?q=źródło łódzkie")
    assert "Łódzkie ŹRÓDŁO" in page
    assert "Lodowisko" not in page
    assert fold("ŁÓDŹ") == fold("łódź")


def test_event_row_says_date_state_place_and_leads_to_the_confirmation(staff):
    event = EventFactory(
        title="Gala", start_date=date(2030, 3, 4), proposed=True, place=PlaceFactory(name="Sala")
    )
    page = html(staff, "wydarzenia/")
    assert "4 marca 2030" in page
    assert "termin proponowany" in page
    assert "Sala" in page
    assert f"/admin/pages/{event.pk}/potwierdz-termin/?next=" in page


def test_confirmation_is_not_offered_to_who_may_not_publish():
    ensure_site()
    EventFactory(start_date=in_days(3), proposed=True)
    page = html(logged_in(person("redaktor", may=EDITOR)), "wydarzenia/")
    assert "potwierdz-termin" not in page


def test_filters_narrow_the_list_and_its_export(staff):
    EventFactory(title="Proponowane", start_date=in_days(3), proposed=True)
    EventFactory(title="Pewne", start_date=in_days(3))
    query = "date_certainty=proposed"
    page = html(staff, f"wydarzenia/?{query}")
    assert ("Proponowane" in page, "Pewne" in page) == (True, False)
    rows = lines(staff, "wydarzenia/", f"{query}&export=csv")
    assert [row[0] for row in rows[1:]] == ["Proponowane"]


def test_profiles_to_verify_are_found_by_filter(staff):
    OrganizationFactory(title="Nigdy")
    OrganizationFactory(title="Dawno", verified_at=in_days(-400))
    OrganizationFactory(title="Świeżo", verified_at=in_days(-3))
    rows = lines(staff, "organizacje/", "verified=due&export=csv")
    assert [row[0] for row in rows[1:]] == ["Dawno", "Nigdy"]


def test_list_of_50_asks_as_often_as_one_of_5(staff):
    for number in range(5):
        EventFactory(title=f"W {number}", start_date=in_days(number), place=PlaceFactory())
    html(staff, "wydarzenia/")
    with CaptureQueriesContext(connection) as few:
        html(staff, "wydarzenia/")
    for number in range(45):
        EventFactory(title=f"X {number}", start_date=in_days(number), place=PlaceFactory())
    with CaptureQueriesContext(connection) as many:
        html(staff, "wydarzenia/")
    assert len(many) <= len(few) + 2


def test_list_shows_only_what_the_person_may_see():
    ensure_site()
    EventFactory(title="Moje wydarzenie", start_date=in_days(3))
    OrganizationFactory(title="Cudzy profil")
    client = logged_in(person("od wydarzeń", below=EventIndexPage.objects.get()))
    assert "Moje wydarzenie" in html(client, "wydarzenia/")
    assert "Cudzy profil" not in html(client, "organizacje/")
    assert len(lines(client, "organizacje/")) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_export_holds_no_formula(staff, start):
    title = f'{start}HYPERLINK("https://evil.example/","x")'
    OrganizationFactory(title="Zwykły tytuł")
    OrganizationPage.objects.update(title=title, draft_title=title)
    cells = [row[0] for row in lines(staff, "organizacje/")[1:]]
    assert all(cell.startswith("'") for cell in cells)
    [first] = [row[0] for row in sheet(staff, "organizacje/")[1:]]
    assert (first.data_type, first.value.startswith("'")) == ("s", False)


def test_private_contact_is_in_no_export(staff):
    OrganizationFactory(
        title="Koło", informal=True, email="dom@example.org", phone="111222333",
        address="ul. Domowa 7",
    )  # fmt: skip
    OrganizationFactory(title="Stowarzyszenie", email="biuro@example.org")
    text = str(lines(staff, "organizacje/")) + str(
        [[cell.value for cell in row] for row in sheet(staff, "organizacje/")]
    )
    assert "biuro@example.org" in text
    for secret in ("dom@example.org", "111222333", "Domowa"):
        assert secret not in text


def test_contest_list_says_state(staff):
    ContestFactory(title="Mała Inicjatywa", opens_on=in_days(-3), closes_on=in_days(3))
    assert str(ContestPage.State.OPEN.label) in html(staff, "konkursy/")


def test_bulk_confirmation_confirms_what_can_be_confirmed(staff):
    proposed = publish(EventFactory(start_date=in_days(3), proposed=True))
    certain = publish(EventFactory(start_date=in_days(3)))
    address = f"/admin/bulk/cms/eventpage/confirm_date/?id={proposed.pk}&id={certain.pk}"
    address += "&next=/admin/wydarzenia/"
    assert proposed.title in html(staff, address.removeprefix("/admin/"))
    answer = staff.post(address)
    assert answer["Location"] == "/admin/wydarzenia/"
    assert EventPage.objects.get(pk=proposed.pk).date_certainty == "confirmed"
    assert certain.revisions.count() == 1


def test_bulk_verification_verifies_profiles(staff):
    profile = publish(OrganizationFactory())
    staff.post(f"/admin/bulk/cms/organizationpage/verify/?id={profile.pk}")
    assert OrganizationPage.objects.get(pk=profile.pk).verified_at == in_days(0)
