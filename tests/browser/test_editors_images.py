"""Images and previews in a real browser: uploads, many at once, the library, each mode, by axe."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cms.models import CentreImage, EventPage
from tests.accessibility import run_axe
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    WCAG,
    Effort,
    admin,
    browser,
    logged_in,
    wait_until_edits_count,
)
from tests.cms.images import pictures
from tests.factories import EventFactory, ImageFactory, in_days

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def check_wcag(page, width):
    """Ask axe by levels A and AA: beyond them, Wagtail's own views have findings of theirs."""
    page.wait_for_selector("#wagtail-sidebar:not(.sidebar-loading)", state="attached")
    rules = [rule for rule in WCAG["runOnly"] if rule != "best-practice"]
    results = run_axe(page, options={"runOnly": rules})
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def photo(name):
    return {"name": name, "mimeType": "image/jpeg", "buffer": pictures.phone_photo()}


@pytest.mark.parametrize("width", [400, 1280])
def test_views_of_images_pass_axe_and_fit_their_window(admin, browser, width):  # noqa: F811
    image = ImageFactory(
        title="Ludzie na scenie",
        shows_people=True,
        consent_reference="12/2026",
        consent_expires_on=in_days(5),
    )
    page = logged_in(browser, admin, width)
    for path in (
        "",
        "images/?lacking=expiring",
        "images/add/",
        f"images/{image.pk}/",
        "images/multiple/add/",
    ):
        page.goto(f"{admin}/{path}")
        check_wcag(page, width)


def test_errors_of_an_upload_are_in_words_beside_their_fields_by_keyboard(admin, browser):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/images/add/")
    page.get_by_label("Plik").set_input_files(photo("zdjecie.png"))
    page.get_by_label("widać osoby, które można rozpoznać").press("Space")
    page.get_by_role("button", name="Prześlij").press("Enter")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Plik nie jest tym, na co wskazuje jego nazwa")
    expect(main).to_contain_text("Opisz, co widać na obrazie")
    expect(main).to_contain_text("Podaj, gdzie jest przechowywana zgoda")
    check_wcag(page, 1280)
    assert not CentreImage.objects.exists()


def test_of_many_images_only_the_alternative_text_is_left_to_write(admin, browser):  # noqa: F811
    page = logged_in(browser, admin)
    faults = []
    page.on("pageerror", lambda fault: faults.append(fault))
    page.goto(f"{admin}/images/multiple/add/")
    effort = Effort(page)
    effort.fill(page.locator("#id_shared_author"), "Autorka (przykład)")
    effort.fill(page.locator("#id_shared_licence"), "CC BY 4.0")
    page.locator("#id_shared_shows_people").press("Space")
    effort.fill(page.locator("#id_shared_consent_reference"), "12/2026")
    effort.fill(page.locator("#id_shared_consent_expires_on"), in_days(30).isoformat())
    forms = page.locator("#upload-list form")
    # Wagtail's script replaces the file input each time.
    for names, count in ((("a.jpg", "b.jpg"), 2), (("c.jpg",), 3)):
        page.locator("#fileupload").set_input_files([photo(name) for name in names])
        expect(forms).to_have_count(count, timeout=30_000)
    check_wcag(page, 1280)
    for left in (2, 1, 0):
        form = forms.first
        effort.fill(form.locator("[name$=description]"), f"Ludzie {left}")
        effort.click(form.get_by_role("button"))
        expect(forms).to_have_count(left, timeout=30_000)
    assert (effort.clicks, effort.fields, effort.loads) == (3, 7, 0)
    assert not faults
    kept = CentreImage.objects.values_list(
        "author", "licence", "shows_people", "consent_reference", "consent_expires_on"
    )
    shared = ("Autorka (przykład)", "CC BY 4.0", True, "12/2026", in_days(30))
    assert list(kept) == [shared] * 3


def test_focal_point_is_set_with_the_mouse(admin, browser):  # noqa: F811
    image = ImageFactory()
    page = logged_in(browser, admin)
    page.goto(f"{admin}/images/{image.pk}/")
    chooser = page.locator(".focal-point-chooser")
    chooser.scroll_into_view_if_needed()
    box = chooser.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 80, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator(".messages")).to_be_visible()
    image.refresh_from_db()
    assert image.has_focal_point()


@pytest.fixture
def draft(admin) -> EventPage:  # noqa: F811
    event = EventFactory(
        draft=True,
        title="Gala wolontariatu (przykład)",
        summary="Podziękowania i koncert.",
        start_date=in_days(30),
        proposed=True,
        image=ImageFactory(),
        body=[("heading", "Program"), ("paragraph", "<p>Wstęp wolny.</p>")],
    )
    event.save_revision()
    return event


@pytest.mark.parametrize("mode", ["", "municipal", "mail"])
@pytest.mark.parametrize("width", [375, 1280])
def test_preview_passes_axe_and_fits_phone_and_desktop(admin, browser, draft, mode, width):  # noqa: F811
    page = logged_in(browser, admin, width)
    page.goto(f"{admin}/pages/{draft.pk}/view_draft/?mode={mode}")
    expect(page.locator("body")).to_contain_text("Gala wolontariatu (przykład)")
    # Mail programs give the landmarks around a mail.
    rules = [rule for rule in WCAG["runOnly"] if mode != "mail" or rule != "best-practice"]
    results = run_axe(page, options={"runOnly": rules})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_mode_is_chosen_in_the_editor_and_shows_what_was_just_typed(admin, browser, draft):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{draft.pk}/edit/")
    wait_until_edits_count(page)
    page.get_by_role("button", name="Przełącz podgląd").click()
    page.locator("#id_preview_mode").select_option(label="Jak w serwisie gminy")
    page.locator("#id_title").fill("Gala – nowy tytuł")
    shown = page.frame_locator("#w-preview-iframe")
    expect(shown.locator("h1")).to_have_text("Gala – nowy tytuł", timeout=15_000)
    expect(shown.locator(".frame")).to_have_text("Serwis gminy (podgląd)")


def test_event_is_added_from_a_day_of_the_month_by_keyboard(admin, browser):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/wydarzenia/miesiac/2031-03/")
    effort = Effort(page)
    page.get_by_role("link", name="Dodaj wydarzenie: 4 marca 2031").press("Enter")
    expect(page.locator("#id_start_date")).to_have_value("2031-03-04")
    effort.fill(page.locator("#id_title"), "Spotkanie (przykład)")
    assert effort.loads <= 2


def test_whole_day_of_the_month_can_be_clicked_and_its_events_lead_to_themselves(admin, browser):  # noqa: F811
    event = EventFactory(title="Gala", start_date=date(2031, 3, 4))
    page = logged_in(browser, admin)
    page.goto(f"{admin}/wydarzenia/miesiac/2031-03/")
    day = page.locator("td", has=page.locator("time[datetime='2031-03-04']"))
    day.get_by_role("link", name="Gala").click()
    page.wait_for_url(f"{admin}/pages/{event.pk}/edit/")
    page.go_back()
    box = day.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 10, box["y"] + box["height"] - 8)
    expect(page.locator("#id_start_date")).to_have_value("2031-03-04")
