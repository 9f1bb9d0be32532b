"""Every change of a mailing's state: by a person, by time, by the mail server's trouble.

scheduled → preparing → sending → finished; paused from any of the first three; cancelled from any
that has not ended. Each step is a conditional update, so that of two who want it one wins.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.documents.liveness import is_public
from cms.documents.sequence import lock_sequence
from cms.documents.writing import mark_dirty
from cms.jobs import wake
from cms.models.documents import Document, Sequence
from cms.stored_words import say
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import RenderingError, render_mail
from newsletters.mailings import approvals, ledger, selectors, words
from newsletters.mailings.models import Delivery, Mailing, marker_of
from newsletters.mailings.recipients import are_samples_mailed, is_at_sample_domain
from newsletters.sender import sender_in_force
from newsletters.subscribers.selectors import clause_in_force

logger = structlog.get_logger(__name__)

# cms.jobs knows the job by this name (newsletters/mailings/job.py).
JOB_NAME = "newsletters.mailings"
# Later than this after its time, nobody is surprised by a mail without being asked.
LATE = timedelta(hours=2)
RESTS = (
    timedelta(seconds=15),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
)

State = Mailing.State
RUNNING = (State.SCHEDULED, State.PREPARING, State.SENDING)


class NotSendableError(Exception):
    """The mailing cannot be ordered or resumed; `reasons` say why, in words for staff."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


# --- By a person ----------------------------------------------------------------------------------


def order(
    *, page: NewsletterPage, user: Any, starts_at: datetime | None, request_id: uuid.UUID
) -> Mailing:
    """Freeze what the published edition says now, and have it sent at `starts_at`.

    None means as soon as the time for second thoughts is over (MAILING_GRACE_SECONDS). The same
    `request_id` again returns the mailing that it made. Raises NotSendableError.
    """
    if already := Mailing.objects.filter(request_id=request_id).first():
        return already
    page = NewsletterPage.objects.get(pk=page.pk)
    if reasons := selectors.obstacles(page, user=user):
        raise NotSendableError(reasons)
    grace = timedelta(seconds=settings.MAILING_GRACE_SECONDS)
    mailing = _frozen(page, request_id)
    if not _is_approved(page, mailing):
        raise NotSendableError([str(words.NOT_APPROVED)])
    if not selectors.audience_of_mailing(mailing).exists():
        # What it shows is a sample, say, so that only sample addresses may get it.
        raise NotSendableError([str(words.NOBODY)])
    mailing.created_by = user
    mailing.starts_at = max(starts_at or timezone.now(), timezone.now() + grace)
    try:
        with transaction.atomic():
            lock_sequence()
            mailing.save(force_insert=True)
            mark_dirty(Q(page_id=page.pk))  # its document lists what the mail does
            wake(JOB_NAME)
    except IntegrityError:
        if already := Mailing.objects.filter(request_id=request_id).first():
            return already
        raise NotSendableError([_("This edition was ordered already.")]) from None
    logger.info("mailing_ordered", mailing=mailing.pk)
    return mailing


def _is_approved(page: NewsletterPage, mailing: Mailing) -> bool:
    """Whether what was frozen is what a second person approved, where one is asked for."""
    if not approvals.is_required():
        return True
    mark = approvals.fingerprint_of_texts(
        mailing.subject, mailing.html, mailing.text, mailing.marker
    )
    return approvals.approval_of(page, mark) is not None


def _frozen(page: NewsletterPage, request_id: uuid.UUID) -> Mailing:
    """Return the unsaved mailing of what the edition says now."""
    clause = clause_in_force()
    assert clause is not None  # noqa: S101  (selectors.obstacles has seen to it)
    try:
        mail = render_mail(page, clause=clause, token=marker_of(request_id))
    except RenderingError as error:
        raise NotSendableError([str(error)]) from error
    return Mailing(
        page=page,
        request_id=request_id,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        documents=mail.documents,
        picks=mail.picks,
        is_sample=mail.is_sample,
        sender=sender_in_force(),
        epoch=_epoch(),
        controller=clause.controller,
        topic_ids=[topic.pk for topic in page.topics.all()],
    )


def pause(mailing: Mailing) -> bool:
    """Stop it where it is, until a person resumes it. At most the mail in transfer still goes."""
    paused = Mailing.objects.filter(pk=mailing.pk, state__in=[*RUNNING, State.PAUSED])
    return paused.update(state=State.PAUSED, pause_reason="", retry_at=None) == 1


def resume(mailing: Mailing) -> bool:
    """Go on where it stopped; return False when it was not paused.

    What has changed since the order is accepted by that; raises NotSendableError for what was
    withdrawn, which may not be sent.
    """
    mailing = Mailing.objects.get(pk=mailing.pk)
    if reason := _forbidden(mailing):
        raise NotSendableError([reason])
    if _is_restored(mailing) and mailing.pause_reason != say(words.RESTORED):
        # Asked once: whoever resumes it after that knows.
        paused = Mailing.objects.filter(pk=mailing.pk, state=State.PAUSED)
        paused.update(pause_reason=say(words.RESTORED), retry_at=None)
        raise NotSendableError([say(words.RESTORED)])
    values: dict[str, Any] = {"state": State.SCHEDULED}
    if mailing.prepared_at:
        values = {"state": State.SENDING}
    elif mailing.started_at:
        values = {"state": State.PREPARING}
    else:
        values["starts_at"] = max(mailing.starts_at, timezone.now())
        values["documents"] = _present_versions(mailing)
    with transaction.atomic():
        paused = Mailing.objects.filter(pk=mailing.pk, state=State.PAUSED)
        resumed = paused.update(
            pause_reason="", retry_at=None, server_failures=0, epoch=_epoch(), **values
        )
        wake(JOB_NAME)
    return resumed == 1


def cancel(mailing: Mailing) -> bool:
    """End it; whoever has not got it, does not. The edition can then be ordered anew."""
    with transaction.atomic():
        lock_sequence()
        open_ones = Mailing.objects.filter(pk=mailing.pk, state__in=[*RUNNING, State.PAUSED])
        is_cancelled = open_ones.update(
            state=State.CANCELLED, retry_at=None, finished_at=timezone.now()
        )
        ledger.close_cancelled()
        mark_dirty(Q(page_id=mailing.page_id))
    return is_cancelled == 1


def resend_uncertain(mailing: Mailing) -> int:
    """Send again to those of whom nobody knows whether they got it; return how many."""
    return _try_again(mailing, Delivery.State.UNCERTAIN)


def retry_failed(mailing: Mailing) -> int:
    """Try again those whom the server refused; return how many."""
    return _try_again(mailing, Delivery.State.FAILED)


def _try_again(mailing: Mailing, state: str) -> int:
    with transaction.atomic():
        ended = Mailing.objects.filter(pk=mailing.pk, state__in=[State.SENDING, State.FINISHED])
        if not ended.update(state=State.SENDING, finished_at=None):
            return 0
        count = ledger.try_again(mailing.pk, state)
        wake(JOB_NAME)
    return count


def send_test(*, page: NewsletterPage, to: str) -> None:
    """Send the edition as it stands, drafts included, to one address of staff.

    Its links to unsubscribe lead to nobody. Raises NotSendableError when it cannot be rendered.
    """
    try:
        mail = render_mail(page, clause=clause_in_force(), token="podglad")  # noqa: S106
    except RenderingError as error:
        raise NotSendableError([str(error)]) from error
    if mail.is_sample and not (are_samples_mailed() or is_at_sample_domain(to)):
        raise NotSendableError([str(words.SAMPLE_EDITION)])
    subject = _("[Test] %(subject)s") % {"subject": mail.subject}
    message = EmailMultiAlternatives(subject, mail.text, to=[to])
    message.attach_alternative(mail.html, "text/html")
    message.send()


# --- By time --------------------------------------------------------------------------------------


def start_due(now: datetime) -> None:
    """Start the mailings whose time has come, or pause them with what speaks against it."""
    for mailing in selectors.to_start(now):
        if selectors.is_being_rewritten(mailing):
            continue
        if reason := _forbidden(mailing) or _doubt(mailing, now):
            pause_for_person(mailing, reason)
            continue
        scheduled = Mailing.objects.filter(pk=mailing.pk, state=State.SCHEDULED)
        if scheduled.update(state=State.PREPARING, started_at=now):
            logger.info("mailing_started", mailing=mailing.pk)


def resume_rested(now: datetime) -> None:
    """Have the mailings tried again that rest because of the server."""
    for mailing in selectors.to_resume(now):
        state = State.SENDING if mailing.prepared_at else State.PREPARING
        rested = Mailing.objects.filter(pk=mailing.pk, state=State.PAUSED, retry_at__lte=now)
        rested.update(state=state, retry_at=None)


def stop_forbidden() -> None:
    """Pause what must not go on: its content was withdrawn, or its ledger is an older one."""
    for mailing in Mailing.objects.filter(state__in=[State.PREPARING, State.SENDING]):
        restored = say(words.RESTORED) if _is_restored(mailing) else ""
        if reason := _forbidden(mailing) or restored:
            pause_for_person(mailing, reason)
        elif selectors.is_being_rewritten(mailing):
            pause_for_server(mailing, say(words.BEING_REWRITTEN))


def finish_done(now: datetime) -> None:
    """Finish the mailings that have nobody left."""
    for candidate in selectors.all_done():
        with transaction.atomic():
            mailing = Mailing.objects.select_for_update().get(pk=candidate.pk)
            if selectors.all_done().filter(pk=mailing.pk).exists():
                Mailing.objects.filter(pk=mailing.pk).update(
                    state=State.FINISHED, finished_at=now, pause_reason="", server_failures=0
                )
                logger.info("mailing_finished", mailing=mailing.pk)


def _forbidden(mailing: Mailing) -> str:
    """Return in words why not one more copy may go out; empty when it may."""
    if mailing.page is None or not is_public(mailing.page):
        return say(words.EDITION_WITHDRAWN)
    if titles := selectors.withdrawn_titles(mailing):
        return say(words.WITHDRAWN, titles=", ".join(titles))[:300]
    clause = clause_in_force()
    if clause is None or clause.controller != mailing.controller:
        return say(words.CONTROLLER_CHANGED)
    return ""


def _doubt(mailing: Mailing, now: datetime) -> str:
    """Return in words what a person should decide on before it starts."""
    if now - mailing.starts_at > LATE:
        time = timezone.localtime(mailing.starts_at).strftime("%d.%m.%Y, %H:%M")
        return say(words.LATE, time=time)
    if titles := selectors.changed_titles(mailing):
        return say(words.CHANGED, titles=", ".join(titles))[:300]
    return ""


def _is_restored(mailing: Mailing) -> bool:
    return mailing.epoch is not None and mailing.epoch != _epoch()


def _epoch() -> uuid.UUID | None:
    return Sequence.objects.values_list("epoch", flat=True).first()


def _present_versions(mailing: Mailing) -> dict[str, int]:
    rows = Document.objects.filter(pk__in=mailing.documents).values_list("pk", "sequence")
    return {str(pk): sequence for pk, sequence in rows}


# --- By the mail server ---------------------------------------------------------------------------


def pause_for_person(mailing: Mailing, reason: str) -> None:
    """Pause it until a person has looked."""
    running = Mailing.objects.filter(pk=mailing.pk, state__in=RUNNING)
    if running.update(state=State.PAUSED, pause_reason=reason, retry_at=None):
        logger.warning("mailing_paused", mailing=mailing.pk)


def pause_for_server(mailing: Mailing, reason: str) -> None:
    """Pause it for a while that grows with each failure in a row; then it goes on by itself."""
    rest = RESTS[min(mailing.server_failures, len(RESTS) - 1)]
    running = Mailing.objects.filter(pk=mailing.pk, state__in=[State.PREPARING, State.SENDING])
    if running.update(
        state=State.PAUSED,
        pause_reason=reason,
        retry_at=timezone.now() + rest,
        server_failures=F("server_failures") + 1,
    ):
        logger.warning("mailing_rests", mailing=mailing.pk, seconds=rest.seconds)


def server_answered(mailing: Mailing) -> None:
    """The server takes mails again."""
    Mailing.objects.filter(pk=mailing.pk, state=State.SENDING).update(
        server_failures=0, pause_reason=""
    )
    mailing.server_failures = 0
