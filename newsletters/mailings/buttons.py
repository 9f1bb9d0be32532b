"""The way from an edition to its mailing: „Wyślij…” until it is ordered, „Wysyłka” after."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem

from cms.basepage.models import BasePage
from newsletters.editions.models import NewsletterPage
from newsletters.mailings import approvals, selectors
from newsletters.mailings.models import Mailing
from newsletters.mailings.permissions import may_look


@dataclass(frozen=True)
class Link:
    """A button that leads on; `is_order` says that it leads to what may still be ordered."""

    label: str | Promise
    url: str
    is_order: bool = False


def button_of(page: BasePage, user: Any) -> Link | None:
    """Return the button of an edition for this person, if there is one."""
    if page.specific_class is not NewsletterPage:
        return None
    if mailing := selectors.mailing_of(page):
        url = reverse("mailings:show", args=[mailing.pk])
        return Link(gettext_lazy("Mailing"), url) if may_look(user) else None
    if not selectors.may_send(user, page):
        return _to_approval(page, user)
    return Link(gettext_lazy("Send…"), reverse("mailings:order", args=[page.pk]), is_order=True)


def _to_approval(page: BasePage, user: Any) -> Link | None:
    """Return the button for who may not send, but approves what others write."""
    if not (approvals.is_required() and page.live and approvals.may_approve(user, page)):
        return None
    return Link(gettext_lazy("Approve for sending…"), reverse("mailings:approve", args=[page.pk]))


class SendMenuItem(ActionMenuItem):
    """The button among the actions of the editor."""

    name = "action-send-newsletter"
    icon_name = "mail"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return _button_in(context) is not None

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        found = _button_in(parent_context)
        context: dict[str, Any] = super().get_context_data(parent_context)
        return context | ({"label": found.label, "url": found.url} if found else {})


def put_first(menu_items: list[ActionMenuItem], context: dict[str, Any]) -> None:
    """Make sending the first action of an edition that is published and not yet ordered."""
    found = _button_in(context)
    page = context.get("page")
    if found and found.is_order and page and page.live and not page.has_unpublished_changes:
        menu_items.sort(key=lambda item: not isinstance(item, SendMenuItem))


def _button_in(context: dict[str, Any]) -> Link | None:
    if context["view"] != "edit":
        return None
    return button_of(context["page"], context["request"].user)


def warn_before_deletion(request: HttpRequest, page: BasePage) -> None:
    """Say on the page that asks that the mailings of what is deleted will stop."""
    if request.method == "GET" and _has_open_mailings(page):
        messages.warning(
            request,
            _("This newsletter is still to be sent, or being sent. If you delete it, that stops."),
        )


def tell_of_unpublishing(request: HttpRequest, page: BasePage) -> None:
    """Say that the mailings of what was unpublished stop. Wagtail does not call before it asks."""
    if _has_open_mailings(page):
        messages.warning(
            request, _("The mailing of this newsletter stops: it is not published any more.")
        )


def _has_open_mailings(page: BasePage) -> bool:
    below = Mailing.objects.filter(page__path__startswith=page.path)
    return below.exclude(state__in=Mailing.ENDED).exists()
