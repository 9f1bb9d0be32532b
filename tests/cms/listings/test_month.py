"""The month of events in the admin."""

from datetime import date, time

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from cms.models import EventIndexPage, EventPage
from cms.structure import ensure_site
from tests.cms.home.staff import logged_in, person
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    ensure_site()
    return logged_in(person("wydawca"))


def month(client, name):
    response = client.get(f"/admin/wydarzenia/miesiac/{name}/")
    assert response.status_code == 200
    return response.content.decode()


def cell(page, day):
    [_before, rest] = page.split(f'datetime="{day}"')
    return rest.split("</td>")[0]


def test_event_is_on_its_day_with_hour_state_and_draft_in_words(staff):
    EventFactory(
        title="Gala", start_date=date(2031, 3, 4), start_time=time(17), date_precision="time",
        proposed=True, draft=True,
    )  # fmt: skip
    page = month(staff, "2031-03")
    found = cell(page, "2031-03-04")
    for words in ("17:00", "Gala", "(szkic)", "termin proponowany"):
        assert words in found
    assert "Gala" not in cell(page, "2031-03-05")
    assert page.split('class="month"')[1].split("</table>")[0].count('<th scope="col">') == 7


def test_event_of_several_days_is_on_each_across_the_turn_of_the_year(staff):
    EventFactory(title="Ferie", start_date=date(2030, 12, 30), end_date=date(2031, 1, 2))
    december, january = month(staff, "2030-12"), month(staff, "2031-01")
    assert ["Ferie" in cell(december, f"2030-12-{day}") for day in (29, 30, 31)] == [
        False, True, True,
    ]  # fmt: skip
    assert ["Ferie" in cell(january, f"2031-01-0{day}") for day in (1, 2, 3)] == [
        True, True, False,
    ]  # fmt: skip


def test_event_of_one_day_before_is_not_in_the_next_month(staff):
    EventFactory(title="Sylwester", start_date=date(2030, 12, 31))
    assert "Sylwester" not in month(staff, "2031-01")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("2030-12", "2030-11", "2031-01"),
        ("2031-01", "2030-12", "2031-02"),
        ("2028-02", "2028-01", "2028-03"),
    ],
)
def test_month_leads_to_the_one_before_and_the_one_after(staff, name, before, after):
    page = month(staff, name)
    assert f"/admin/wydarzenia/miesiac/{before}/" in page
    assert f"/admin/wydarzenia/miesiac/{after}/" in page


def test_empty_month_says_so(staff):
    assert "W tym miesiącu nie ma wydarzeń." in month(staff, "2035-05")


def test_today_is_marked_in_words(staff):
    today = timezone.localdate()
    page = staff.get("/admin/wydarzenia/miesiac/", follow=True).content.decode()
    assert "(dzisiaj)" in cell(page, today.isoformat())
    assert page.count("(dzisiaj)") == 1


@pytest.mark.parametrize("name", ["2026-13", "2026-0", "0-1", "99999-1"])
def test_month_that_does_not_exist_is_not_found(staff, name):
    assert staff.get(f"/admin/wydarzenia/miesiac/{name}/").status_code == 404


def test_click_on_a_day_opens_a_new_event_of_that_day(staff):
    found = cell(month(staff, "2031-03"), "2031-03-04")
    address = "/admin/dodaj/wydarzenie/?dzien=2031-03-04"
    assert f'href="{address}"' in found
    assert "Dodaj wydarzenie: 4 marca 2031" in found

    answer = staff.get(address, follow=True)
    form = BeautifulSoup(answer.content, "html.parser").find(id="page-edit-form")
    assert form.find(id="id_start_date")["value"] == "2031-03-04"
    parent = EventIndexPage.objects.get()
    assert form["action"] == f"/admin/pages/add/cms/eventpage/{parent.pk}/"
    assert not EventPage.objects.exists()


@pytest.mark.parametrize("day", ["2031-02-30", "jutro", ""])
def test_day_that_is_none_opens_an_empty_form(staff, day):
    answer = staff.get(f"/admin/dodaj/wydarzenie/?dzien={day}", follow=True)
    assert answer.status_code == 200
    form = BeautifulSoup(answer.content, "html.parser").find(id="page-edit-form")
    assert not form.find(id="id_start_date").get("value")


def test_who_may_add_no_events_is_offered_none():
    ensure_site()
    parent = EventIndexPage.objects.get()
    reader = logged_in(person("gość", may=("publish",)))
    assert "dzien=" not in month(reader, "2031-03")
    answer = reader.get(f"/admin/dodaj/wydarzenie/{parent.pk}/?dzien=2031-03-04")
    assert answer.status_code == 302
