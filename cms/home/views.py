"""Adding a page without the tree, and the whole list of what waits."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.views.pages.create import CreateView

from cms.basepage.models import BasePage
from cms.home import adding
from cms.home.todo import MOST_ON_ITS_PAGE, sections
from cms.models import EventPage


@require_safe
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the form for a new page of the kind, below the page where it belongs.

    Where it could belong to several, such as an activity to projects, the person chooses by name.
    """
    kind = adding.kind_of(slug)
    if kind is None:
        raise Http404
    try:
        parents = adding.parents_for(kind, request.user)
    except adding.NoParentError:
        messages.error(request, _no_parent(kind))
        return HttpResponseRedirect(reverse("wagtailadmin_home"))
    if not parents:
        raise PermissionDenied
    day = day_in(request)
    if len(parents) == 1:
        return HttpResponseRedirect(address_of_form(kind, parents[0], day))
    choices = [
        (page.get_admin_display_title(), address_of_form(kind, page, day)) for page in parents
    ]
    return render(request, "cms/admin/home_choose.html", {"kind": kind, "choices": choices})


@never_cache
@require_safe
def whole_todo(request: HttpRequest) -> HttpResponse:
    """Show all that waits, where the home page shows the first rows of each section."""
    found = sections(request.user, limit=MOST_ON_ITS_PAGE)
    return render(request, "cms/admin/home_all.html", {"sections": found})


class EventOnDayView(CreateView):
    """Wagtail's form for a new event, begun on a day; it is sent to Wagtail's own address."""

    http_method_names: ClassVar = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        self.page.start_date = day_in(request)
        response: HttpResponse = super().get(request)
        return response


def day_in(request: HttpRequest) -> date | None:
    """Return the day on which the new page shall begin, as far as the address names one."""
    try:
        return parse_date(request.GET.get("dzien", ""))
    except ValueError:  # such as 2026-02-30
        return None


def address_of_form(kind: adding.Kind, parent: BasePage, day: date | None = None) -> str:
    """Return the address of Wagtail's form for a new page of the kind below the parent."""
    model: Any = kind.model
    if day and model is EventPage:
        return f"{reverse('event_on_day', args=[parent.pk])}?dzien={day.isoformat()}"
    return reverse(
        "wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk]
    )


def _no_parent(kind: adding.Kind) -> str:
    [model, *_others] = kind.model.allowed_parent_page_models()
    return _(
        "%(kind)s: there is no place for it yet (the page “%(parent)s”). Ask an administrator to "
        "run `manage.py setup_site`, which makes it."
    ) % {"kind": kind.label, "parent": model.get_verbose_name()}
