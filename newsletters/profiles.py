"""What mailings know of profiles: mail to the organization's address does not arrive."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.profiles.checks import Reason
from newsletters.mailings.models import Delivery
from newsletters.subscribers.models import Subscriber, Suppression


def mail_fails() -> Exists:
    """Return the condition for profiles whose address is known not to exist, or was refused.

    Refused means by the latest mail whose fate is known; one that arrived since ends it.
    """
    bounced = Suppression.objects.filter(
        address_hash=OuterRef("address_hash"), reason=Suppression.Reason.BOUNCED
    )
    arrived_since = Delivery.objects.filter(
        subscriber_id=OuterRef("subscriber_id"),
        state=Delivery.State.ACCEPTED,
        changed_at__gt=OuterRef("changed_at"),
    )
    refused = Delivery.objects.filter(
        ~Exists(arrived_since), subscriber_id=OuterRef("pk"), state=Delivery.State.FAILED
    )
    people = Subscriber.objects.filter(address_key=Lower(OuterRef("email")))
    return Exists(people.filter(Q(Exists(bounced)) | Q(Exists(refused))))


MAIL_FAILS = Reason("mail_fails", _("mail to its address does not arrive"), mail_fails)
