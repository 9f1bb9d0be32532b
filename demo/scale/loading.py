"""Sample organizations and events in any number, the same ones for the same seed."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from django.utils import timezone
from wagtail.rich_text import RichText

from cms.models import (
    Document,
    EventIndexPage,
    EventPage,
    Locality,
    OrganizationIndexPage,
    OrganizationPage,
    Place,
    ProjectPage,
    Sphere,
    Topic,
)
from cms.structure import ensure_site
from cms.vocabularies import ensure_vocabularies
from demo.loading import load_vocabularies
from demo.publishing import publish
from demo.scale.copying import Copy, Template, Variation, copies

KINDS = list(EventPage.Kind)
SUBJECTS = (
    "pisanie wniosków", "RODO w organizacji", "księgowość stowarzyszenia", "promocja w sieci",
    "praca z wolontariuszami", "zbiórki publiczne", "spotkanie sąsiadów", "warsztaty ceramiczne",
    "pierwsza pomoc", "ogród społeczny", "klub seniora", "gra terenowa",
)  # fmt: skip
NAMES = (
    "Zielony Zegar", "Wesoła Łąka", "Śląskie Nutki", "Razem Łatwiej", "Żywy Dom", "Ćmielowski Krąg",
    "Dobra Droga", "Ósmy Kolor", "Leśna Polana", "Iskra", "Nowe Jutro", "Pod Lipą",
)  # fmt: skip
TEXT = (
    "<p>Zapraszamy wszystkich, którzy chcą działać w swojej okolicy. Spotkanie prowadzą osoby "
    "z wieloletnim doświadczeniem; na miejscu czekają materiały, herbata i czas na pytania.</p>"
    "<ul><li>część wspólna</li><li>praca w małych grupach</li><li>rozmowy</li></ul>"
)
# Days before and after today over which the events are spread.
DAYS_BACK, DAYS_AHEAD = 1500, 500


class NotEmptyError(Exception):
    """There is content that is not a sample."""


def check_only_samples() -> None:
    """Raise NotEmptyError where real content would stand among samples."""
    real = Document.objects.filter(is_sample=False).first()
    if real is not None:
        raise NotEmptyError(str(real))


def load(
    *, organizations: int, events: int, dependents: int = 0, seed: int = 1
) -> Iterator[tuple[str, int]]:
    """Add so many organizations and events; yield (what, how many so far) as it goes.

    The first of the organizations holds `dependents` of the events, the others some each.
    """
    ensure_site()
    ensure_vocabularies()
    load_vocabularies()
    chance = Random(seed)  # noqa: S311  (nothing secret)
    start = Document.objects.count()
    held: list[Copy] = []
    for made in organization_copies(chance, organizations, start):
        held.append(made)
        yield "organizations", len(held)
    for number, _made in enumerate(event_copies(chance, events, start, held, dependents), 1):
        yield "events", number


def parted(count: int, parts: int) -> list[int]:
    """Return the count as so many numbers, as equal as can be."""
    return [count // parts + (number < count % parts) for number in range(parts)]


# --- Organizations -------------------------------------------------------------------------------


def organization_copies(chance: Random, count: int, start: int) -> Iterator[Copy]:
    """Make organizations of several forms; every tenth one in another locality."""
    templates = [organization_template(number, start) for number in range(min(count, 10))]
    numbers = iter(range(start, start + count))
    for template, size in zip(templates, parted(count, len(templates) or 1), strict=False):
        yield from copies(template, map(organization, islice(numbers, size)))


def organization_template(number: int, start: int) -> Template:
    localities = list(Locality.objects.order_by("slug"))
    spheres = list(Sphere.objects.order_by("sort_key", "code"))
    page = OrganizationPage(
        title=f"Stowarzyszenie wzorcowe {start}-{number} (przykład)",
        slug=f"wzor-{start}-{number}",
        krs=krs(start, 900_000 + number),
        summary="Działa na rzecz mieszkańców gminy: zajęcia, wyjazdy, pomoc sąsiedzka.",
        email="biuro@example.org",
        website="https://organizacja.example.org/",
        locality=localities[number % len(localities)] if localities else None,
        body=[("paragraph", RichText(TEXT))],
        seeks_volunteers=number % 2 == 0,
        is_sample=True,
    )
    page.spheres = spheres[number % 5 : number % 5 + 3]
    publish(OrganizationIndexPage.objects.get(), page)
    return Template(page)


def krs(start: int, number: int) -> str:
    return f"{(start * 7 + number) % 10**9:010d}"


def organization(number: int) -> Variation:
    title = f"Stowarzyszenie „{NAMES[number % len(NAMES)]}” {number} (przykład)"
    entered = f"{10**9 + number:010d}"
    return Variation(
        title=title,
        slug=f"organizacja-{number}",
        columns={"krs": entered},
        content={"krs": entered},
        facets=frozenset({("krs", entered)}),
    )


# --- Events --------------------------------------------------------------------------------------


def event_copies(
    chance: Random, count: int, start: int, held_by: list[Copy], dependents: int
) -> Iterator[Copy]:
    """Make events around today, each held by one or two organizations."""
    templates = [event_template(number, start) for number in range(min(count, 12))]
    numbers = iter(range(start, start + count))
    holders = holders_of(chance, held_by, count, dependents)
    for template, size in zip(templates, parted(count, len(templates) or 1), strict=False):
        variations = (
            event(template, number, next(holders), chance) for number in islice(numbers, size)
        )
        yield from copies(template, variations)


def holders_of(
    chance: Random, held_by: list[Copy], count: int, dependents: int
) -> Iterator[tuple[Copy, ...]]:
    """Return who holds each event."""
    if not held_by:
        yield from cycle([()])
    first, others = held_by[0], held_by[1:] or held_by
    step = max(1, count // dependents) if dependents else 0
    left = dependents
    for number in range(count):
        some = tuple(chance.sample(others, min(len(others), 1 + number % 2)))
        if left and number % step == 0:
            left -= 1
            some = (first, *(one for one in some[:1] if one is not first))
        yield some


def event_template(number: int, start: int) -> Template:
    topics = list(Topic.objects.order_by("slug"))
    page = EventPage(
        title=f"Wydarzenie wzorcowe {start}-{number} (przykład)",
        slug=f"wzor-{start}-{number}",
        kind=KINDS[number % len(KINDS)],
        summary="Bezpłatne zajęcia dla organizacji i mieszkańców, prowadzone w małej grupie.",
        start_date=timezone.localdate() - timedelta(days=DAYS_BACK + 100),
        start_time=None if number % 3 == 0 else time(16 + number % 3),
        date_certainty=EventPage.DateCertainty.PROPOSED
        if number % 6 == 0
        else EventPage.DateCertainty.CONFIRMED,
        place=place_of(number),
        registration_url="https://zapisy.example.org/",
        seats=20,
        project=ProjectPage.objects.order_by("pk").first(),
        body=[
            ("paragraph", RichText(TEXT)),
            ("heading", "Dla kogo"),
            ("paragraph", RichText(TEXT)),
        ],
        is_sample=True,
    )
    if topics:
        page.topics = [topics[number % len(topics)]]
    publish(EventIndexPage.objects.get(), page)
    return Template(page, naming="organizers")


def place_of(number: int) -> Place:
    localities = list(Locality.objects.order_by("slug"))
    name = f"Świetlica nr {number % 6} (przykład)"
    found = Place.objects.filter(name=name).first()
    return found or Place.objects.create(
        name=name,
        address="ul. Przykładowa 1",
        locality=localities[number % len(localities)] if localities else None,
    )


def event(template: Template, number: int, held_by: tuple[Copy, ...], chance: Random) -> Variation:
    day = timezone.localdate() + timedelta(days=chance.randint(-DAYS_BACK, DAYS_AHEAD))
    last = day + timedelta(days=2) if number % 20 == 0 else None
    columns: dict[str, Any] = {"start_date": day, "end_date": last}
    return Variation(
        title=f"{SUBJECTS[number % len(SUBJECTS)].capitalize()} – spotkanie {number} (przykład)",
        slug=f"spotkanie-{number}",
        columns=columns,
        content={"start_date": text_of(day), "end_date": text_of(last)},
        facets=frozenset(("organizer", one.related["slug"]) for one in held_by),
        named=held_by,
    )


def text_of(day: date | None) -> str | None:
    return day.isoformat() if day else None
