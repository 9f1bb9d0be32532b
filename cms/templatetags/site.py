"""What stands around every page: menu, breadcrumbs, footer; found by one query."""

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site, get_page_models
from wagtail.query import PageQuerySet

from cms.basepage.models import BasePage
from cms.branding import brand_in_force
from cms.documents.addresses import absolute
from cms.models.declaration import DeclarationPage
from cms.models.events import EventIndexPage
from cms.models.organizations import OrganizationIndexPage
from cms.models.pages import StandardPage

register = template.Library()
register.simple_tag(brand_in_force)
# The footer leads to pages of these types that stand right below the home page.
FOOTER_MODELS = (StandardPage, DeclarationPage)


@dataclass(frozen=True)
class Link:
    """A link of the menu, the breadcrumbs or the footer."""

    title: str
    url: str
    current: str = ""  # the value of aria-current: "page", "true" for a section, or none


@dataclass
class Frame:
    """The links around a page. Only what everyone may see is in it."""

    home: str = "/"
    events: str = ""
    organizations: str = ""
    menu: list[Link] = field(default_factory=list)
    breadcrumbs: list[Link] = field(default_factory=list)
    below: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)


@register.simple_tag(takes_context=True)
def site_frame(context: template.Context) -> Frame:
    """Return the links around the page of the context, which may be none (404)."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request)
    page = context.get("page")
    if site is None:
        return Frame()
    return frame_of(site.root_page, page if isinstance(page, BasePage) else None, request)


def frame_of(home: BasePage, page: BasePage | None, request: HttpRequest | None) -> Frame:
    """Sort the public pages around a page into the places where they are linked."""
    index_types = set(content_type_ids(*menu_models()))
    frame = Frame(home=home.get_url(request) or "/")
    for found in surrounding(home, page):
        link = Link(found.title, found.get_url(request) or "", current=current(found, page))
        is_in_section = found.depth == home.depth + 1
        if page and page.path.startswith(found.path) and found.depth < page.depth:
            frame.breadcrumbs.append(link)
        if page and found.depth == page.depth + 1 and found.path.startswith(page.path):
            frame.below.append(link)
        if is_in_section and found.content_type_id in index_types:
            frame.menu.append(link)
        elif is_in_section and found.content_type_id in content_type_ids(*FOOTER_MODELS):
            frame.footer.append(link)
        note_index(frame, found, link)
    if page and page.depth == home.depth:
        frame.below = []
    return frame


def surrounding(home: BasePage, page: BasePage | None) -> list[BasePage]:
    """Return the public pages above a page, below it, and below the home page, in tree order.

    Events, organizations and projects stand in lists of their own.
    """
    kinds = content_type_ids(*menu_models(), *FOOTER_MODELS)
    wanted = below(home) & Q(content_type_id__in=kinds)
    if page and page.path:
        step = BasePage.steplen
        above = [page.path[:end] for end in range(len(home.path), len(page.path), step)]
        wanted |= Q(path__in=above)
        wanted |= below(page) & Q(content_type_id__in=content_type_ids(*FOOTER_MODELS))
    return list(public_pages().filter(wanted).order_by("path"))


def menu_models() -> list[type[BasePage]]:
    """Return the page types to which the menu leads; other apps may have added theirs."""
    return [model for model in get_page_models() if getattr(model, "in_menu", False)]


def public_pages() -> PageQuerySet:
    """Return the live, unexpired pages with no view restriction on or above them: one query."""
    own_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    restricted = PageViewRestriction.objects.annotate(below=own_path).filter(
        below__startswith=F("page__path")
    )
    expired = Q(expire_at__lte=timezone.now())
    return BasePage.objects.live().exclude(expired).filter(~Exists(restricted))


def below(page: BasePage) -> Q:
    return Q(path__startswith=page.path, depth=page.depth + 1)


def current(found: BasePage, page: BasePage | None) -> str:
    """Return whether a link leads to the page itself or to the section in which it is."""
    if page is None or not page.path or not page.path.startswith(found.path):
        return ""
    return "page" if page.path == found.path else "true"


def note_index(frame: Frame, found: BasePage, link: Link) -> None:
    if [found.content_type_id] == content_type_ids(EventIndexPage):
        frame.events = link.url
    if [found.content_type_id] == content_type_ids(OrganizationIndexPage):
        frame.organizations = link.url


def content_type_ids(*models: Any) -> list[int]:
    return [one.pk for one in ContentType.objects.get_for_models(*models).values()]


@register.simple_tag
def is_demo() -> bool:
    """Whether this installation only shows Razem with samples."""
    return bool(settings.IS_DEMO)


@register.simple_tag(takes_context=True)
def public_address(context: template.Context, page: BasePage) -> str:
    """Return the absolute address of one of our own pages."""
    request: HttpRequest = context["request"]
    return absolute(page.get_url(request) or request.path)


@register.filter
def own(url: str) -> str:
    """Return an address of this site as a path, so that it also works by another host name."""
    return url.removeprefix(settings.SITE_URL) if url.startswith(f"{settings.SITE_URL}/") else url
