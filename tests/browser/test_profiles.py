"""Profiles in a real browser: a phone number corrected, consents, proposals; axe over each view."""

import re

import pytest
from playwright.sync_api import expect

from cms.models import ContactConsent, FieldProposal, OrganizationLink, OrganizationPage
from cms.profiles import proposals
from tests.accessibility import run_axe
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    WCAG,
    Effort,
    admin,
    browser,
    check,
    logged_in,
)
from tests.factories import (
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    SphereFactory,
    consent_to,
    document_of,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def profile(admin) -> OrganizationPage:  # noqa: F811
    """Give a KGW with all that a profile can say, a consent, and something proposed."""
    larger = OrganizationFactory(title="Związek (przykład)", opp_status=True, opp_list_year=2025)
    made = OrganizationFactory(
        title="Koło (przykład)",
        slug="kolo",
        legal_form="kgw",
        krs="",
        nip="9990000043",
        regon="990000045",
        former_names="Dawne Koło",
        registration_year=2019,
        mission="Żeby nikt nie był sam.",
        beneficiaries=["seniors", "everyone"],
        action_forms=["classes", "events"],
        spheres=SphereFactory.create_batch(2),
        territory=[LocalityFactory(), LocalityFactory()],
        logo=ImageFactory(description="Znak koła"),
        bank_account="61109010140000071219812874",
        statute_url="https://kolo.example.org/statut.pdf",
        correspondence_address="skrytka 5, 44-230 Czerwionka-Leszczyny",
        contact_person="Anna Zmyślona (przykład)",
        contact_person_email="anna@example.org",
        contact_person_phone="32 000 00 01",
        links=[OrganizationLink(kind="facebook", url="https://facebook.example.org/kolo")],
    )
    consent_to(made)
    proposals.propose(made, "status", "suspended", "krs")
    proposals.propose(larger, "short_name", "Związek", "ngo")
    return OrganizationPage.objects.get(pk=made.pk)


@pytest.mark.parametrize("width", [400, 1280])
def test_views_of_profiles_pass_axe_and_fit_their_window(admin, profile, browser, width):  # noqa: F811
    page = logged_in(browser, admin, width)
    consent = ContactConsent.objects.get()
    for path in (
        "do-sprawdzenia/",
        "organizacje/",
        "propozycje/",
        f"pages/{profile.pk}/zrodla/",
        f"pages/{profile.pk}/zgody/",
        f"zgody/{consent.pk}/wycofaj/",
        "zgody/klauzula/",
        f"pages/{profile.pk}/edit/",
    ):
        page.goto(f"{admin}/{path}")
        check(page, width)


@pytest.mark.parametrize("width", [400, 1280])
def test_public_profile_passes_axe_and_fits_its_window(admin, profile, browser, width):  # noqa: F811
    # bypass_csp, so that axe-core may run its script.
    page = browser.new_context(
        viewport={"width": width, "height": 900}, locale="pl", bypass_csp=True
    ).new_page()
    page.goto(admin.replace("/admin", "/organizacje/kolo/"))
    for words in ("999-000-00-43", "Anna Zmyślona", "seniorzy", "Dawne Koło", "Facebook"):
        expect(page.locator("body")).to_contain_text(words)
    results = run_axe(page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_phone_number_is_corrected_with_one_field_and_four_clicks(admin, profile, browser):  # noqa: F811
    page = logged_in(browser, admin)
    effort = Effort(page)

    effort.click(page.locator("#wagtail-sidebar").get_by_role("link", name="Organizacje"))
    effort.click(page.locator("main").get_by_role("link", name="Koło (przykład)").first)
    effort.fill(page.locator("[name=phone]"), "32 111 22 33")
    effort.click(page.get_by_role("button", name="Więcej akcji"))
    effort.click(page.get_by_role("button", name="Opublikuj"))
    expect(page.get_by_text(re.compile("został[ao]? .*opublikowan"))).to_be_visible()

    assert b"32 111 22 33" in bytes(document_of(profile).payload)
    assert (effort.clicks, effort.fields) == (4, 1)
    assert effort.loads <= 4, effort.seen


def test_consent_is_withdrawn_and_a_proposal_accepted_by_keyboard_only(admin, profile, browser):  # noqa: F811
    page = logged_in(browser, admin)
    page.goto(f"{admin}/pages/{profile.pk}/zgody/")
    page.get_by_role("link", name="Wycofaj").press("Enter")
    page.get_by_role("button", name="Wycofaj zgodę").press("Enter")
    expect(page.get_by_text("Zgoda jest wycofana.")).to_be_visible()
    assert b"Anna" not in bytes(document_of(profile).payload)

    page.goto(f"{admin}/pages/{profile.pk}/zrodla/")
    page.get_by_role("button", name=re.compile(r"^Przyjmij\W+status", re.IGNORECASE)).press("Enter")
    expect(page.get_by_text("Zmiana jest w profilu.")).to_be_visible()
    assert OrganizationPage.objects.get(pk=profile.pk).status == "suspended"
    page.get_by_role("button", name=re.compile(r"^Zablokuj\W+telefon$", re.IGNORECASE)).press(
        "Enter"
    )
    expect(
        page.get_by_role("button", name=re.compile(r"^Odblokuj\W+telefon$", re.IGNORECASE))
    ).to_be_visible()
    assert FieldProposal.objects.filter(state="accepted").count() == 1
