"""What a person can do with a mailing as it stands, and doing it."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletters.mailings import services, wording
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import Progress

State = Mailing.State
ENDED_ALREADY = gettext_lazy("Too late: the mailing is not in that state any more.")


# It takes a step, and returns what to say then, and whether it was taken.
Step = Callable[[Mailing], tuple[str, bool]]


def _pause(mailing: Mailing) -> tuple[str, bool]:
    is_done = services.pause(mailing)
    words = _("Stopped. At most the mail that was being handed over has still left.")
    return (words, True) if is_done else (str(ENDED_ALREADY), False)


def _resume(mailing: Mailing) -> tuple[str, bool]:
    """Raises NotSendableError."""
    is_done = services.resume(mailing)
    return (_("The mailing goes on."), True) if is_done else (str(ENDED_ALREADY), False)


def _cancel(mailing: Mailing) -> tuple[str, bool]:
    is_done = services.cancel(mailing)
    words = _("Cancelled. The edition can be ordered anew.")
    return (words, True) if is_done else (str(ENDED_ALREADY), False)


def _resend_uncertain(mailing: Mailing) -> tuple[str, bool]:
    return _tried_again(services.resend_uncertain(mailing))


def _retry_failed(mailing: Mailing) -> tuple[str, bool]:
    return _tried_again(services.retry_failed(mailing))


def _tried_again(count: int) -> tuple[str, bool]:
    if not count:
        return _("There is nobody to send it to again."), False
    words = ngettext(
        "It is sent to %(count)s person again.", "It is sent to %(count)s people again.", count
    )
    return words % {"count": wording.number(count)}, True


# By the last part of its address.
STEPS: dict[str, Step] = {
    "zatrzymaj": _pause,
    "wznow": _resume,
    "odwolaj": _cancel,
    "niepewne": _resend_uncertain,
    "odrzucone": _retry_failed,
}


def possible(mailing: Mailing, progress: Progress) -> set[str]:
    """Return the names of the steps that can be taken now."""
    names = set()
    if mailing.state in services.RUNNING or mailing.retry_at:
        names.add("zatrzymaj")
    if mailing.state == State.PAUSED:
        names.add("wznow")
    if mailing.state not in Mailing.ENDED:
        names.add("odwolaj")
    if mailing.state in {State.SENDING, State.FINISHED}:
        if progress.counts.get(Delivery.State.UNCERTAIN):
            names.add("niepewne")
        if progress.counts.get(Delivery.State.FAILED):
            names.add("odrzucone")
    return names
