"""What tests about editions share: a full one, its mail, and readers of markup."""

import re
from html.parser import HTMLParser
from typing import Any

from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.rich_text import RichText

from cms.models import CentreImage, CentreSettings
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import Mail, render_mail
from newsletters.subscribers.models import ConsentClause
from tests.factories import (
    EventFactory,
    ImageFactory,
    LocalityFactory,
    NewsletterFactory,
    OrganizationFactory,
    PlaceFactory,
    in_days,
)

MARKER = "razem0123456789abcdef0123456789abcdef"
# As long as a recipient's token may be.
TOKEN = "t" * 100
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "o:allowpng", "o:pixelsperinch"}


def clause(**fields: Any) -> ConsentClause:
    """Return a clause that is in force; not stored."""
    words = {
        "controller": "Stowarzyszenie Przykładowe",
        "controller_details": "ul. Przykładowa 1\r\nochrona.danych@example.org",
        "in_force_from": timezone.now(),
    }
    return ConsentClause(version=1, **(words | fields))


def mail_of(page: NewsletterPage, **options: Any) -> Mail:
    return render_mail(page, **({"clause": clause(), "token": MARKER} | options))


def text(html: str) -> RichText:
    return RichText(html)


def shown(alt: str = "Ludzie przy stole", *, decorative: bool = False, **fields: Any) -> Any:
    """Return an image as an editor puts it into a body."""
    image = ImageFactory(**fields)
    image.contextual_alt_text = alt
    image.decorative = decorative
    return image


def again(image: CentreImage, alt: str = "Inny opis") -> CentreImage:
    """Return the same image for another body."""
    found = CentreImage.objects.get(pk=image.pk)
    found.contextual_alt_text, found.decorative = alt, False
    return found


def coming(limit: int = 5, heading: str = "") -> tuple[str, dict[str, Any]]:
    """Return a block with the next events by date."""
    return "events", {"heading": heading, "events": [], "limit": limit}


def chosen(*pages: Any, heading: str = "") -> tuple[str, dict[str, Any]]:
    """Return a block with the events that an editor chose."""
    return "events", {"heading": heading, "events": list(pages), "limit": 5}


def soup(html: str | bytes) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def words(html: str | bytes) -> str:
    """Return what a reader sees; no-break spaces count as spaces."""
    return " ".join(soup(html).get_text(" ").split())


def flat(plain: str) -> str:
    """Return text in one line; no-break spaces count as spaces."""
    return " ".join(plain.split())


def longest_line(content: str) -> int:
    """Return the octets of the longest line once a recipient's token is in its place."""
    return max(len(line.encode()) for line in content.replace(MARKER, TOKEN).split("\n"))


class _Nesting(HTMLParser):
    """Notes what is not closed, closed twice, or named twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(set(names)) != len(names) or any(set(name) & set("<>\"'") for name in names):
            self.faults.append(f"attributes of {self.get_starttag_text()}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.faults.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def faults_of_markup(html: str) -> list[str]:
    """Return what is wrong with the nesting, as browsers read it and as Outlook does."""
    for_outlook = re.sub(r"(?s)<!--\[if mso \| IE\]>(.*?)<!\[endif\]-->", r"\1", html)
    found = []
    for markup in (html, for_outlook):
        parser = _Nesting()
        parser.feed(markup)
        found += parser.faults + [f"open: {tag}" for tag in parser.open]
    return found


def full_edition(**fields: Any) -> NewsletterPage:
    """Return an edition with every kind of block, and events in every state."""
    CentreSettings.objects.update_or_create(
        pk=CentreSettings.load().pk, defaults={"contact_email": "kontakt@example.org"}
    )
    place = PlaceFactory(
        name="Sala konferencyjna", address="ul. 3 Maja 19", locality=LocalityFactory(slug="belk")
    )
    EventFactory(
        slug="dyzur",
        title="Dyżur księgowej",
        summary="Godzina na pytania o sprawozdania i faktury.",
        start_date=in_days(6),
        timed=True,
        place=place,
        registration_url="https://zapisy.example.org/?kurs=1&termin=2",
    )
    EventFactory(slug="mecz", title="Mecz przyjaźni", start_date=in_days(9), cancelled=True)
    EventFactory(slug="noc", title="Noc lampionów", start_date=in_days(12), proposed=True)
    EventFactory(
        slug="spacer", title="Zielony spacer", start_date=in_days(20), rescheduled=True, long=True
    )
    EventFactory(
        slug="statut", title="Statut na nowo", start_date=in_days(25), moved_online=True, full=True
    )
    games = EventFactory(slug="gry", title="Gry pod lipą", start_date=in_days(5), postponed=True)
    organization = OrganizationFactory(
        slug="zegar",
        title="Stowarzyszenie „Zielony Zegar” (przykład)",
        summary="Sadzą drzewa i naprawiają ławki.",
        locality=LocalityFactory(slug="palowice"),
        status="suspended",
    )
    body = [
        (
            "paragraph",
            text(
                "<p>Dzień dobry,</p><p>zapraszamy na <b>dyżur</b> &amp; <i>spacer</i> o <a "
                'href="https://example.org/?a=1&amp;b=2">17:00</a>.<br/>Do zobaczenia – 5 zł '
                "wystarczy.</p><ul><li>sala</li><li>pokoje:<ul><li>środa</li></ul></li></ul>"
            ),
        ),
        ("image", shown("Lampiony nad „ulicą” <i> & dachami", author="Autorka")),
        ("heading", "Zapisy"),
        ("paragraph", text("<h4>Jak?</h4><ol><li>Otwórz formularz.</li><li>Wyślij.</li></ol>")),
        ("button", {"label": "Zapisz się", "url": "https://example.org/zapisy?x=1&y=2"}),
        coming(5, "W kalendarzu"),
        ("divider", None),
        chosen(games),
        ("organization", organization),
        ("button", {"label": "Napisz do nas", "url": "mailto:kontakt@example.org"}),
    ]
    values = {
        "slug": "jesien",
        "title": "Jesień w Centrum: „szkolenia” & spacer",
        "summary": "Co przed nami w najbliższych tygodniach.",
        "preheader": "Zapisz się na dyżur i spacer.",
        "body": body,
    }
    return NewsletterFactory(**(values | fields))
