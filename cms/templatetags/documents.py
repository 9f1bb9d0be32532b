"""What templates of our own pages show: stored documents, and drafts in previews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django import template
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from cms import wording
from cms.api.filters import with_facet
from cms.basepage.models import BasePage
from cms.documents.liveness import is_restricted
from cms.documents.previews import preview_of
from cms.documents.selectors import live_documents
from cms.models.activities import ActivityPage
from cms.models.documents import Document
from cms.models.events import EventPage
from cms.models.private_contact import HOME_FIELDS, PERSON_FIELDS
from cms.models.profile_parts import OrganizationLink
from cms.models.published import DocumentPage

register = template.Library()

Payload = dict[str, Any]


@register.simple_tag(takes_context=True)
def document_of(context: template.Context, page: DocumentPage) -> Payload:
    """Return the page's document: the stored one, or the draft's while an editor previews it.

    A page behind a password or a login has no stored document: whom Wagtail let in gets what it
    would say. Raises Http404 for one that is not public any more (expired a moment ago) or not
    again (hidden until it is rewritten).
    """
    request = context.get("request")
    if shared := getattr(request, "shared_draft", None):  # by a link (cms/previews)
        document: Payload = shared
        return document
    if getattr(request, "is_preview", False):
        return preview_of(page)
    if found := load(live_documents().filter(page_id=page.pk)):
        return found[0]
    if is_restricted(page.path):
        return without_images(preview_of(page))
    raise Http404


def without_images(document: Payload) -> Payload:
    """Return the document without images: those of a private page can only be opened by staff."""
    body = [block for block in document["body"] if block["type"] != "image"]
    return document | {"image": None, "body": body}


# --- Lists ---------------------------------------------------------------------------------------


@register.simple_tag
def upcoming_events(limit: int = 6) -> list[Payload]:
    """Return the next events, soonest first."""
    return in_order_of_hours(load(upcoming()[:limit]))


@register.simple_tag
def postponed_events(limit: int = 50) -> list[Payload]:
    """Return the events that wait for a new date: they stand in no dated list."""
    events = live_documents().filter(type=Document.Type.EVENT).filter(**POSTPONED)
    return load(events.order_by("sort_key", "pk")[:limit])


@register.simple_tag(takes_context=True)
def upcoming_page(context: template.Context, size: int = 30) -> Page:
    """Return the page of events to come that `?strona=` asks for."""
    return documents_page(context, upcoming(), parameter="strona", size=size)


@register.simple_tag(takes_context=True)
def archive_page(context: template.Context, size: int = 30) -> Page:
    """Return the page of past events, latest first, that `?archiwum=` asks for."""
    over = dated_events().filter(ends_on__lt=timezone.localdate())
    events = over.order_by("-starts_on", "sort_key", "pk")
    return documents_page(context, events, parameter="archiwum", size=size)


@register.simple_tag(takes_context=True)
def organizations_page(context: template.Context, size: int = 60) -> Page:
    """Return the page of the directory, in Polish alphabetical order, that `?strona=` asks for."""
    found = live_documents().filter(type=Document.Type.ORGANIZATION).order_by("sort_key", "pk")
    return documents_page(context, found, parameter="strona", size=size)


@register.simple_tag
def organization_count() -> int:
    """Return how many organizations the directory has."""
    return live_documents().filter(type=Document.Type.ORGANIZATION).count()


@register.simple_tag
def projects(limit: int = 12) -> list[Payload]:
    """Return the projects, latest first."""
    found = live_documents().filter(type=Document.Type.PROJECT)
    return load(found.order_by("-starts_on", "sort_key", "pk")[:limit])


@register.simple_tag
def events_of(page: BasePage, limit: int = 50) -> list[Payload]:
    """Return the events of a project, or those that an organization holds, latest first."""
    if page.pk is None:
        return []
    owner = (
        "project" if page.specific_class.document_type == Document.Type.PROJECT else "organizers"
    )
    events = live_documents().filter(
        type=Document.Type.EVENT, **{f"page__eventpage__{owner}": page.pk}
    )
    return load(events.order_by("-starts_on", "sort_key", "pk")[:limit])


@register.simple_tag(takes_context=True)
def news_list(context: template.Context, size: int = 30) -> Page:
    """Return the page of news, urgent ones first, then latest, that `?strona=` asks for."""
    return documents_page(context, latest(Document.Type.NEWS), parameter="strona", size=size)


@register.simple_tag(takes_context=True)
def contests_list(context: template.Context, size: int = 30) -> Page:
    """Return the page of contests, latest first, that `?strona=` asks for."""
    found = live_documents().filter(type=Document.Type.CONTEST)
    ordered = found.order_by("-starts_on", "sort_key", "pk")
    return documents_page(context, ordered, parameter="strona", size=size)


@register.simple_tag
def latest_news(limit: int = 3) -> list[Payload]:
    """Return the latest news that are not urgent."""
    calm = with_facet(live_documents(), "alert", "true").values("pk")
    return load(latest(Document.Type.NEWS).exclude(pk__in=calm)[:limit])


@register.simple_tag
def alerts(limit: int = 3) -> list[Payload]:
    """Return the urgent news, latest first."""
    return load(with_facet(latest(Document.Type.NEWS), "alert", "true")[:limit])


@register.simple_tag
def open_contests(limit: int = 3) -> list[Payload]:
    """Return the contests for which one can apply, the one that closes first first."""
    found = live_documents().filter(type=Document.Type.CONTEST)
    return load(with_facet(found, "state", "open").order_by("ends_on", "pk")[:limit])


@register.simple_tag
def activities_of(project: Payload, limit: int = 50) -> list[Payload]:
    """Return the activities of a project, in Polish alphabetical order."""
    found = live_documents().filter(type=Document.Type.ACTIVITY)
    mine = with_facet(found, "project", project["slug"])
    return load(mine.order_by("sort_key", "pk")[:limit])


@dataclass(frozen=True)
class Group:
    """Documents under a heading; the code is part of the heading's id."""

    code: str
    heading: str
    documents: list[Payload]


@register.simple_tag
def resources_by_kind() -> list[Group]:
    """Return the materials, latest first, by their kinds; kinds without any are left out."""
    by_kind: dict[str, list[Payload]] = {}
    for resource in load(latest(Document.Type.RESOURCE)[:MOST_RESOURCES]):
        by_kind.setdefault(resource["kind"], []).append(resource)
    return [
        Group(kind, str(heading), by_kind[kind])
        for kind, heading in wording.RESOURCE_KINDS.items()
        if kind in by_kind
    ]


@register.simple_tag
def belonging_to(activity: Payload, limit: int = 12) -> list[Group]:
    """Return what belongs to an activity.

    Those are its events; with a programme, all that is tagged with it; for youth, what is meant
    for young people; for the contest, the editions of the project's contests.
    """
    groups = []
    for document_type, heading in wording.HEADINGS_BELOW.items():
        found = load(belonging(activity, document_type)[:limit])
        if found:
            groups.append(Group(document_type.value, str(heading), found))
    return groups


def belonging(activity: Payload, document_type: Document.Type) -> QuerySet[Document]:
    """Return the documents of one type that belong to an activity, latest first."""
    found = live_documents().filter(type=document_type)
    facets = [("activity", activity["slug"])]
    if activity["programme"]:
        facets.append(("programme", activity["programme"]["slug"]))
    if activity["kind"] == ActivityPage.Kind.YOUTH:
        facets.append(("audience", YOUTH))
    if activity["kind"] == ActivityPage.Kind.SMALL_GRANTS and activity["project"]:
        is_contest = document_type == Document.Type.CONTEST
        facets += [("project", activity["project"]["slug"])] if is_contest else []
    wanted = Q()
    for name, value in facets:
        wanted |= Q(facets__name=name, facets__value=value)
    return found.filter(wanted).distinct().order_by("-starts_on", "-published_at", "pk")


def latest(document_type: Document.Type) -> QuerySet[Document]:
    found = live_documents().filter(type=document_type)
    return found.order_by("-published_at", "pk")


# The audience whose content the page for young people collects (cms/structure.py makes it).
YOUTH = "mlodziez"
MOST_RESOURCES = 300
POSTPONED = {"page__eventpage__status": EventPage.Status.POSTPONED}


def dated_events() -> QuerySet[Document]:
    return live_documents().filter(type=Document.Type.EVENT).exclude(**POSTPONED)


def upcoming() -> QuerySet[Document]:
    coming = dated_events().filter(ends_on__gte=timezone.localdate())
    return coming.order_by("starts_on", "sort_key", "pk")


def in_order_of_hours(events: list[Payload]) -> list[Payload]:
    """Order events of the same day by hour; those without one come first."""
    return sorted(events, key=lambda event: (event["start_date"], event["start_time"] or ""))


def documents_page(
    context: template.Context, documents: QuerySet[Document], *, parameter: str, size: int
) -> Page:
    """Return one page of payloads. Raises Http404 for a number that is none or too high."""
    request: HttpRequest = context["request"]
    try:
        page = Paginator(documents, size).page(request.GET.get(parameter) or 1)
    except InvalidPage as error:
        raise Http404 from error
    return Page(load(page.object_list), page.number, page.paginator)


def load(documents: Iterable[Document]) -> list[Payload]:
    """Return the payloads of documents."""
    return [orjson.loads(document.payload) for document in documents]


# --- Words ---------------------------------------------------------------------------------------


@register.filter
def states(event: Payload) -> list[wording.State]:
    """Return what is out of the ordinary about an event."""
    return wording.event_states(event, timezone.localdate())


@register.filter
def hours(event: Payload) -> str:
    """Return an event's hours, or that they are not known."""
    return wording.event_hours(event)


@register.filter
def where(event: Payload) -> str:
    """Return an event's place in words, or that it moved online."""
    return wording.event_where(event)


@register.filter
def is_over(event: Payload) -> bool:
    """Whether an event is past."""
    return wording.is_over(event, timezone.localdate())


@register.filter
def can_sign_up(event: Payload) -> bool:
    """Whether one can still sign up for an event."""
    return wording.can_sign_up(event, timezone.localdate())


@register.filter
def fits_calendar(event: Payload) -> bool:
    """Whether an event is published, and still takes place on its date."""
    is_published = event["version"] is not None
    return (
        is_published
        and event["start_date"] is not None
        and event["status"] not in wording.NOT_ON_ITS_DATE
        and not is_over(event)
    )


@register.filter
def level(event: Payload) -> str:
    """Return for whom an event is."""
    return wording.event_level(event)


@register.filter
def period_state(project: Payload) -> str:
    """Return where today stands in a project's period."""
    return wording.period_state(project)


@register.filter
def organization_state(organization: Payload) -> str:
    """Return an organization's state unless it is simply active."""
    return wording.organization_state(organization)


@register.filter
def has_contact(organization: Payload) -> bool:
    """Whether the profile says by which way anybody can reach the organization."""
    return any(organization[name] for name in ("website", "links", *HOME_FIELDS, *PERSON_FIELDS))


@register.filter
def link_name(link: Payload) -> str:
    """Return the name of a social network; of another address, the address."""
    kind = OrganizationLink.Kind(link["kind"])
    return str(link["url"] if kind == OrganizationLink.Kind.OTHER else kind.label)


@register.filter
def tax_share(organization: Payload) -> str:
    """Return that a share of income tax can be given to it, with the rate of that year."""
    return wording.tax_share(organization)


@register.filter
def contest_state(contest: Payload) -> str:
    """Return a contest's state in words, with the day until which it lasts."""
    return wording.contest_state(contest)


@register.filter
def duty_hours(hours: Payload) -> str:
    """Return "wtorek 15:00–18:00 (co drugi tydzień)"."""
    return wording.duty_hours(hours)


@register.filter
def coming_closures(activity: Payload) -> list[Payload]:
    """Return the closures that are not over."""
    today = timezone.localdate()
    return [one for one in activity["closures"] if wording.last_day_of(one) >= today]


@register.filter
def item_hours(item: Payload) -> str:
    """Return the day and the hours of a part of an event; empty if neither is known."""
    return wording.item_hours(item)


@register.filter
def file_note(file: Payload) -> str:
    """Return "PDF, 1,2 MB"."""
    return wording.file_note(file)
