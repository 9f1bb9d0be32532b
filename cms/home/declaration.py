"""The declaration of accessibility when its yearly review is due."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.channels import Todo, Urgency
from cms.home.drafts import edit_address
from cms.models.declaration import DeclarationPage, is_review_near, review_due_on
from cms.polish import date_in_words


def due(user: Any) -> list[DeclarationPage]:
    """Return the live declaration once the year of its next review has begun, for who may edit."""
    policy = PagePermissionPolicy(DeclarationPage)
    mine = policy.instances_user_has_any_permission_for(user, {"change"}).filter(live=True)
    return [page for page in mine if is_review_near(page)]


def row(page: DeclarationPage) -> Todo:
    """Say until when it is to be reviewed, or since when it should have been."""
    day = review_due_on(page)
    is_late = day < timezone.localdate()
    words = _("the review was due by %(date)s") if is_late else _("to be reviewed by %(date)s")
    return Todo(
        text=page.title,
        url=edit_address(page.pk),
        urgency=Urgency.SOON if is_late else Urgency.NOTE,
        note=words % {"date": date_in_words(day)},
    )
