#!/usr/bin/env python
"""Take the pictures of the editors' guide (docs/redakcja.md) from a running demo.

    make demo                                   # in another terminal; it prints the password
    scripts/guide_pictures.py http://127.0.0.1:8000 PASSWORD

Each picture is what an editor sees on that page now, so run it when a page of the guide changes.
"""

import argparse
import io
import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "static" / "cms" / "guide"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH, HEIGHT = 1280, 800
QUALITY = 80

Step = Callable[[Page], None]


def home(page: Page) -> None:
    page.goto("/admin/")


def new_event(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Dodaj wydarzenie").first.click()
    choose_first_place(page)
    page.locator("#id_title").fill("Spotkanie organizacji")


def choose_first_place(page: Page) -> None:
    """Where there are several lists of events, the admin asks for one."""
    if page.get_by_role("heading", name="Do czego to należy?").count():
        page.locator("main li a").first.click()


def confirm_date(page: Page) -> None:
    page.goto("/admin/")
    section = page.get_by_role("region", name="Terminy do potwierdzenia")
    section.get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Potwierdź termin")).to_be_visible()


def month(page: Page) -> None:
    page.goto("/admin/")
    page.goto(address_in_menu(page, "Miesiąc wydarzeń"))


def organization(page: Page) -> None:
    page.goto("/admin/")
    page.goto(address_in_menu(page, "Organizacje"))
    page.locator("main table tbody a").first.click()


def consents(page: Page) -> None:
    """Of the profile that has an entry in its ledger (demo/loading.py)."""
    page.goto("/admin/")
    page.goto(address_in_menu(page, "Organizacje") + "?q=Wrzeciono")
    edit = page.locator("main table tbody a").first.get_attribute("href") or ""
    page.goto(edit.removesuffix("edit/") + "zgody/")


def to_check(page: Page) -> None:
    page.goto("/admin/")
    page.goto(address_in_menu(page, "Do sprawdzenia"))


def images(page: Page) -> None:
    page.goto("/admin/images/multiple/add/")


def where(page: Page) -> None:
    organization(page)
    page.get_by_role("button", name="Gdzie to jest").first.click()
    expect(page.get_by_text("Opublikowano", exact=False).first).to_be_visible()


def order(page: Page) -> None:
    page.goto("/admin/")
    page.goto(address_in_menu(page, "Wysyłki"))
    page.locator("main table tbody a").first.click()


PAGES: dict[str, Step] = {
    "home": home,
    "new-event": new_event,
    "confirm-date": confirm_date,
    "month": month,
    "organization": organization,
    "consents": consents,
    "to-check": to_check,
    "images": images,
    "where": where,
    "order": order,
}


def address_in_menu(page: Page, label: str) -> str:
    """Return where an entry of the admin's menu leads, in a closed group too."""
    link = page.locator("nav a", has_text=label).first
    address = link.get_attribute("href")
    if address is None:
        raise SystemExit(f"The menu has no “{label}”.")
    return address


def log_in(page: Page, password: str) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Zaloguj").click()
    expect(page.get_by_role("link", name="Dodaj wydarzenie").first).to_be_visible()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("password")
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(
            base_url=options.address,
            locale="pl-PL",
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        log_in(page, options.password)
        for name, open_page in PAGES.items():
            if options.names and name not in options.names:
                continue
            open_page(page)
            page.wait_for_load_state("networkidle")
            picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
            picture.save(PICTURES / f"{name}.webp", quality=QUALITY)
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
