"""Login with a second factor in a real browser: by keyboard alone, and by axe on every page."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from cms.accounts.models import TeamSettings
from newsletters.models import NewsletterPage
from tests.accessibility import run_axe
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    WCAG,
    admin,
    browser,
    check,
    logged_in,
)
from tests.cms.accounts.codes import code_at, with_second_factor
from tests.factories import NewsletterFactory
from tests.permissions.people import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def boss():
    return get_user_model().objects.get(username="redakcja")


def require(**fields) -> None:
    settings = TeamSettings.load()
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.save()


def check_door(page: Page, width: int) -> None:
    """Do what `check` does, on a page without the sidebar, whose messages fade in."""
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    results = run_axe(page, options=WCAG)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def enter_password(browser, admin):  # noqa: F811
    page = browser.new_context(locale="pl").new_page()
    page.goto(f"{admin}/")
    expect(page.get_by_label("Nazwa użytkownika")).to_be_focused()
    page.keyboard.type("redakcja")
    page.keyboard.press("Tab")
    page.keyboard.type("haslo")
    page.keyboard.press("Enter")
    return page


def test_set_up_and_login_with_a_recovery_code_by_keyboard_only(admin, browser):  # noqa: F811
    require(is_second_factor_required=True)
    page = enter_password(browser, admin)
    field = page.get_by_label("Sześć cyfr, które aplikacja pokazuje teraz")
    expect(field).to_be_visible()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    field.focus()
    page.keyboard.type(code_at(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Oto Twoje kody zapasowe")).to_be_visible()
    recovery = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("link", name="Mam je zapisane").press("Enter")
    expect(page.get_by_role("main")).to_be_visible()

    page = enter_password(browser, admin)
    code = page.get_by_label("Kod z aplikacji albo kod zapasowy")
    expect(code).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ten kod jest niedobry")
    page.get_by_label("Kod z aplikacji albo kod zapasowy").fill("")
    page.get_by_label("Kod z aplikacji albo kod zapasowy").focus()
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Razem").first).to_be_visible()


@pytest.mark.parametrize("width", [400, 1280])
def test_pages_of_the_second_factor_pass_axe_and_fit_their_window(admin, browser, width):  # noqa: F811
    colleague = person("redaktor")
    page = logged_in(browser, admin, width)
    for path in ("drugi-skladnik/", "drugi-skladnik/telefon/"):
        page.goto(f"{admin}/{path}")
        check(page, width)
    with_second_factor(colleague)
    page.goto(f"{admin}/users/{colleague.pk}/drugi-skladnik/")
    check(page, width)
    page.goto(f"{admin}/settings/accounts/teamsettings/")
    check(page, width)


@pytest.mark.parametrize("width", [400, 1280])
def test_pages_of_who_has_a_second_factor_pass_axe(admin, browser, width):  # noqa: F811
    secret, _codes = with_second_factor(boss())
    page = enter_password(browser, admin)
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.get_by_label("Kod z aplikacji albo kod zapasowy")).to_be_visible()
    check_door(page, width)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ten kod jest niedobry")
    check_door(page, width)
    page.get_by_label("Kod z aplikacji albo kod zapasowy").fill(code_at(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{admin}/")
    for path in ("drugi-skladnik/", "drugi-skladnik/wylacz/"):
        page.goto(f"{admin}/{path}")
        check(page, width)
    page.goto(f"{admin}/drugi-skladnik/kody/")
    page.get_by_label("Twoje hasło albo kod z aplikacji").fill("haslo")
    page.keyboard.press("Enter")
    expect(page.locator(".recovery-codes")).to_be_visible()
    check(page, width)


@pytest.mark.parametrize("width", [400, 1280])
def test_page_that_approves_a_newsletter_passes_axe(admin, browser, width):  # noqa: F811
    require(is_approval_required=True)
    author = person("koordynator newslettera")
    edition: NewsletterPage = NewsletterFactory(title="Biuletyn (przykład)")
    edition.save_revision(user=author).publish(user=author)
    page = logged_in(browser, admin, width)
    page.goto(f"{admin}/newsletter/zatwierdz/{edition.pk}/")
    check(page, width)
    page.get_by_role("button", name="Zatwierdź do wysyłki").press("Enter")
    expect(page.get_by_text("Newsletter jest zatwierdzony i można go wysłać.")).to_be_visible()


def test_who_tried_too_often_is_told_how_long_to_wait(admin, browser):  # noqa: F811
    page = browser.new_context(locale="pl").new_page()
    page.goto(f"{admin}/login/")
    for _time in range(6):
        page.fill("[name=username]", "redakcja")
        page.fill("[name=password]", "zle")
        page.press("[name=password]", "Enter")
        expect(page.locator("[role=status] .error")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Spróbuj ponownie za 15 minut")
    check_door(page, 1280)
