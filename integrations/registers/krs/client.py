"""The client of the KRS open API, https://api-krs.ms.gov.pl: no key, a request a second is polite.

It asks and reads, nothing else: when to ask is said by `pace`, what follows by the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import requests
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.http import guarded
from integrations.http.fetching import Fetched, FetchError, Limits, fetch
from integrations.http.retry_after import retry_after
from integrations.registers.krs.bulletins import parse_bulletin
from integrations.registers.krs.errors import KrsError
from integrations.registers.krs.extracts import Extract, is_not_found, parse_extract, unreadable

# Two requests and the wait between them must end within a job's time limit (settings.Q_CLUSTER).
LIMITS = Limits(
    connect_seconds=4.0, read_seconds=7.0, total_seconds=8.0, most_bytes=2 * 1024 * 1024
)
# Associations and foundations first: an organization in both is entered there with more.
REGISTERS = ("S", "P")
BUSY = {408, 425, 429}
HEADERS = {"Accept": "application/json", "User-Agent": "Razem"}


class Outcome(StrEnum):
    """What the registers say of a number."""

    FOUND = "found"
    REMOVED = "removed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    extract: Extract | None = None


class KrsClient:
    """Asks on one connection, which `close` ends. `pace` is called before each request."""

    def __init__(self, base_url: str, *, pace: Callable[[], None]) -> None:
        self._base_url = base_url.rstrip("/")
        self._pace = pace
        self._session: requests.Session | None = None

    def extract(self, krs: str, *, first: str = "S") -> Answer:
        """Look the number up, first in the register where it was last, or raise KrsError.

        Removed from one register an organization may still be in the other.
        """
        is_removed = False
        for register in sorted(REGISTERS, key=lambda one: one != first):
            path = f"OdpisAktualny/{krs}?rejestr={register}&format=json"
            fetched = self._get(path)
            if fetched.status == 200:
                return Answer(Outcome.FOUND, parse_extract(fetched.body, krs=krs))
            is_removed |= self._is_removed(fetched)
        return Answer(Outcome.REMOVED if is_removed else Outcome.NOT_FOUND)

    def bulletin(self, day: date) -> frozenset[str]:
        """Return the numbers of the entries that changed on the day, or raise KrsError."""
        fetched = self._get(f"Biuletyn/{day.isoformat()}")
        if fetched.status == 200:
            return parse_bulletin(fetched.body)
        self._is_removed(fetched)
        return frozenset()  # No bulletin: nothing changed.

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _is_removed(self, fetched: Fetched) -> bool:
        """Whether the answer is 204, not the register's own 404. Others raise KrsError."""
        if fetched.status == 204:
            return True
        if fetched.status == 404 and is_not_found(fetched.body):
            return False
        raise _refused(fetched)

    def _get(self, path: str) -> Fetched:
        self._pace()
        try:
            if self._session is None:
                self._session = guarded.session_for(guarded.resolve(self._base_url))
            url = f"{self._base_url}/{path}"
            return fetch(self._session, url, limits=LIMITS, headers=HEADERS)
        except guarded.HostRefusedError as error:
            raise KrsError(_about_register(error.reason), is_about_register=True) from error
        except FetchError as error:
            self.close()
            raise _unanswered(error) from error


def _about_register(reason: str) -> str:
    return say(_("The register's address (KRS_API_URL) cannot be used. %(reason)s"), reason=reason)


def _unanswered(error: FetchError) -> KrsError:
    match error.why:
        case FetchError.Why.TOO_LARGE:
            return KrsError(say(_("The register's answer is too long to be right.")))
        case FetchError.Why.CERTIFICATE:
            reason = say(_("The register's certificate is not valid, so it was not asked."))
        case FetchError.Why.TOO_SLOW:
            reason = say(_("The register did not answer in time."))
        case _:
            reason = say(_("The register cannot be reached, or broke the connection off."))
    return KrsError(reason, is_about_register=True)


def _refused(fetched: Fetched) -> KrsError:
    """Say what a status means that is no answer to the question."""
    status = fetched.status
    if status in BUSY or status >= 500:
        text = _("The register asks to try again later (HTTP %(status)s).")
        if status not in {*BUSY, 503}:
            text = _("The register has an error of its own (HTTP %(status)s).")
        wait = retry_after(fetched.headers.get("Retry-After"))
        return KrsError(say(text, status=status), is_about_register=True, retry_after=wait)
    if 300 <= status < 400:
        text = _("The register's address redirects elsewhere (HTTP %(status)s).")
        return KrsError(say(text, status=status), is_about_register=True)
    if status == 404:  # not the register's own: of a wrong address, or of something in between
        return KrsError(unreadable().reason, is_about_register=True)
    return KrsError(say(_("The register refused the question (HTTP %(status)s)."), status=status))
