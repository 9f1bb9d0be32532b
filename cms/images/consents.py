"""Which images lack something, or soon will: asked by the library and by the home page."""

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import ReferenceIndex
from wagtail.permissions import policy_registry

from cms.models.images import NOT_STATED, CentreImage

# So long before a consent ends staff are told; and so long after it, that it has ended.
NOTICE = timedelta(days=30)


def without_credit() -> Q:
    return Q(author__in=["", NOT_STATED]) | Q(licence__in=["", NOT_STATED])


def expiring() -> Q:
    today = timezone.localdate()
    return Q(
        shows_people=True,
        consent_withdrawn_on=None,
        consent_expires_on__range=(today, today + NOTICE),
    )


def lapsed() -> Q:
    """Return the condition for images that nobody may see (`CentreImage.is_withheld`)."""
    is_over = Q(consent_expires_on__lt=timezone.localdate()) | Q(consent_reference="")
    return Q(consent_withdrawn_on__isnull=False) | (Q(shows_people=True) & is_over)


def unused() -> Any:
    """Return the condition for images that Wagtail knows of no use of."""
    uses = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(CentreImage),
        to_object_id=Cast(OuterRef("pk"), CharField()),
    )
    return ~Exists(uses)


def ending_consents(user: Any) -> QuerySet[CentreImage]:
    """Return the images whose consent ends soon or ended lately, for who may change them."""
    policy = policy_registry.get_by_type(CentreImage)
    mine = policy.instances_user_has_any_permission_for(user, ["change"])
    today = timezone.localdate()
    due: QuerySet[CentreImage] = mine.filter(
        shows_people=True,
        consent_withdrawn_on=None,
        consent_expires_on__range=(today - NOTICE, today + NOTICE),
    )
    return due.order_by("consent_expires_on", "pk")
