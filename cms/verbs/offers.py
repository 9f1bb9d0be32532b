"""How the verbs look in the admin: their words, forms, addresses; which one fits a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.basepage.models import BasePage
from cms.models import ContestPage, EventPage, OrganizationPage
from cms.verbs import contests, events, organizations
from cms.verbs.applying import Applied, may_apply
from cms.verbs.forms import EventForm, NoteForm, OnlineForm, RescheduleForm, VerbForm
from cms.verbs.transitions import Verb, refusal

Words = str | Promise


@dataclass(frozen=True)
class Offer:
    """A verb as staff meet it. `button` says what it does, `done` what has happened."""

    url_name: str
    path: str
    model: type[BasePage]
    icon: str
    button: Words
    done: Words
    what: Words
    form: type[VerbForm]
    run: Callable[..., Applied]
    refusal: Callable[[Any], Words]

    def fits(self, page: BasePage, user: Any) -> bool:
        """Whether to show the verb beside the page to the person."""
        return isinstance(page, self.model) and may_apply(page, user) and not self.refusal(page)


def _of_event(verb: Verb, run: Callable[..., Applied], **kwargs: Any) -> Offer:
    return Offer(
        url_name=f"event_{verb}",
        model=EventPage,
        run=run,
        refusal=lambda event: refusal(verb, event),
        **{"form": EventForm, **kwargs},
    )


OFFERS = (
    _of_event(
        Verb.CONFIRM_DATE,
        events.confirm_date,
        path="potwierdz-termin",
        icon="check",
        button=_("Confirm the date"),
        done=_("The date is confirmed."),
        what=_("The date will no longer be shown as proposed."),
    ),
    _of_event(
        Verb.RESCHEDULE,
        events.reschedule,
        path="przenies",
        icon="date",
        button=_("Move to another date"),
        done=_("The event is moved. The previous date is shown beside the new one."),
        what=_("The present date will be kept and shown as the previous one."),
        form=RescheduleForm,
    ),
    _of_event(
        Verb.POSTPONE,
        events.postpone,
        path="przeloz",
        icon="time",
        button=_("Postpone without a new date"),
        done=_("The event is postponed."),
        what=_("People will read that the event is postponed and the new date is not known."),
        form=NoteForm,
    ),
    _of_event(
        Verb.MOVE_ONLINE,
        events.move_online,
        path="przenies-do-internetu",
        icon="globe",
        button=_("Move online"),
        done=_("The event is moved online."),
        what=_("People will read that the event is held online, and where to join."),
        form=OnlineForm,
    ),
    _of_event(
        Verb.MARK_FULL,
        events.mark_full,
        path="brak-miejsc",
        icon="no-view",
        button=_("Mark as full"),
        done=_("The event is marked as full."),
        what=_("People will read that there are no places left; the sign-up link disappears."),
    ),
    _of_event(
        Verb.PLACES_AGAIN,
        events.places_again,
        path="znow-wolne-miejsca",
        icon="view",
        button=_("There are places again"),
        done=_("The event is no longer marked as full."),
        what=_("People will be able to sign up again."),
    ),
    _of_event(
        Verb.CANCEL,
        events.cancel,
        path="odwolaj",
        icon="cross",
        button=_("Cancel the event"),
        done=_("The event is cancelled."),
        what=_("The event stays visible, marked as cancelled, so that nobody comes in vain."),
        form=NoteForm,
    ),
    Offer(
        url_name="organization_verify",
        path="zweryfikuj",
        model=OrganizationPage,
        icon="check",
        button=_("Verify the profile"),
        done=_("The profile is verified as of today."),
        what=_("You confirm that what the profile says is right today."),
        form=VerbForm,
        run=organizations.verify,
        refusal=organizations.verify_refusal,
    ),
    Offer(
        url_name="contest_announce_results",
        path="oglos-wyniki",
        model=ContestPage,
        icon="pick",
        button=_("Announce the results"),
        done=_("The results are announced as of today."),
        what=_("From today on everybody sees the results that stand on the page."),
        form=VerbForm,
        run=contests.announce_results,
        refusal=contests.announce_refusal,
    ),
)
# Types whose next edition is begun from the last one → name of the address.
EDITIONS: dict[type[BasePage], str] = {
    EventPage: "event_duplicate",
    ContestPage: "contest_duplicate",
}


def offers_for(page: BasePage, user: Any) -> list[Offer]:
    return [offer for offer in OFFERS if offer.fits(page, user)]


def duplicate_name(page: BasePage, user: Any) -> str | None:
    """Return the name of the address that begins the page's next edition, if the person may.

    Asks the permissions that hold at the page itself, for a list of many; the view asks the parent.
    """
    name = EDITIONS.get(type(page))
    may_add = user.is_superuser or "add" in page.permissions_for_user(user).permissions
    return name if name and may_add else None
