"""When an answer is new: entity tags from the state of all documents, read with one query.

The tag is computed before anything else is read. So an answer may be newer than its tag, which
costs one needless answer in full, but never older.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from cms.documents.writing import schema_stamp
from cms.models.documents import Document, Sequence

# Raise it when answers read differently for the same documents: all entity tags become new.
API_VERSION = "1.0.0"
NO_EPOCH = UUID(int=0)


@dataclass(frozen=True)
class PublishedState:
    """What decides which documents the world sees now.

    The number of expired documents counts those that no tombstone replaces yet: time alone took
    them away, without a number in the sequence.
    """

    epoch: UUID = NO_EPOCH
    sequence: int = 0
    changed_at: datetime | None = None
    expired: int = 0
    expired_at: datetime | None = None

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


def published_state() -> PublishedState:
    """Return the state of all documents. One query."""
    now = timezone.now()
    expired = Document.objects.filter(is_live=True, expires_at__lte=now)
    newest = Document.objects.order_by("-sequence").values("updated_at")[:1]
    row = (
        Sequence.objects.filter(pk=1)
        .values_list(
            "epoch",
            "value",
            Coalesce(Subquery(newest), "epoch_started_at"),
            Coalesce(Subquery(_aggregate(expired, Count("pk"))), 0),
            Subquery(_aggregate(expired, Max("expires_at"))),
        )
        .first()
    )
    return PublishedState(*row) if row else PublishedState()


def _aggregate(documents: QuerySet[Document], function: Count | Max) -> QuerySet[Any, Any]:
    """Return a subquery of one row with the aggregate over all of the documents."""
    one_group = documents.order_by().annotate(group=Value(1)).values("group")
    return one_group.annotate(result=function).values("result")


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
