"""Puts the demo's content into Wagtail, through the same saves and publications as editors use."""

import io
from datetime import date
from typing import Any

from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone

from cms.basepage.models import BasePage
from cms.models import (
    ActivityPage,
    CentreImage,
    DeclarationPage,
    EventIndexPage,
    EventPage,
    Locality,
    OrganizationIndexPage,
    OrganizationLink,
    OrganizationPage,
    Partner,
    Place,
    ProjectPage,
    ProjectPartner,
    Sphere,
    StandardPage,
    Topic,
)
from cms.models.centre import term_on
from cms.models.field_sources import Source
from cms.profiles import consents, proposals
from cms.structure import ensure_site
from cms.vocabularies import ensure_vocabularies
from demo import content, library, library_loading, pictures, vocabularies
from demo.publishing import publish

DRAWINGS = (
    ("festiwal-organizacji", pictures.bunting, "Rysunek: namioty i chorągiewki na łące."),
    ("lampiony", pictures.lanterns, "Rysunek: papierowe lampiony nad ulicą o zmierzchu."),
)


def is_loaded() -> bool:
    """Whether the demo's content is, or was, here: what was edited since is not touched."""
    return ProjectPage.objects.exists()


def load() -> int:
    """Load all pages or none; return how many were published."""
    return load_pages(load_images())


@transaction.atomic
def load_pages(images: dict[str, CentreImage]) -> int:
    """Publish the pages in one transaction: a killed load leaves nothing behind."""
    home = ensure_site()
    load_vocabularies()
    library_loading.load_terms()
    organizations = {row.slug: load_organization(row) for row in content.ORGANIZATIONS}
    load_ledgers(organizations)
    project = load_project(home)
    activities = library_loading.load_activities(project)
    resources = library_loading.load_resources()
    events = [load_event(row, project, organizations, activities, images) for row in content.EVENTS]
    library_loading.load_contests(organizations, resources)
    library_loading.load_news(organizations, events)
    publish(home, StandardPage(**content.ABOUT))
    publish(home, DeclarationPage(**content.DECLARATION))
    return len(organizations) + len(events) + library_loading.count() + 2


def load_vocabularies() -> None:
    """Create the vocabularies that are missing."""
    for slug, name, locative, kind in vocabularies.LOCALITIES:
        Locality.objects.get_or_create(
            slug=slug, defaults={"name": name, "name_locative": locative, "kind": kind}
        )
    ensure_vocabularies()
    for slug, name in vocabularies.TOPICS:
        Topic.objects.get_or_create(slug=slug, defaults={"name": name})


def load_project(home: BasePage) -> ProjectPage:
    page = ProjectPage(**content.PROJECT, body=content.PROJECT_BODY)
    page.operator_term = term_on(content.PROJECT_START)
    for position, (name, role, website) in enumerate(content.PARTNERS):
        partner, _created = Partner.objects.get_or_create(
            name=name, defaults={"sector": Partner.Sector.NGO, "website": website}
        )
        page.partners.add(ProjectPartner(partner=partner, role=role, sort_order=position))
    return publish(home, page)


def load_event(
    row: content.Event,
    project: ProjectPage,
    organizations: dict[str, OrganizationPage],
    activities: dict[str, ActivityPage],
    images: dict[str, CentreImage],
) -> EventPage:
    today = timezone.localdate()
    page = EventPage(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        kind=row.kind,
        start_date=row.start_date or content.day(today, row.days),
        is_sample=row.is_sample,
        project=None if row.is_sample else project,
        operator_term=None if row.is_sample else project.operator_term,
        activity=activities.get(library.EVENT_ACTIVITIES.get(row.slug, "")),
        place=sample_place() if row.has_place else None,
        image=images.get(row.slug),
        **event_fields(row, today),
    )
    page.topics = list(Topic.objects.filter(slug__in=row.topics))
    page.organizers = [organizations[slug] for slug in row.organizers]
    return publish(EventIndexPage.objects.get(), page)


def event_fields(row: content.Event, today: date) -> dict[str, Any]:
    """Return the event's other fields, its relative days turned into dates."""
    fields = dict(row.more)
    if "previous_days" in fields:
        fields["previous_start_date"] = content.day(today, fields.pop("previous_days"))
    if "duration_days" in fields:
        fields["end_date"] = content.day(
            today, (row.days or 0) + int(str(fields.pop("duration_days")))
        )
    return fields


def load_organization(row: content.Organization) -> OrganizationPage:
    fields = dict(row.more)
    links: Any = fields.pop("links", {})
    territory: Any = fields.pop("territory", ())
    parent = OrganizationPage.objects.filter(slug=fields.pop("parent", "")).first()
    page = OrganizationPage(
        slug=row.slug,
        title=row.title,
        legal_form=row.legal_form,
        locality=Locality.objects.get(slug=row.locality),
        summary=row.summary,
        krs=row.krs,
        nip=row.nip,
        regon=row.regon,
        is_sample=True,
        parent=parent,
        **fields,
    )
    page.links = [OrganizationLink(kind=kind, url=url) for kind, url in links.items()]
    page.territory = list(Locality.objects.filter(slug__in=territory))
    page.spheres = list(Sphere.objects.filter(code__in=row.spheres))
    return publish(OrganizationIndexPage.objects.get(), page)


def load_ledgers(organizations: dict[str, OrganizationPage]) -> None:
    """Record a consent, and propose what a register would: two profiles have something to show."""
    consents.record(
        profile=organizations["bajkowe-wrzeciono"],
        user=None,
        person="Osoba Wymyślona (przykład)",
        fields=["email"],
        on=timezone.localdate(),
        reference="formularz 1 (przykład)",
    )
    removed = OrganizationPage.Status.REMOVED
    proposals.propose(organizations["mruczek-na-niby"], "status", removed, Source.KRS)


def sample_place() -> Place:
    place, _created = Place.objects.get_or_create(
        name=content.PLACE["name"],
        defaults={
            "address": content.PLACE["address"],
            "locality": Locality.objects.get(slug=content.PLACE["locality"]),
            "is_sample": True,
        },
    )
    return place


def load_images() -> dict[str, CentreImage]:
    """Draw the pictures; they are rendered as this returns, so that pages can show them."""
    images = {}
    for slug, draw, description in DRAWINGS:
        images[slug] = CentreImage.objects.filter(title=slug).first() or CentreImage.objects.create(
            title=slug,
            description=description,
            author="Razem",
            licence="CC0",
            file=ImageFile(io.BytesIO(draw()), name=f"{slug}.jpg"),
        )
    return images
