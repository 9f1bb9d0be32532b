"""Swagger UI under the site's Content-Security-Policy, in a real browser."""

import pytest
from playwright.sync_api import ConsoleMessage, sync_playwright

from tests.conftest import CHROMIUM


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_docs_page_under_the_sites_csp_shows_the_api_and_asks_nobody_else(live_server, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    errors: list[str] = []
    hosts: set[str] = set()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        page.goto(f"{live_server.url}/api/v1/docs/")
        page.wait_for_selector("text=/api/v1/events/{key}/")
        title = page.inner_text("h1, h2.title")
        browser.close()

    assert "Razem API" in title
    assert errors == []
    assert hosts == {live_server.url.removeprefix("http://")}
