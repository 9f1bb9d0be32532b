"""The mail of an edition: what it says as HTML and as text, and that programs can read it."""

import os
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine

from cms.models import CentreSettings
from newsletters.editions.rendering import RenderingError
from tests.cms.test_stylesheet import contrast
from tests.factories import (
    EventFactory,
    NewsletterFactory,
    OrganizationFactory,
    StandardPageFactory,
    document_of,
    in_days,
    make_private,
    publish,
)
from tests.newsletters.editions.helpers import (
    MARKER,
    chosen,
    coming,
    faults_of_markup,
    flat,
    full_edition,
    longest_line,
    mail_of,
    shown,
    soup,
    text,
    words,
)

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)


def assert_golden(name: str, content: str) -> None:
    """Compare with golden/; GOLDEN=write writes it there. Where lines break does not count."""
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    assert content.split() == path.read_text().split()


def test_whole_mail_is_as_designed():
    with time_machine.travel(NOON, tick=False):
        page = full_edition()
        mail = mail_of(page)
    image = next(block.value for block in page.body if block.block_type == "image")
    address = f"/newsletter/obrazy/{page.pk}/{image.pk}.jpg"

    assert mail.subject == "Jesień w Centrum: „szkolenia” & spacer"
    assert_golden("mail.html", mail.html.replace(address, "/newsletter/obrazy/1/2.jpg"))
    assert_golden("mail.txt", mail.text)


def test_mail_is_well_formed_and_lines_are_short():
    mail = mail_of(full_edition())

    assert faults_of_markup(mail.html) == []
    assert longest_line(mail.html) < 850
    assert longest_line(mail.text) < 850
    assert "\r" not in mail.html + mail.text
    assert max(len(line) for line in mail.text.split("\n") if "://" not in line) <= 74


def test_mail_has_language_title_one_h1_and_no_gap_between_headings():
    page = soup(mail_of(full_edition()).html)

    assert page.html["lang"] == "pl"
    assert page.title.string.replace("\u00a0", " ") == "Jesień w Centrum: „szkolenia” & spacer"
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_headings_have_no_gap_where_the_edition_begins_with_a_small_one():
    EventFactory()
    body = [("paragraph", text("<h4>Najmniejszy</h4><p>tekst</p><h4>Drugi</h4>")), coming()]
    page = soup(mail_of(NewsletterFactory(body=body)).html)
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile(r"^h[1-6]$"))]
    assert levels == [1, 2, 3, 3]


def test_layout_tables_are_for_presentation_and_images_have_words():
    page = soup(mail_of(full_edition()).html)
    assert {table.get("role") for table in page.find_all("table")} == {"presentation"}
    assert [image["alt"] for image in page.find_all("img")] == [
        "Lampiony nad „ulicą” <i> & dachami"
    ]


def test_decorative_image_has_an_empty_alternative():
    body = [("image", shown("", decorative=True)), ("paragraph", text("<p>x</p>"))]
    mail = mail_of(NewsletterFactory(body=body))
    assert soup(mail.html).img["alt"] == ""
    assert "[Obraz" not in mail.text


def test_mail_asks_nobody_for_anything_but_its_own_images(settings):
    html = mail_of(full_edition()).html
    page = soup(html)
    assert [
        image["src"].startswith(f"{settings.SITE_URL}/newsletter/obrazy/")
        for image in page.find_all("img")
    ] == [True]
    assert not page.find_all(["script", "link", "iframe", "object", "form"])
    assert "@import" not in html
    assert "@font-face" not in html
    assert "url(" not in html


def test_every_link_of_the_mail_is_absolute():
    for anchor in soup(mail_of(full_edition()).html).find_all("a"):
        assert re.match(r"https?://|mailto:", anchor["href"])


def test_text_on_its_ground_has_a_contrast_of_4_5():
    css = (Path(__file__).parents[3] / "templates/newsletters/mail.css").read_text()
    grounds = {"#ffffff", "#fffaf4", "#fbeee2"}
    for rule in re.findall(r"\{([^}]*)\}", css):
        found = dict(re.findall(r"(?<![\w-])(color|background-color): (#[0-9a-f]{6})", rule))
        if "color" in found:
            ground = {found["background-color"]} if "background-color" in found else grounds
            assert min(contrast(found["color"], one) for one in ground) >= 4.5, rule


def test_footer_names_why_controller_contact_and_ways_out(settings):
    mail = mail_of(full_edition())
    for content in (words(mail.html), flat(mail.text)):
        assert (
            "Ten newsletter otrzymują osoby i organizacje, które wyraziły na to zgodę." in content
        )
        assert "Stowarzyszenie Przykładowe" in content
        assert "ochrona.danych@example.org" in content
        assert "kontakt@example.org" in content
        assert "Wypisz się z newslettera" in content
    for content in (mail.html, mail.text):
        assert f"{settings.SITE_URL}/newsletter/wypisz/{MARKER}/" in content
        assert f"{settings.SITE_URL}/newsletter/ustawienia/{MARKER}/" in content
        assert f"{settings.SITE_URL}/newsletter/jesien/" in content
        assert content.count(MARKER) == 2


def test_preheader_comes_first_and_is_the_summary_where_there_is_none():
    assert words(soup(mail_of(full_edition()).html).body.decode()).startswith("Zapisz się na dyżur")
    page = NewsletterFactory(summary="Krótko o numerze.")
    assert words(soup(mail_of(page).html).body.decode()).startswith("Krótko o numerze.")


def test_markup_in_words_stays_words():
    nasty = "\"><script>alert(1)</script> \\\" & 'x' {{ page }} ]]> \\n e\u0301"
    CentreSettings.objects.update_or_create(pk=CentreSettings.load().pk, defaults={"name": nasty})
    event = EventFactory(title=nasty, summary=nasty)
    body = [
        ("heading", nasty),
        ("image", shown(nasty, author=nasty)),
        ("button", {"label": nasty, "url": "https://example.org/?q=%22%3E"}),
        chosen(event, heading=nasty),
    ]
    mail = mail_of(NewsletterFactory(title=nasty, summary=nasty, preheader=nasty, body=body))

    page = soup(mail.html)
    assert not page.find_all("script")
    assert faults_of_markup(mail.html) == []
    assert words(mail.html).count(nasty) >= 6
    assert page.title.string == nasty
    assert page.img["alt"] == nasty
    assert nasty in flat(mail.text)


# --- States --------------------------------------------------------------------------------------


def test_states_of_events_are_in_words_and_no_hour_is_invented():
    mail = mail_of(full_edition())
    for content in (words(mail.html), flat(mail.text)):
        for state in (
            "termin proponowany",
            "odwołane",
            "przełożone",
            "zmieniony termin",
            "odbędzie się online",
            "brak wolnych miejsc",
            "godzina do ustalenia",
            "godz. 17:00–19:30",
        ):
            assert state in content, state
        assert "00:00" not in content
    assert soup(mail.html).find("s").get_text() == "Mecz przyjaźni"


def test_full_or_cancelled_event_has_no_sign_up():
    url = "https://zapisy.example.org/"
    body = [
        chosen(
            EventFactory(full=True, registration_url=url),
            EventFactory(cancelled=True, registration_url=url),
            EventFactory(past=True, registration_url=url),
        )
    ]
    mail = mail_of(NewsletterFactory(body=body))
    assert url not in mail.html
    assert url not in mail.text


# --- Content that is not public ------------------------------------------------------------------


@pytest.mark.parametrize(
    "withdraw",
    [
        pytest.param(lambda page: page.unpublish(), id="unpublished"),
        pytest.param(make_private, id="private"),
        pytest.param(lambda page: page.delete(), id="deleted"),
        pytest.param(
            lambda page: publish(page, expire_at=datetime(2020, 1, 1, tzinfo=UTC)), id="expired"
        ),
    ],
)
def test_withdrawn_event_and_organization_are_left_out(withdraw):
    event, organization = EventFactory(title="Wycofane"), OrganizationFactory(title="Zniknęła")
    remains = EventFactory(title="Zostaje")
    page = NewsletterFactory(
        body=[chosen(event, remains), ("organization", organization), coming(5, "Dalej")]
    )
    assert "Wycofane" in mail_of(page).html
    for one in (event, organization):
        withdraw(type(one).objects.get(pk=one.pk))

    mail = mail_of(type(page).objects.get(pk=page.pk))

    assert set(mail.documents) == {str(document_of(remains).pk)}
    for content in (mail.html, mail.text):
        assert "Wycofane" not in content
        assert "Zniknęła" not in content
        assert "Zostaje" in content


def test_list_without_events_goes_with_its_heading():
    page = NewsletterFactory(body=[("paragraph", text("<p>Jest</p>")), coming(5, "W kalendarzu")])
    mail = mail_of(page)
    assert "W kalendarzu" not in mail.html + mail.text


def test_edition_with_nothing_to_show_is_refused_in_words():
    with pytest.raises(RenderingError, match="nie ma czego pokazać"):
        mail_of(NewsletterFactory(body=[coming()]))


def test_link_to_a_private_page_keeps_its_words_and_loses_its_address():
    open_page, closed = StandardPageFactory(slug="jawna"), StandardPageFactory(slug="tajna")
    make_private(closed)
    body = text(
        f'<p><a linktype="page" id="{open_page.pk}">jawna strona</a> i <a linktype="page" '
        f'id="{closed.pk}">ukryta strona</a></p>'
    )
    mail = mail_of(NewsletterFactory(body=[("paragraph", body)]))
    for content in (mail.html, mail.text):
        assert "http://testserver/jawna/" in content
        assert "ukryta strona" in flat(content)
        assert "tajna" not in content


# --- Choice by date ------------------------------------------------------------------------------


def test_list_by_date_holds_the_next_events_and_remembers_which():
    EventFactory(title="Było", past=True)
    first = EventFactory(title="Pierwsze", start_date=in_days(1))
    second = EventFactory(title="Drugie", start_date=in_days(2))
    EventFactory(title="Trzecie", start_date=in_days(3))
    page = NewsletterFactory(body=[coming(2)])

    mail = mail_of(page)

    ids = [str(document_of(event).pk) for event in (first, second)]
    assert mail.picks == {page.body[0].id: ids}
    assert mail.documents == {
        str(document.pk): document.sequence for document in map(document_of, (first, second))
    }
    assert "Trzecie" not in mail.html


def test_picks_freeze_which_events_and_show_their_present_state():
    first = EventFactory(title="Pierwsze", start_date=in_days(1))
    second = EventFactory(title="Drugie", start_date=in_days(2))
    page = NewsletterFactory(body=[coming(2)])
    picks = mail_of(page).picks
    EventFactory(title="Nowe", start_date=in_days(1))
    publish(first, status="cancelled")
    second.unpublish()

    mail = mail_of(page, picks=picks)

    assert "Nowe" not in mail.html
    assert "Drugie" not in mail.html
    assert "Pierwsze" in mail.html
    assert "odwołane" in words(mail.html)


# --- Samples -------------------------------------------------------------------------------------


def test_mail_is_a_sample_when_the_edition_or_a_shown_document_is():
    assert not mail_of(NewsletterFactory()).is_sample
    mail = mail_of(NewsletterFactory(is_sample=True))
    assert mail.is_sample
    assert "Dane przykładowe" in words(mail.html)
    assert "Dane przykładowe" in mail.text
    EventFactory(is_sample=True)
    assert mail_of(NewsletterFactory(body=[coming()])).is_sample
