"""JSON of the API: finished bytes pass through, everything else is written once."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

MEDIA_TYPE = "application/json"
ACCEPTED_TYPES = frozenset(
    {
        "*/*",
        "application/*",
        MEDIA_TYPE,
        "application/problem+json",
        "application/vnd.oai.openapi+json",
        # What a browser asks for when an address is typed in: it gets JSON as well.
        "text/html",
        "application/xhtml+xml",
    }
)
QUALITY_ZERO = re.compile(r";\s*q=0(\.0*)?\s*(;|$)", re.IGNORECASE)


def dump(data: Any) -> bytes:
    """Return the data as JSON in UTF-8; `orjson.Fragment`s stand in it byte for byte."""
    return orjson.dumps(data)


def fragment(payload: bytes | memoryview) -> orjson.Fragment:
    """Return a stored payload so that it passes into an answer untouched."""
    return orjson.Fragment(bytes(payload))


class JsonRenderer(BaseRenderer):
    """Renders answers and problems. Bytes are JSON already."""

    media_type = MEDIA_TYPE
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data if isinstance(data, bytes) else dump(data)


class JsonNegotiation(BaseContentNegotiation):
    """Always JSON, whatever else the client would rather have.

    Raises NotAcceptable (406) for a request that names only types that JSON is not.
    """

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        if not is_json_accepted(request.META.get("HTTP_ACCEPT", "")):
            raise NotAcceptable
        return next(iter(renderers)), MEDIA_TYPE


def is_json_accepted(header: str) -> bool:
    """Whether an `Accept` header (RFC 9110 §12.5.1) allows JSON. None at all allows everything."""
    wanted = [one for one in header.split(",") if one.strip() and not QUALITY_ZERO.search(one)]
    if not wanted:
        return not header.strip()
    return any(one.partition(";")[0].strip().lower() in ACCEPTED_TYPES for one in wanted)
