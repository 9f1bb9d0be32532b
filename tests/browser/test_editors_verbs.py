"""Verbs, lists and the month in a real browser: counted in clicks, by keyboard, by axe."""

import re

import pytest
from playwright.sync_api import expect

from cms.models import EventPage, OrganizationPage
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    Effort,
    admin,
    browser,
    check,
    logged_in,
    wait_until_edits_count,
)
from tests.factories import EventFactory, OrganizationFactory, in_days, publish

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def event(admin) -> EventPage:  # noqa: F811
    return publish(EventFactory(title="Gala (przykład)", start_date=in_days(5), proposed=True))


@pytest.mark.parametrize("width", [400, 1280])
def test_lists_verbs_and_month_pass_axe_and_fit_their_window(admin, event, browser, width):  # noqa: F811
    OrganizationFactory(title="Stowarzyszenie (przykład)")
    EventFactory(title="Szkic spotkania", start_date=in_days(0), draft=True)
    page = logged_in(browser, admin, width)
    for path in (
        f"pages/{event.pk}/przenies/",
        f"pages/{event.pk}/potwierdz-termin/",
        f"pages/{event.pk}/event_duplicate/",
        "wydarzenia/miesiac/",
        "wydarzenia/",
        "organizacje/",
    ):
        page.goto(f"{admin}/{path}")
        check(page, width)


CONFIRM_LINK = re.compile(r"Potwierdź termin\s*: Gala \(przykład\)")


@pytest.mark.parametrize("start", ["", "wydarzenia/"])
def test_proposed_date_is_confirmed_in_two_clicks(admin, event, browser, start):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/{start}")
    effort = Effort(page)
    first = CONFIRM_LINK if start else "Gala (przykład)"
    effort.click(page.get_by_role("main").get_by_role("link", name=first).first)
    effort.click(page.get_by_role("button", name="Potwierdź termin"))
    expect(page.get_by_role("main")).to_contain_text("Termin jest potwierdzony.")
    assert (effort.clicks, effort.fields, effort.loads) == (2, 0, 2)
    assert EventPage.objects.get(pk=event.pk).date_certainty == "confirmed"


def test_date_is_confirmed_and_taken_back_by_keyboard_only(admin, event, browser):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/wydarzenia/")
    page.get_by_role("link", name=CONFIRM_LINK).press("Enter")
    page.get_by_role("button", name="Potwierdź termin").press("Enter")
    page.get_by_role("button", name="Cofnij").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Zmiana jest cofnięta.")
    assert EventPage.objects.get(pk=event.pk).date_certainty == "proposed"


def test_next_edition_of_a_festival_takes_one_click_on_its_page_and_no_field(admin, event, browser):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{event.pk}/event_duplicate/")
    effort = Effort(page)
    effort.click(page.get_by_role("button", name="Utwórz następną edycję"))
    expect(page.get_by_role("main")).to_contain_text("Oto szkic następnej edycji.")
    assert (effort.clicks, effort.fields, effort.loads) == (1, 0, 1)
    copy = EventPage.objects.get(previous_edition=event)
    assert (copy.start_date, copy.date_certainty) == (in_days(5 + 364), "proposed")


def test_phone_number_is_corrected_from_the_list_in_few_clicks(admin, browser):  # noqa: F811
    profile = publish(OrganizationFactory(title="Koło (przykład)", phone="111 111 111"))
    page = logged_in(browser, admin)
    page.goto(f"{admin}/organizacje/")
    effort = Effort(page)
    effort.click(page.get_by_role("link", name="Koło (przykład)").first)
    wait_until_edits_count(page)
    effort.fill(page.locator("[name=phone]"), "222 222 222")
    effort.click(page.get_by_role("button", name="Więcej akcji"))
    effort.click(page.get_by_role("button", name="Opublikuj"))
    expect(page.locator(".messages")).to_be_visible()
    assert OrganizationPage.objects.get(pk=profile.pk).phone == "222 222 222"
    assert (effort.clicks, effort.fields) == (3, 1)
