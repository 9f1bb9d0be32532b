"""What WordPress's answers mean: decided by status, `code` and whether it is JSON, never by words.

The messages are in the site's language, errors may be web pages of a firewall, and a 2xx may be
one too.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.http.retry_after import retry_after
from integrations.municipal.connectors.base import ConnectorError

# Refused before anything was written. Other codes of a 400 come after the post was inserted.
REFUSED_BEFORE = frozenset(
    {
        "rest_invalid_param",
        "rest_missing_callback_param",
        "rest_invalid_json",
        "rest_post_invalid_id",
        "rest_post_exists",
        "rest_term_invalid",
        "empty_content",
        "term_exists",
        "rest_post_invalid_page_number",
    }
)
BUSY = frozenset({408, 425, 429, 503})
# 500, and yet the same file would never be taken.
REFUSED_FILE = frozenset({"rest_upload_sideload_error", "rest_upload_unknown_error"})
NO_BATCH = "rest_batch_not_allowed"
TOO_BIG = "rest_upload_no_content_disposition"
TOO_FEW_RIGHTS = _(
    "The account there has too few rights (%(code)s). It needs the role of an editor."
)
PAST_THE_END = "rest_post_invalid_page_number"


@dataclass(frozen=True)
class Answer:
    """One answer of WordPress. `data` is its JSON; None when it was none."""

    status: int
    data: Any
    headers: dict[str, str]

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300 and self.data is not None

    @property
    def code(self) -> str:
        """WordPress's own name of the error, "" where there is none."""
        code = self.data.get("code") if isinstance(self.data, dict) else None
        return code if isinstance(code, str) else ""

    @property
    def is_gone(self) -> bool:
        """Whether what was to be deleted is no more there, or in the trash already."""
        return self.status == 410 or self.code == "rest_post_invalid_id"

    @property
    def is_anonymous(self) -> bool:
        """Whether it treats us as nobody: that is how it answers wrong credentials too."""
        if self.status == 401:
            return True
        if self.status != 400 or not isinstance(self.data, dict):
            return False
        details = _get(_get(self.data, "data"), "details")
        return _get(_get(details, "status"), "code") == "rest_forbidden_status"

    def number(self, header: str) -> int:
        """Return a header that holds a number, 0 where it does not."""
        text = self.headers.get(header.lower(), "")
        return int(text) if text.isascii() and text.isdecimal() else 0


def read(status: int, headers: dict[str, str], body: bytes) -> Answer:
    """Return the answer; what is not JSON has no data."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        data = None
    return Answer(status, data, {name.lower(): value for name, value in headers.items()})


def is_refused_whole(answer: Answer) -> bool:
    """Whether a batch was refused before any of its parts was done; they may be sent singly."""
    return 400 <= answer.status < 500 and answer.status not in {408, 425, 429}


def parts_of(answer: Answer) -> list[Answer]:
    """Return what a batch answers to its parts, in their order; empty where it is no such answer.

    It is 207 whatever happened: a part's own status counts.
    """
    parts = _get(answer.data, "responses")
    if not answer.is_ok or not isinstance(parts, list):
        return []
    statuses = [_get(part, "status") for part in parts]
    if not all(isinstance(status, int) for status in statuses):
        return []
    return [
        Answer(status, _get(part, "body"), {}) for status, part in zip(statuses, parts, strict=True)
    ]


def problem(answer: Answer, *, is_write: bool) -> ConnectorError:
    """Say what an answer that is not ok means for the change, and for the destination."""
    for judge in (_web_page, _no_access, _no_rest, _never_taken, _busy, _refused):
        if error := judge(answer, is_write=is_write):
            return error
    words = _("It has an error of its own (HTTP %(status)s).")
    if answer.data is None and answer.status in {502, 504}:
        words = _("Its web server gets no answer from WordPress (HTTP %(status)s).")
    return ConnectorError(
        say(words, status=answer.status), is_about_destination=True, is_unclear=is_write
    )


def _web_page(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    if not 200 <= answer.status < 300:
        return None
    return ConnectorError(
        say(_("It answered with a web page instead of data. Is there a firewall before it?")),
        is_about_destination=True,
        is_unclear=is_write,
    )


def _no_access(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    """Judge wrong credentials, a missing right, or a firewall that does not like the text."""
    if answer.is_anonymous:
        reason = say(_("It does not accept the user name and the application password."))
    elif answer.status == 403 and answer.code:
        reason = say(TOO_FEW_RIGHTS, code=answer.code)
    elif answer.status == 403:
        reason = say(_("A firewall before it refused the request (HTTP 403)."))
    else:
        return None
    return ConnectorError(reason, permanent=True, is_about_destination=True)


def _no_rest(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    if 300 <= answer.status < 400:
        words = _("It redirects elsewhere (HTTP %(status)s). Enter its final address.")
    elif answer.status in {404, 405} and answer.code in {"rest_no_route", ""}:
        words = _("There is no REST API of WordPress at its address (HTTP %(status)s).")
    else:
        return None
    reason = say(words, status=answer.status)
    return ConnectorError(reason, permanent=True, is_about_destination=True)


def _never_taken(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    if answer.status in {413, 414} or answer.code == TOO_BIG:
        return ConnectorError(say(_("It is larger than the website takes.")), permanent=True)
    if answer.code in REFUSED_FILE:
        return ConnectorError(say(_("The website refuses this kind of picture.")), permanent=True)
    return None


def _busy(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    if answer.status not in BUSY:
        return None
    wait = retry_after(answer.headers.get("retry-after"))
    return ConnectorError(
        say(_("It asks to try again later (HTTP %(status)s)."), status=answer.status),
        retry_after=wait,
        is_about_destination=True,
        is_unclear=is_write and answer.status in {408, 503} and wait is None,
    )


def _refused(answer: Answer, *, is_write: bool) -> ConnectorError | None:
    if answer.status == 412:
        return ConnectorError(say(_("The picture did not arrive whole.")))
    if not 400 <= answer.status < 500 and answer.code != "db_insert_error":
        return None
    return ConnectorError(
        say(_("It refused this document (%(code)s)."), code=answer.code or answer.status),
        permanent=True,
        is_unclear=is_write and answer.code not in REFUSED_BEFORE,
    )


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
