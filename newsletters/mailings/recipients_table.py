"""The table of a mailing's recipients: one state or all, fifty a page, however many there are."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

from newsletters.mailings import selectors, wording
from newsletters.mailings.forms import RecipientsForm
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.selectors import Progress
from newsletters.subscribers.models import Subscriber

PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One recipient, in words."""

    address: str
    state: str
    reason: str
    attempts: int
    since: str


class RecipientsTable:
    """What is asked for by `stan` (a state), `q` (a part of an address) and `p` (a page).

    Who may not see addresses gets them masked, and cannot search by them either.
    """

    def __init__(
        self, mailing: Mailing, progress: Progress, asked: QueryDict, *, shows_addresses: bool
    ) -> None:
        self._mailing = mailing
        form = RecipientsForm(asked)
        form.is_valid()
        self.shows_addresses = shows_addresses
        self.state: str = form.cleaned_data.get("stan", "")
        self.query: str = form.cleaned_data.get("q", "") if shows_addresses else ""
        found = selectors.deliveries(mailing, self.state)
        if self.query:
            people = Subscriber.objects.filter(address_key__contains=self.query.casefold())
            found = found.filter(subscriber__in=people)
        # Of the pages before only the keys are read.
        self.paginator = WagtailPaginator(found.values_list("pk", flat=True), PER_PAGE)
        if not self.query:
            # Counted already: the database need not count so many rows again.
            known = progress.counts.get(self.state, 0) if self.state else progress.total
            vars(self.paginator)["count"] = known
        self.page = self.paginator.get_page(asked.get("p"))
        now = timezone.localtime(timezone.now(), timezone.get_default_timezone())
        self.as_of = f"{now:%H:%M:%S}"
        self.page_range = self.paginator.get_elided_page_range(self.page.number)

    @cached_property
    def rows(self) -> list[Row]:
        shown = selectors.deliveries(self._mailing).filter(pk__in=list(self.page.object_list))
        return [self._row(delivery) for delivery in shown]

    @property
    def state_label(self) -> str:
        return str(Delivery.State(self.state).label) if self.state else ""

    def _row(self, delivery: Delivery) -> Row:
        state = delivery.get_state_display()
        if delivery.state == Delivery.State.DEFERRED:
            time = wording.hour(delivery.next_at)
            state = _("%(state)s at %(time)s") % {"state": state, "time": time}
        return Row(
            address=self._address(delivery),
            state=state,
            reason=delivery.reason,
            attempts=delivery.attempts,
            since=wording.moment(delivery.changed_at),
        )

    def _address(self, delivery: Delivery) -> str:
        subscriber: Any = delivery.subscriber
        if subscriber is None:
            return _("(erased)")
        email: str = subscriber.email
        return email if self.shows_addresses else wording.masked(email)
