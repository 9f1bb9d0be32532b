"""The job "municipal.reconcile": compares what a destination has with what it ought to have.

It reads the destination's own list, part by part, and then says for each document what is wrong.
It writes nothing there: it only has the ledger deliver again, and delivery looks once more at what
is there before it writes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.jobs import wake
from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job
from cms.models.documents import Document
from cms.stored_words import say
from integrations.municipal import job, ledger, outcomes
from integrations.municipal.connectors import ConnectorError, connect
from integrations.municipal.connectors.base import COPIED, RemotePage
from integrations.municipal.models import Destination, Run, SeenItem, SyncState

logger = structlog.get_logger(__name__)

NAME = "municipal.reconcile"
NIGHT = time(3, 30)
AGAIN_AFTER_FAILURE = timedelta(minutes=15)
# A list that lacks more is not believed: wrong rights, a filter, or a website made anew.
MOST_MISSING = 0.10
FEW = 3
CHUNK = 500
# One request may take 20 s, and the worker ends a slice after 30.
SECONDS_FOR_ONE_PART = 5.0
# What a list may have us read and keep: it is the other side that says how long it is.
MOST_PARTS = 1_000
MOST_ITEMS = 100_000
MOST_TEXT_CHARS = 500_000
MOST_CHARS = 20_000_000
# The cursor of a run that has read the whole list.
END = "end"
# Destinations that can be asked what they hold.
LISTING = (Destination.Kind.WORDPRESS,)

T = TypeVar("T")
State, Action, Finding = SyncState.State, SyncState.Action, SyncState.Finding


@dataclass
class Difference:
    """What a comparison found: ids of SyncStates, of items seen, or of documents.

    `twice` are the same as what we wrote, `copied` (with the copy) are not.
    """

    expected: int = 0
    missing: list[int] = field(default_factory=list)
    older: list[int] = field(default_factory=list)
    trashed: list[tuple[int, SeenItem]] = field(default_factory=list)
    edited: list[tuple[int, SeenItem]] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    copied: list[tuple[int, SeenItem]] = field(default_factory=list)
    extra: list[UUID] = field(default_factory=list)
    unknown: int = 0

    @property
    def is_implausible(self) -> bool:
        return len(self.missing) > max(FEW, MOST_MISSING * self.expected)

    def tally(self) -> dict[str, int]:
        names = ("missing", "older", "trashed", "edited", "twice", "extra")
        counts = {name: len(getattr(self, name)) for name in names}
        counts["twice"] += len(self.copied)
        return {"expected": self.expected, **counts, "unknown": self.unknown}


def is_due() -> bool:
    return due().exists()


def due() -> QuerySet[Destination]:
    """Return the destinations whose comparison is under way, or should begin.

    Who was not looked at for the longest time is first, so that nobody's list keeps others back.
    """
    under_way = Run.objects.filter(kind=Run.Kind.COMPARE, state=Run.State.RUNNING)
    # One in trouble is compared once it is well.
    is_time = (Q(compare_at__isnull=True) | Q(compare_at__lte=timezone.now())) & Q(failures=0)
    return Destination.objects.filter(
        Q(pk__in=under_way.values("destination_id")) | is_time, is_enabled=True, kind__in=LISTING
    ).order_by(F("compare_at").asc(nulls_first=True), "pk")


def run(deadline: Deadline) -> bool:
    """Go on with what is due until the deadline; return whether there is more."""
    for destination in due():
        if deadline.remaining_seconds() < SECONDS_FOR_ONE_PART:
            return True
        advance(destination, deadline)
    return is_due()


@transaction.atomic
def request(destination: Destination, *, is_dry: bool = False) -> Run:
    """Have a comparison begin now. A dry one only tells; one that is under way is left to end."""
    found = _under_way(destination)
    if found is None:
        found = _begin(destination, is_dry=is_dry)
        wake(NAME)
    return found


def advance(destination: Destination, deadline: Deadline) -> Run:
    """Read a few parts of the destination's list; at its end say what is wrong."""
    run = _under_way(destination) or _begin(destination)
    Destination.objects.filter(pk=destination.pk).update(compare_at=timezone.now())
    try:
        if run.cursor == END:  # whoever read the last part did not come to the end
            _finish(run, destination)
        else:
            _read(run, destination, deadline)
    except ConnectorError as error:
        _fail(run, error.reason)
    except Exception as error:  # whatever its list does to us, other lists are compared
        logger.exception("sync_compare_failed", destination=destination.pk)
        reason = _("Comparing failed on our side (%(error)s).")
        _fail(run, say(reason, error=type(error).__name__))
    run.refresh_from_db()
    return run


def _read(run: Run, destination: Destination, deadline: Deadline) -> None:
    """Read parts until the deadline or the end. Raises ConnectorError."""
    connector = None
    try:
        connector = connect(destination)
        connector.check()
        for part in connector.list_remote(run.cursor):
            deadline.beat()
            if not _keep(run, part):
                break
            if not part.following:
                _finish(run, destination)
                break
            if deadline.remaining_seconds() < SECONDS_FOR_ONE_PART:
                break
    finally:
        if connector is not None:
            connector.close()


@transaction.atomic
def nod(run: Run) -> bool:
    """Believe a list that lacked much: what is missing there is sent again."""
    asking = Run.objects.filter(pk=run.pk, state=Run.State.ASKING)
    if asking.update(state=Run.State.DONE) != 1:
        return False
    difference = compare(run)
    states = SyncState.objects.filter(destination_id=run.destination_id)
    deleted = states.filter(finding=Finding.DELETED, state=State.PARKED)
    gone = [*difference.missing, *deleted.values_list("pk", flat=True)]
    _again(gone, remote_id="", remote_version=None, sent_hash="", answer_hash="", finding="")
    difference.missing = []
    _repair(run, run.destination, difference)
    run.seen.all().delete()
    return True


def compare(run: Run) -> Difference:
    """Say how what was seen differs from what is recorded, as far as nothing is under way."""
    seen: dict[UUID, list[SeenItem]] = defaultdict(list)
    for item in run.seen.defer("stored").order_by("pk"):
        seen[item.document_id].append(item)
    states = SyncState.objects.filter(destination_id=run.destination_id)
    difference = Difference()
    for state in states:
        items = seen.pop(state.document_id, [])
        is_settled = state.state == State.DONE or state.state == State.LEFT
        is_older_than_list = state.last_success_at is None or state.last_success_at < run.started_at
        if is_settled and is_older_than_list:
            _judge(difference, state, items)
        elif state.remote_id:
            difference.expected += 1
    known = set(Document.objects.filter(pk__in=list(seen)).values_list("pk", flat=True))
    difference.extra += [document_id for document_id in seen if document_id in known]
    difference.unknown = len(seen.keys() - known)
    return difference


def _judge(difference: Difference, state: SyncState, items: list[SeenItem]) -> None:
    alive = [item for item in items if not item.is_trashed]
    if state.acked_action != Action.UPSERT:
        if alive:
            difference.extra.append(state.document_id)
        return
    difference.expected += 1
    mine = next((item for item in items if item.remote_id == state.remote_id), None)
    copies = [item for item in alive if item.remote_id != state.remote_id]
    is_left = state.state == State.LEFT  # a person knows what is there, or that it is not
    if mine is None or mine.is_trashed or not copies or is_left:
        _judge_one(difference, state, mine, is_left=is_left)
    elif other := next((one for one in copies if one.answer_hash != mine.answer_hash), None):
        difference.copied.append((state.pk, other))
    else:
        difference.twice.append(state.pk)


def _judge_one(
    difference: Difference, state: SyncState, item: SeenItem | None, *, is_left: bool
) -> None:
    """Say what is wrong with the post of our record, copies aside."""
    if item is None:
        difference.missing += [] if is_left else [state.pk]
    elif item.is_trashed:
        difference.trashed += [] if is_left else [(state.pk, item)]
    elif item.version != state.remote_version:
        difference.older.append(state.pk)
    elif item.answer_hash != state.answer_hash:
        difference.edited.append((state.pk, item))


def _under_way(destination: Destination) -> Run | None:
    runs = Run.objects.filter(destination=destination, kind=Run.Kind.COMPARE)
    return runs.filter(state=Run.State.RUNNING).first()


def _begin(destination: Destination, *, is_dry: bool = False) -> Run:
    """Start from the beginning; a list that waits for a nod is not waited for any more."""
    old = Run.objects.filter(destination=destination, kind=Run.Kind.COMPARE)
    old.filter(state=Run.State.ASKING).update(state=Run.State.DONE)
    SeenItem.objects.filter(run__in=old).delete()
    run, _is_new = Run.objects.get_or_create(
        destination=destination,
        kind=Run.Kind.COMPARE,
        state=Run.State.RUNNING,
        defaults={"is_dry": is_dry},
    )
    return run


@transaction.atomic
def _keep(run: Run, part: RemotePage) -> bool:
    """Store a part of the list; False when another worker has gone on meanwhile.

    Until the end the run's tally is of what was read. Raises ConnectorError where it is too much.
    """
    following = part.following or END
    texts = _worth_keeping(run, part)
    read = {
        "parts": run.tally.get("parts", 0) + 1,
        "items": run.tally.get("items", 0) + len(part.items),
        "chars": run.tally.get("chars", 0) + sum(len(text) for text in texts.values()),
    }
    if read["parts"] > MOST_PARTS or read["items"] > MOST_ITEMS:
        raise ConnectorError(say(_("Its list is longer than can be.")))
    here = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, cursor=run.cursor)
    if here.update(cursor=following, tally=read) != 1:
        return False
    SeenItem.objects.bulk_create(
        (
            SeenItem(
                run=run,
                remote_id=item.remote_id,
                document_id=item.document_id,
                version=item.version,
                answer_hash=item.answer_hash,
                is_trashed=item.is_trashed,
                stored=texts.get(item.remote_id, ""),
            )
            for item in part.items
        ),
        ignore_conflicts=True,
    )
    run.cursor, run.tally = following, read
    return True


def _worth_keeping(run: Run, part: RemotePage) -> dict[str, str]:
    """Return the texts, by remote id, that a person may have to compare with ours."""
    states = SyncState.objects.filter(
        destination_id=run.destination_id, document_id__in=[one.document_id for one in part.items]
    )
    ours = dict(states.values_list("document_id", "answer_hash"))
    room = MOST_CHARS - run.tally.get("chars", 0)
    texts: dict[str, str] = {}
    for item in part.items:
        is_other = ours.get(item.document_id, item.answer_hash) != item.answer_hash
        if is_other and room > 0:
            texts[item.remote_id] = item.stored[: min(MOST_TEXT_CHARS, room)]
            room -= len(texts[item.remote_id])
    return texts


def _finish(run: Run, destination: Destination) -> None:
    """Say what is wrong, and have it put right. Only the writing is one transaction."""
    difference = compare(run)
    if _end(run, destination, difference):
        logger.info("sync_compared", destination=destination.pk, **difference.tally())
    if not Run.objects.filter(pk=run.pk, state=Run.State.ASKING).exists():
        run.seen.all().delete()


@transaction.atomic
def _end(run: Run, destination: Destination, difference: Difference) -> bool:
    """Write down what was found; False when another worker has."""
    is_asking = difference.is_implausible and not run.is_dry
    running = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    is_mine = running.update(
        state=Run.State.ASKING if is_asking else Run.State.DONE,
        ended_at=timezone.now(),
        tally=difference.tally(),
        words=_implausible(difference) if difference.is_implausible else "",
    )
    if not is_mine:
        return False
    Destination.objects.filter(pk=destination.pk).update(compare_at=next_night())
    if not is_asking and not run.is_dry:
        _repair(run, destination, difference)
    return True


def _repair(run: Run, destination: Destination, difference: Difference) -> None:
    """Have the ledger put right what may be; set aside what is somebody's decision there."""
    _again(difference.missing)
    _again(difference.older)
    _again(difference.twice, finding=Finding.TWICE)
    words = {
        Finding.TRASHED: say(_("It was moved to the trash there.")),
        Finding.EDITED: say(_("It was edited there.")),
    }
    _hold(run, difference.trashed, Finding.TRASHED, words[Finding.TRASHED])
    for state_id, copy in difference.copied:
        _hold(run, [(state_id, copy)], Finding.TWICE, say(COPIED, copy=copy.remote_id))
    if destination.hand_edits == Destination.HandEdits.OURS:
        _again([pk for pk, _item in difference.edited])
    else:
        _hold(run, difference.edited, Finding.EDITED, words[Finding.EDITED])
    _take_away(destination, difference.extra)
    job.wake_if_needed()


def _again(ids: Iterable[int], **values: object) -> None:
    for some in _chunks(list(ids)):
        ledger.check_again(SyncState.objects.filter(pk__in=some), **values)


def _hold(run: Run, found: list[tuple[int, SeenItem]], finding: str, reason: str) -> None:
    """Set aside what has not been sent since the comparison began."""
    settled = SyncState.objects.filter(
        state__in=[State.DONE, State.LEFT], last_success_at__lt=run.started_at
    )
    for state_id, item in found:
        states = settled.filter(pk=state_id)
        if states.update(
            state=State.PARKED, parked_at=timezone.now(), finding=finding, last_error=reason
        ):
            outcomes.keep_theirs(state_id, theirs=item.stored, theirs_hash=item.answer_hash)


def _take_away(destination: Destination, document_ids: list[UUID]) -> None:
    """Have delivery decide about what is there without our record: adopt it, or remove it."""
    for some in _chunks(document_ids):
        documents = Document.objects.filter(pk__in=some)
        SyncState.objects.bulk_create(
            (
                SyncState(
                    destination=destination,
                    document=document,
                    wanted_version=document.sequence,
                    state=State.DONE,
                )
                for document in documents
            ),
            ignore_conflicts=True,
        )
        states = SyncState.objects.filter(destination=destination, document_id__in=some)
        ledger.check_again(states, was_sent=True)


def _fail(run: Run, reason: str) -> None:
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(
        state=Run.State.FAILED, ended_at=timezone.now(), words=reason
    )
    run.seen.all().delete()
    later = timezone.now() + AGAIN_AFTER_FAILURE
    Destination.objects.filter(pk=run.destination_id).update(compare_at=later)


def _implausible(difference: Difference) -> str:
    return say(
        _(
            "%(missing)d of %(expected)d documents are missing there. Was the website restored or "
            "emptied? Nothing was done; if it was, have them sent again."
        ),
        missing=len(difference.missing),
        expected=difference.expected,
    )


def next_night() -> datetime:
    """Return the next half past three at night, in local time."""
    now = timezone.localtime()
    tonight = timezone.make_aware(datetime.combine(now.date(), NIGHT))
    return tonight if tonight > now else tonight + timedelta(days=1)


def _chunks(items: list[T]) -> Iterable[list[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


JOB = Job(name=NAME, run=run, is_due=is_due)
