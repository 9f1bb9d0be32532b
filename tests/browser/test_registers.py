"""„Pobierz z KRS” in a real browser: by keyboard, without scripts, by axe."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from cms.models import OrganizationPage
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    admin,
    browser,
    check,
    logged_in,
)
from tests.integrations.registers.conftest import no_second_between, register  # noqa: F401
from tests.integrations.registers.helpers import profile, run_job
from tests.integrations.registers.register import KRS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def asked(admin, register) -> Iterator[str]:  # noqa: F811
    """Give the admin of an installation whose register knows one organization."""
    register.enter(KRS)
    return admin


def test_new_profile_is_fetched_and_saved_by_keyboard(asked, browser):  # noqa: F811
    page = logged_in(browser, asked)
    page.goto(f"{asked}/dodaj/organizacja/")
    page.get_by_role("link", name="Pobierz z KRS").press("Enter")
    number = page.get_by_label(re.compile("Numer KRS"))
    number.press_sequentially("12345678901")
    number.press("Enter")
    expect(page.get_by_text("numer KRS jest błędny")).to_be_visible()
    check(page, 1280)

    number.fill("9999001")
    number.press("Enter")
    expect(page.get_by_text("Nic nie jest zapisane")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value(re.compile("Zielony Zegar"))
    expect(page.locator("[name=nip]")).to_have_value("999-000-00-14")
    check(page, 1280)
    page.wait_for_timeout(3000)  # longer than the autosave waits
    assert not OrganizationPage.objects.exists()

    page.get_by_role("button", name="Zapisz szkic").press("Enter")
    page.wait_for_url(re.compile(r"/pages/\d+/edit/"))
    assert OrganizationPage.objects.get().regon == "990000016"


def test_new_profile_is_fetched_without_scripts(asked, browser):  # noqa: F811
    context = browser.new_context(locale="pl", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{asked}/login/?next=/admin/krs/nowa/")
    page.fill("[name=username]", "redakcja")
    page.fill("[name=password]", "haslo")
    page.press("[name=password]", "Enter")
    page.fill("[name=krs]", KRS)
    page.press("[name=krs]", "Enter")
    expect(page.locator("[name=krs]")).to_have_value(KRS)
    expect(page.locator("[name=email]")).to_have_value("biuro@zegar.example.org")


@pytest.mark.parametrize("width", [400, 1280])
def test_views_of_the_register_pass_axe_and_fit_their_window(asked, register, browser, width):  # noqa: F811
    found = profile(nip="", website="")
    profile("0009999002", title="Wykreślona")
    register.remove("0009999002")
    run_job()
    page = logged_in(browser, asked, width)
    for path in ("krs/nowa/", "krs/", f"pages/{found.pk}/krs/", f"pages/{found.pk}/edit/"):
        page.goto(f"{asked}/{path}")
        check(page, width)
    page.goto(f"{asked}/pages/{found.pk}/krs/")
    page.get_by_role("button", name="Pobierz teraz").press("Enter")
    expect(page.get_by_text("KRS podaje co innego w 2 polach")).to_be_visible()
    page.get_by_role("button", name=re.compile("Przyjmij.*NIP")).press("Enter")
    expect(page.get_by_text("Zmiana jest w profilu.")).to_be_visible()
    assert OrganizationPage.objects.get(pk=found.pk).nip == "9990000014"
