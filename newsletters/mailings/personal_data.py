"""Which mailings a person was sent, for the page „Moje dane” (art. 15 of the GDPR)."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletters.mailings.models import Delivery
from newsletters.subscribers.models import Subscriber
from newsletters.subscribers.personal_data import Rows, Section


def deliveries_of(subscriber: Subscriber) -> Rows:
    """Return what became of each mailing that was meant for the person, the newest first."""
    rows = Delivery.objects.filter(subscriber=subscriber).select_related("mailing")
    return [
        {
            _("subject"): row.mailing.subject,
            _("state"): row.get_state_display(),
            _("since"): date_format(localtime(row.changed_at), "SHORT_DATETIME_FORMAT"),
        }
        for row in rows.order_by("-pk")
    ]


SECTION = Section(name="mailings", heading=gettext_lazy("Mailings"), rows=deliveries_of)
