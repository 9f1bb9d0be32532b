"""What staff do with several rows of a list at once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction

from cms.listings.bulk_export import VIEWSET_OF, ExportListed
from cms.models import EventPage, OrganizationPage
from cms.verbs.applying import may_apply
from cms.verbs.errors import VerbRefusedError
from cms.verbs.events import confirm_date
from cms.verbs.organizations import verify, verify_refusal
from cms.verbs.transitions import Verb, is_offered

LISTED = list(VIEWSET_OF)


class PublishListed(PublishBulkAction):
    models = LISTED


class UnpublishListed(UnpublishBulkAction):
    models = LISTED


class VerbBulkAction(PageBulkAction):
    """Applies a verb to each selected page, each in a transaction of its own."""

    template_name = "cms/listings/bulk_verb.html"
    action_priority = 10

    @classmethod
    def apply(cls, page: Any, user: Any) -> None:
        raise NotImplementedError

    @classmethod
    def execute_action(cls, objects: list[Any], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        done = 0
        for page in objects:
            try:
                cls.apply(page, user)
            except VerbRefusedError:
                continue
            done += 1
        return done, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d page changed.", "%(count)d pages changed.", num_parent_objects
        ) % {"count": num_parent_objects}


class ConfirmDates(VerbBulkAction):
    models = (EventPage,)
    display_name = _("Confirm the date")
    action_type = "confirm_date"
    aria_label = _("Confirm the dates of the selected events")

    def check_perm(self, page: EventPage) -> bool:
        return may_apply(page, self.request.user) and is_offered(Verb.CONFIRM_DATE, page)

    @classmethod
    def apply(cls, page: EventPage, user: Any) -> None:
        confirm_date(page_id=page.pk, user=user)


class VerifyProfiles(VerbBulkAction):
    models = (OrganizationPage,)
    display_name = _("Verify the profile")
    action_type = "verify"
    aria_label = _("Verify the selected profiles")

    def check_perm(self, page: OrganizationPage) -> bool:
        return may_apply(page, self.request.user) and not verify_refusal(page)

    @classmethod
    def apply(cls, page: OrganizationPage, user: Any) -> None:
        verify(page_id=page.pk, user=user)


ACTIONS = (ConfirmDates, VerifyProfiles, PublishListed, UnpublishListed, ExportListed)
