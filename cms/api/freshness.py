"""When an answer is new: entity tags from the state of all documents, read with one query.

The tag is computed before anything else is read. So an answer may be newer than its tag, which
costs one needless answer in full, but never older.
"""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from cms.documents.selectors import live_documents
from cms.documents.writing import schema_stamp
from cms.models.documents import Document, Sequence

# Raise it when answers read differently for the same documents: all entity tags become new.
API_VERSION = "1.0.0"
NO_EPOCH = UUID(int=0)


@dataclass(frozen=True)
class PublishedState:
    """What decides which documents the world sees now.

    `day` is the local one: questions about today read differently from its end on. The number of
    expired documents counts those that no tombstone replaces yet: time alone took them away,
    without a number in the sequence.
    """

    epoch: UUID = NO_EPOCH
    sequence: int = 0
    changed_at: datetime | None = None
    expired: int = 0
    expired_at: datetime | None = None
    day: date | None = None

    @property
    def last_modified(self) -> datetime | None:
        return max((at for at in (self.changed_at, self.expired_at) if at), default=None)


@dataclass(frozen=True)
class Validators:
    """What a client may keep beside its copy, to ask later whether the copy is still good."""

    etag: str
    last_modified: datetime | None = None

    def headers(self) -> dict[str, str]:
        headers = {"ETag": self.etag}
        if self.last_modified:
            headers["Last-Modified"] = http_date(self.last_modified.timestamp())
        return headers

    def match(self, if_none_match: str | None) -> bool:
        """Whether an `If-None-Match` header names this state (RFC 9110 §13.1.2)."""
        if not if_none_match:
            return False
        known = parse_etags(if_none_match)
        return "*" in known or self.etag in {tag.removeprefix("W/") for tag in known}


# The ORM would take five times as long for it, and every request asks it.
STATE_SQL = f"""
    SELECT s.epoch, s.value, s.epoch_started_at, expired.count, expired.latest,
           (SELECT updated_at FROM {Document._meta.db_table} ORDER BY sequence DESC LIMIT 1)
    FROM {Sequence._meta.db_table} s, (
        SELECT COUNT(*) AS count, MAX(expires_at) AS latest
        FROM {Document._meta.db_table} WHERE is_live AND expires_at <= %s
    ) expired
    WHERE s.id = 1
"""  # noqa: S608  (names of tables)


def published_state() -> PublishedState:
    """Return the state of all documents now. One query."""
    now = timezone.now()
    day = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(STATE_SQL, [connection.ops.adapt_datetimefield_value(now)])
        row = cursor.fetchone()
    if row is None:
        return PublishedState(day=day)
    epoch, sequence, epoch_started_at, expired, expired_at, changed_at = row
    return PublishedState(
        epoch=UUID(str(epoch)),
        sequence=sequence,
        changed_at=as_moment(changed_at or epoch_started_at),
        expired=expired,
        expired_at=as_moment(expired_at),
        day=day,
    )


def documents_in(state: PublishedState) -> QuerySet[Document]:
    """Return the documents that the world sees in the state.

    Where none has expired, indexes alone decide which those are: no row has to be looked at.
    """
    return live_documents() if state.expired else Document.objects.filter(is_live__in=[True])


def as_moment(stored: datetime | str | None) -> datetime | None:
    """Return a moment as an aware one; SQLite's driver gives text, or UTC that does not say so."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def generation(state: PublishedState) -> Hashable:
    """Return all that decides what the API says beside the question: the state, our own code."""
    return (API_VERSION, schema_stamp(), state)


def of_state(state: PublishedState, *parts: object) -> Validators:
    """Return the validators of an answer that the state, and the parts of the question, decide."""
    etag = _etag(state.epoch, state.sequence, state.expired, state.expired_at, *parts)
    return Validators(etag, state.last_modified)


def of_document(document: Document, *parts: object) -> Validators:
    """Return the validators of one document: its version never comes again, in no epoch."""
    return Validators(_etag(document.pk, document.sequence, *parts), document.updated_at)


def of_bytes(body: bytes) -> Validators:
    """Return the validators of an answer that is at hand in full."""
    return Validators(_etag(hashlib.sha256(body).hexdigest()))


def _etag(*parts: object) -> str:
    """Return a strong entity tag; it also changes with our code and our own address."""
    text = "\n".join(map(str, (API_VERSION, schema_stamp(), *parts)))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
