"""What the mail server's trouble means, in words for staff. Codes stay, its own text does not.

Servers put addresses into their texts. Codes: RFC 5321 §4.2; enhanced ones: RFC 3463.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say

NO_ANSWER = _("The mail server did not confirm that it took the mail. It may have arrived or not.")
WORKER_LOST = _("The program was stopped in the middle of sending. It may have arrived or not.")
LOST_TOO_OFTEN = _("Too many attempts ended without an outcome.")
GIVEN_UP = _("Given up after two days. The last answer: %(reason)s")
BLOCKED = _("The address is blocked.")
ERASED = _("The address was erased.")
SAMPLE_EDITION = _("A sample edition goes to addresses at example.org only.")
SAMPLE_ADDRESS = _("A sample address is mailed only in the demo.")
LATE = _("It was to start at %(time)s and could not. Resume it if it should still go out.")
CONTROLLER_CHANGED = _("The data controller has changed since this was ordered.")
EDITION_WITHDRAWN = _("The edition is not published any more.")
WITHDRAWN = _("The edition shows what is not published any more: %(titles)s.")
CHANGED = _(
    "Changed since this was ordered: %(titles)s. Resume if the mail is still right; otherwise "
    "cancel, and order it anew."
)
BEING_REWRITTEN = _("Something that the edition shows is being written anew just now.")
RESTORED = _(
    "A backup was restored while this was being sent: some may have got it already. Resume it only "
    "if a second copy does no harm."
)
NOT_ALLOWED = _("You may not send newsletters. Ask an administrator.")
NOT_PUBLISHED = _("The edition is not published. Publish it first: the mail links to it.")
UNPUBLISHED_CHANGES = _("The edition has changes that are not published. Publish them first.")
NOT_APPROVED = _(
    "Nobody but its author has approved what the mail says now. Ask a colleague to look at it."
)
ORDERED_ALREADY = _("This edition was ordered already. An edition is sent once.")
NO_CLAUSE = _("There is no consent clause in force, so nobody has given consent.")
NOBODY = _("Nobody may be mailed: there is no confirmed subscriber for this edition.")

_ENHANCED = re.compile(rb"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS_WORDS: tuple[tuple[str, Promise], ...] = (
    ("5.1.1", _("there is no such address")),
    ("5.1.2", _("there is no such domain")),
    ("5.1.10", _("this domain takes no mail")),
    ("5.2.1", _("the mailbox is closed")),
    ("5.2.2", _("the mailbox is full")),
    ("4.2.2", _("the mailbox is full")),
    ("5.7.", _("it does not take our mails")),
    ("4.7.", _("it asks to try again later")),
)


def for_address_reply(code: int, text: bytes) -> str:
    """Say what an answer to RCPT means."""
    enhanced = _enhanced(text)
    for prefix, words in _ADDRESS_WORDS:
        if enhanced == prefix or (prefix.endswith(".") and enhanced.startswith(prefix)):
            return _with_code(words, code, enhanced)
    if code == 550:
        return _with_code(_("the address is refused"), code, enhanced)
    if code < 500:
        return _with_code(_("it asks to try again later"), code, enhanced)
    return _with_code(_("the address is refused"), code, enhanced)


def for_content_reply(code: int, text: bytes) -> str:
    """Say what an answer to the mail itself means."""
    words = _("it asks to try again later") if code < 500 else _("it refuses the mail itself")
    return _with_code(words, code, _enhanced(text))


def for_server_reply(code: int) -> str:
    """Say what an answer means that concerns all mails."""
    if code in {530, 534, 535, 538}:
        return say(_("The mail server refuses our login (%(code)s). Check EMAIL_URL."), code=code)
    if code in {421, 450, 451, 452, 454}:
        return say(_("The mail server takes no mail just now (%(code)s)."), code=code)
    return say(_("The mail server takes no mail from us (%(code)s)."), code=code)


def for_error(error: Exception) -> str:
    """Say what a broken connection means."""
    name = type(error).__name__
    if isinstance(error, TimeoutError):
        return say(_("The mail server did not answer in time."))
    if isinstance(error, ConnectionRefusedError):
        return say(_("Nobody answers at the mail server's address."))
    return say(_("The connection to the mail server broke (%(error)s)."), error=name)


def _with_code(words: Promise, code: int, enhanced: str) -> str:
    codes = f"{code} {enhanced}".strip()
    return say(_("The mail server says: %(words)s (%(codes)s)."), words=say(words), codes=codes)


def _enhanced(text: bytes) -> str:
    found = _ENHANCED.search(text)
    return found.group(1).decode() if found else ""
