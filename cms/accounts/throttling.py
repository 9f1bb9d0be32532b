"""How often a password may be tried: counted in the database, so that it holds over all processes.

Three limits, because each alone does harm. For one account from one network: few tries, so that
nobody guesses, and nobody elsewhere is locked out. For one account from everywhere: more, against
guessing from many addresses. For one network over all accounts: many, against trying one password
at all of them; an office behind one address stays below it. The last two do not hold where the
account has logged in before, so that no stranger and no neighbour can keep a person out of there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

import structlog
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cms.accounts.models import LoginAttempt
from cms.networks import keyed_hash, network_hash

logger = structlog.get_logger(__name__)

ACCOUNT_SALT = "cms.accounts.account"
NETWORK_SALT = "cms.accounts.network"
FAILURES_KEPT = timedelta(days=1)
NETWORKS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Limit:
    """So many failures within so long; the next try waits until the oldest of them is that old.

    Of one account or of all, from one network or from everywhere. Some do not hold in a network
    from which the account has logged in before.
    """

    name: str
    failures: int
    window: timedelta
    is_of_account: bool = True
    is_of_network: bool = True
    holds_where_known: bool = True


PAIR = Limit("account and network", 5, timedelta(minutes=15))
ACCOUNT = Limit("account", 30, timedelta(hours=1), is_of_network=False, holds_where_known=False)
NETWORK = Limit("network", 100, timedelta(minutes=15), is_of_account=False, holds_where_known=False)
PASSWORDS = (PAIR, ACCOUNT, NETWORK)
# Six digits are few, and who gets so far knows the password.
CODES_OF_ACCOUNT = Limit("codes of account", 20, timedelta(days=1), is_of_network=False)
CODES = (PAIR, CODES_OF_ACCOUNT)


class TooManyAttemptsError(Exception):
    """Nothing was tried; the next try is possible in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class Attempt:
    """One try to log in. It counts as failed from its beginning, so that many at once count too."""

    def __init__(
        self, request: HttpRequest, name: str, *, limits: tuple[Limit, ...] = PASSWORDS
    ) -> None:
        """Begin it. Raises TooManyAttemptsError, whether there is such an account or not."""
        self.account = keyed_hash(normalize("NFKC", name).casefold(), salt=ACCOUNT_SALT)
        self.network = network_hash(request, salt=NETWORK_SALT)
        _forget_old()
        self._row = LoginAttempt.objects.create(
            account_hash=self.account, network_hash=self.network
        )
        if seconds := self._seconds_to_wait(limits):
            # What was not tried does not make the wait longer.
            self._row.delete()
            raise TooManyAttemptsError(seconds)

    def succeed(self) -> None:
        """Forget the failures of this account here, and remember that it belongs here."""
        here = LoginAttempt.objects.filter(account_hash=self.account, network_hash=self.network)
        here.exclude(pk=self._row.pk).delete()
        here.filter(pk=self._row.pk).update(has_succeeded=True)

    def _seconds_to_wait(self, limits: tuple[Limit, ...]) -> int:
        is_known = self._is_known_here()
        holding = [limit for limit in limits if limit.holds_where_known or not is_known]
        return max(_wait(limit, self._failures_of(limit)) for limit in holding)

    def _failures_of(self, limit: Limit) -> QuerySet[LoginAttempt]:
        failures = LoginAttempt.objects.filter(has_succeeded=False).exclude(pk=self._row.pk)
        if limit.is_of_account:
            failures = failures.filter(account_hash=self.account)
        if limit.is_of_network:
            failures = failures.filter(network_hash=self.network)
        return failures

    def _is_known_here(self) -> bool:
        return LoginAttempt.objects.filter(
            account_hash=self.account, network_hash=self.network, has_succeeded=True
        ).exists()


def _wait(limit: Limit, failures: QuerySet[LoginAttempt]) -> int:
    """Return the seconds until the limit allows one more; 0 if it does now."""
    now = timezone.now()
    recent = failures.filter(at__gt=now - limit.window).order_by("-at", "-pk")
    times: list[datetime] = list(recent.values_list("at", flat=True)[: limit.failures])
    if len(times) < limit.failures:
        return 0
    logger.warning("login_throttled", limit=limit.name)
    return int((times[-1] + limit.window - now).total_seconds()) + 1


def _forget_old() -> None:
    now = timezone.now()
    LoginAttempt.objects.filter(has_succeeded=False, at__lt=now - FAILURES_KEPT).delete()
    LoginAttempt.objects.filter(at__lt=now - NETWORKS_KEPT).delete()
