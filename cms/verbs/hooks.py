"""What the verbs add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry

from cms.basepage.models import BasePage
from cms.models.published import DocumentPage
from cms.verbs.applying import current_state
from cms.verbs.contests import ANNOUNCE_ACTION
from cms.verbs.offers import EDITIONS, OFFERS, duplicate_name, offers_for
from cms.verbs.transitions import Verb
from cms.verbs.undoing import UNDO_ACTION
from cms.verbs.views import act, duplicate, take_back

LOGGED = {
    f"cms.event.{Verb.CONFIRM_DATE}": (_("Confirm the date"), _("Date confirmed")),
    f"cms.event.{Verb.POSTPONE}": (_("Postpone"), _("Event postponed")),
    f"cms.event.{Verb.RESCHEDULE}": (_("Move to another date"), _("Event moved to another date")),
    f"cms.event.{Verb.MOVE_ONLINE}": (_("Move online"), _("Event moved online")),
    f"cms.event.{Verb.CANCEL}": (_("Cancel the event"), _("Event cancelled")),
    f"cms.event.{Verb.MARK_FULL}": (_("Mark as full"), _("Event marked as full")),
    f"cms.event.{Verb.PLACES_AGAIN}": (_("There are places again"), _("Places again")),
    "cms.event.duplicate": (_("Begin the next edition"), _("Begun from the previous edition")),
    "cms.contest.duplicate": (_("Begin the next edition"), _("Begun from the previous edition")),
    ANNOUNCE_ACTION: (_("Announce the results"), _("Results announced")),
    "cms.organization.verify": (_("Verify the profile"), _("Profile verified")),
    UNDO_ACTION: (_("Undo"), _("Change undone")),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in LOGGED.items():
        actions.register_action(action, label, message)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    verbs = [
        path(f"pages/<int:page_id>/{offer.path}/", act, {"offer": offer}, name=offer.url_name)
        for offer in OFFERS
    ]
    copies = [
        path(f"pages/<int:page_id>/{name}/", duplicate, {"model": model}, name=name)
        for model, name in EDITIONS.items()
    ]
    return [*verbs, *copies, path("cofnij/<int:log_id>/", take_back, name="verb_undo")]


@hooks.register("register_page_listing_more_buttons")
def offer_in_listing(
    page: BasePage, user: Any, next_url: str | None = None, **kwargs: Any
) -> list[Button]:
    return _buttons(page, user, next_url)


@hooks.register("register_page_header_buttons")
def offer_in_editor(page: BasePage, user: Any, view_name: str, **kwargs: Any) -> list[Button]:
    """Offer in the editor what fits the live page, which the form need not show."""
    if view_name != "edit" or not isinstance(page, DocumentPage):
        return []
    stored = type(page).objects.get(pk=page.pk)
    return _buttons(current_state(stored), user, None)


def _buttons(page: BasePage, user: Any, next_url: str | None) -> list[Button]:
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    buttons = [
        Button(
            offer.button,
            url=reverse(offer.url_name, args=[page.pk]) + query,
            icon_name=offer.icon,
            priority=60 + position,
        )
        for position, offer in enumerate(offers_for(page, user))
    ]
    if name := duplicate_name(page, user):
        address = reverse(name, args=[page.pk])
        buttons.append(
            Button(_("Begin the next edition"), url=address, icon_name="copy", priority=75)
        )
    return buttons
