"""Puts activities, materials, contests and news into Wagtail, as demo.loading does with events."""

from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from cms.models import (
    ActivityPage,
    Audience,
    CentreFile,
    Closure,
    ContestIndexPage,
    ContestPage,
    ContestResult,
    DutyHours,
    EventPage,
    Facility,
    Figure,
    Locality,
    NewsIndexPage,
    NewsPage,
    OfferType,
    OperatorTerm,
    OrganizationPage,
    Partner,
    Programme,
    ProjectPage,
    ResourceFile,
    ResourceIndexPage,
    ResourcePage,
)
from demo import content, library, papers
from demo.publishing import publish

ROWS = {
    "duty_hours": DutyHours,
    "closures": Closure,
    "facilities": Facility,
    "figures": Figure,
}


def load_terms() -> None:
    """Create who ran the centre when, and the revitalization programme."""
    for term in library.TERMS:
        OperatorTerm.objects.get_or_create(
            operator=term["operator"],
            defaults={name: value for name, value in term.items() if name != "operator"},
        )
    Programme.objects.get_or_create(slug="lpr", defaults=library.PROGRAMME)
    for name, sector, role in library.PARTNERS:
        Partner.objects.get_or_create(name=name, defaults={"sector": sector, "role": role})


def load_activities(project: ProjectPage) -> dict[str, ActivityPage]:
    """Publish the twelve activities below the project."""
    return {row.slug: load_activity(project, row) for row in library.ACTIVITIES}


def load_activity(project: ProjectPage, row: library.Activity) -> ActivityPage:
    page = ActivityPage(
        title=row.title,
        slug=row.slug,
        summary=row.summary,
        kind=row.kind,
        operator_term=project.operator_term,
        **row.more,
    )
    page.offer_types = list(OfferType.objects.filter(slug__in=row.offers))
    page.audiences = list(Audience.objects.filter(slug__in=row.audiences))
    if row.is_in_programme:
        page.programme = Programme.objects.get(slug="lpr")
    if row.has_partners:
        names = [name for name, _sector, _role in library.PARTNERS]
        page.partners = list(Partner.objects.filter(name__in=names))
    for name, rows in row.rows.items():
        children = [ROWS[name](sort_order=number, **one) for number, one in enumerate(rows)]
        setattr(page, name, children)
    published: ActivityPage = publish(project, page)
    return published


def load_resources() -> dict[str, ResourcePage]:
    """Publish the materials with their files."""
    return {row.slug: load_resource(row) for row in library.RESOURCES}


def load_resource(row: library.Resource) -> ResourcePage:
    page = ResourcePage(
        title=row.title,
        slug=row.slug,
        summary=row.summary,
        kind=row.kind,
        year=row.year,
        body=[("paragraph", row.text)] if row.text else [],
        is_sample=True,
        **row.more,
    )
    page.files = [
        ResourceFile(file=stored_file(name, title, row), role=role, sort_order=number)
        for number, (name, title, role) in enumerate(row.files)
    ]
    published: ResourcePage = publish(ResourceIndexPage.objects.get(), page)
    return published


def stored_file(name: str, title: str, row: library.Resource) -> CentreFile:
    """Make the file and put it into the library of files."""
    if name.endswith(".csv"):
        data = papers.csv(library.REPORT_ROWS)
    elif name.endswith(".odt"):
        data = papers.odt(row.title, [row.summary, "Nazwa organizacji:", "Dzień i godziny:"])
    elif row.kind == "report":
        data = papers.pdf(row.title, library.REPORT_LINES)
    else:
        data = papers.pdf(row.title, [row.title, "", row.summary])
    file = CentreFile(title=title, file=ContentFile(data, name=name))
    file._set_document_file_metadata()
    file.save()
    return file


def load_contests(
    organizations: dict[str, OrganizationPage], resources: dict[str, ResourcePage]
) -> None:
    """Publish the editions of the contest, from the closed one to the announced one."""
    loaded: dict[str, ContestPage] = {}
    for row in library.CONTESTS:
        today = timezone.localdate()
        days = {name: content.day(today, offset) for name, offset in row.days.items()}
        page = ContestPage(
            title=row.title,
            slug=row.slug,
            summary=row.summary,
            is_sample=True,
            year=days["opens_on"].year,
            budget=Decimal(20000),
            largest_grant=Decimal(2000),
            eligibility="grupy nieformalne i organizacje z gminy",
            contact_email="konkurs@example.org",
            rules=resources["regulamin-konkursu"] if row.previous else None,
            previous_edition=loaded.get(row.previous),
            **days,
        )
        page.results = [contest_result(one, organizations) for one in row.results]
        loaded[row.slug] = publish(ContestIndexPage.objects.get(), page)


def contest_result(
    row: tuple[str, str, str, str, str], organizations: dict[str, OrganizationPage]
) -> ContestResult:
    group, slug, title, locality, grant = row
    return ContestResult(
        group_name=group,
        organization=organizations.get(slug),
        title=title,
        locality=Locality.objects.get(slug=locality),
        amount=Decimal(grant),
    )


def load_news(organizations: dict[str, OrganizationPage], events: list[EventPage]) -> None:
    """Publish the news, the oldest first."""
    for row in reversed(library.NEWS):
        page = NewsPage(
            title=row.title,
            slug=row.slug,
            summary=row.summary,
            body=[("paragraph", row.text)],
            is_sample=True,
            **row.more,
        )
        page.audiences = list(Audience.objects.filter(slug__in=row.audiences))
        page.events = [event for event in events if event.slug in row.events]
        page.organizations = [organizations[slug] for slug in row.organizations]
        publish(NewsIndexPage.objects.get(), page)


def count() -> int:
    """Return how many pages are loaded here."""
    groups: tuple[list[Any], ...] = (
        library.ACTIVITIES,
        library.RESOURCES,
        library.CONTESTS,
        library.NEWS,
    )
    return sum(map(len, groups))
