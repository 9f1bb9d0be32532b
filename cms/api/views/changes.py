"""The change feed: all that one needs to keep an exact copy."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api import examples
from cms.api.changes import change_of
from cms.api.freshness import PublishedState, of_state
from cms.api.parameters import StrictForm, UuidField, WholeNumberField, clean
from cms.api.problems import LINK_OVER, START_AGAIN, WITHDRAWN, ProblemError
from cms.api.serializers.changes import ChangeFeedSerializer
from cms.api.views.base import ApiView
from cms.models.documents import Document

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 500


class ChangesForm(StrictForm):
    since = WholeNumberField(lowest=0, required=False)
    epoch = UuidField(required=False)
    limit = WholeNumberField(lowest=1, highest=LARGEST_LIMIT, required=False)


class ChangesView(ApiView):
    """What changed after a number in the sequence, oldest first.

    The feed is compacted: each document stands in it once, with its newest state. Begin with
    `since=0`; follow `next` until it is null; keep `epoch` and `sequence`, and pass them as `epoch`
    and `since` the next time. Apply a change only if its `version` is above the one you hold;
    `remove` means that the document must go from your copy. The answer 410 says that the server
    was restored: begin again from 0, and replace your copy by what you get.
    """

    serializer_class = ChangeFeedSerializer
    cache_control = "public, no-cache"
    problems = (400, 406, 410, 429)
    other_problems = (WITHDRAWN, LINK_OVER)
    operation_id = "listChanges"
    tags: ClassVar = ["changes"]
    summary = "Follow changes"
    example = examples.CHANGES
    parameters: ClassVar = [
        OpenApiParameter(
            "since",
            {"type": "integer", "format": "int64", "minimum": 0, "default": 0},
            description="The `sequence` of the answer before; 0 begins.",
        ),
        OpenApiParameter(
            "epoch",
            {"type": "string", "format": "uuid"},
            description="The `epoch` of the answer before. Always send it: only then does a "
            "restore of the server show.",
        ),
        OpenApiParameter(
            "limit",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": LARGEST_LIMIT,
                "default": DEFAULT_LIMIT,
            },
            description="Changes in an answer.",
        ),
    ]

    def get(self, request: Request) -> Response:
        asked = clean(ChangesForm(self.read_values(ChangesForm.base_fields)))
        since, limit = asked["since"] or 0, asked["limit"] or DEFAULT_LIMIT
        state = self.state()
        check_cursor(state, since, asked["epoch"])
        validators = of_state(state, request.path, since, limit)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        response = Response(feed(state, since, limit, asked))
        return self.keepable(self.with_validators(response, validators), state)


def check_cursor(state: PublishedState, since: int, epoch: UUID | None) -> None:
    """Raise START_AGAIN for a cursor that is not of this epoch, or beyond its end."""
    if epoch not in (None, state.epoch):
        raise ProblemError(START_AGAIN, "This epoch is over: start again with since=0.")
    if since > state.sequence:
        raise ProblemError(
            START_AGAIN, "This number lies beyond the end: start again with since=0."
        )


def feed(state: PublishedState, since: int, limit: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return one page of the feed. One query.

    Up to `state.sequence` everything has been committed, so a page that is not full ends there.
    """
    now = timezone.now()
    documents = list(
        Document.objects.filter(sequence__gt=since)
        .order_by("sequence")
        .only("id", "type", "slug", "sequence", "is_live", "expires_at", "payload")[: limit + 1]
    )
    has_more = len(documents) > limit
    documents = documents[:limit]
    last = documents[-1].sequence if documents else since
    sequence = last if has_more else max(last, state.sequence)
    following = {"since": sequence, "epoch": state.epoch}
    if asked["limit"]:
        following["limit"] = limit
    return {
        "epoch": str(state.epoch),
        "next": f"{settings.SITE_URL}/api/v1/changes/?{urlencode(following)}" if has_more else None,
        "sequence": sequence,
        "results": [change_of(document, now) for document in documents],
    }
