"""Columns of the lists: what staff look for at a glance, in words."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn

from cms.listings.views import TITLE_ORDER
from cms.profiles.checks import PROPOSALS, reasons_of
from cms.verbs.applying import may_apply
from cms.verbs.organizations import verify_refusal
from cms.verbs.transitions import Verb, is_offered
from cms.verbs.wording import event_date, event_state


class TitleColumn(PageTitleColumn):
    """Wagtail's, but which rows of how many are shown stands there in Polish."""

    header_template_name = "cms/listings/title_header.html"


class EventDateColumn(Column):
    """The date, what is out of the ordinary about it, and the link that confirms it."""

    cell_template_name = "cms/listings/event_date_cell.html"

    def get_value(self, instance: Any) -> str:
        return event_date(instance)

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["state"] = event_state(instance)
        user = parent_context["request"].user
        if is_offered(Verb.CONFIRM_DATE, instance) and may_apply(instance, user):
            query = urlencode({"next": parent_context.get("actions_next_url") or ""})
            address = reverse("event_confirm_date", args=[instance.pk])
            context["confirm_url"] = f"{address}?{query}"
        return context


class ReasonsColumn(Column):
    """Why a profile wants to be checked, and the link that verifies it."""

    cell_template_name = "cms/listings/reasons_cell.html"

    def get_value(self, instance: Any) -> list[str]:
        return reasons_of(instance)

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        if not may_apply(instance, user):
            return context
        context["has_proposals"] = getattr(instance, PROPOSALS.name)
        if not verify_refusal(instance):
            query = urlencode({"next": parent_context.get("actions_next_url") or ""})
            address = reverse("organization_verify", args=[instance.pk])
            context["verify_url"] = f"{address}?{query}"
        return context


def choice(name: str, label: str | Promise) -> Column:
    """Return a column with the words of a field that has choices."""
    return Column(name, label=label, accessor=f"get_{name}_display", sort_key=name)


def words(name: str, label: str | Promise, value: Callable[[Any], Any], **kwargs: Any) -> Column:
    return Column(name, label=label, accessor=value, **kwargs)


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def with_title(*columns: BaseColumn) -> list[BaseColumn]:
    """Put what every list has around the columns of the type."""
    return [
        BulkActionsColumn("bulk_actions"),
        TitleColumn("title", label=gettext_lazy("Title"), sort_key=TITLE_ORDER, classname="title"),
        *columns,
        PageStatusColumn("live", label=gettext_lazy("Published?"), sort_key="live"),
        DateColumn(
            "last_published_at",
            label=gettext_lazy("Published version of"),
            sort_key="last_published_at",
        ),
    ]
