from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import COMMENTS_RELATION_NAME, AbstractPage, PageViewRestriction

from cms.basepage.signals import (
    descendants_moved,
    page_deleting,
    page_writing,
    page_written,
)

# What Wagtail writes when it keeps a draft or adds a child: nothing that anyone outside could see.
UNSEEN_FIELDS = frozenset(
    {
        COMMENTS_RELATION_NAME,
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "numchild",
    }
)


class BasePage(AbstractPage):
    """The page that all pages of Razem are (`WAGTAIL_PAGE_MODEL`).

    It adds no field. It is where every save of a page passes through, also those that Wagtail
    does to the plain page (moves, expiry), and it tells so inside the same transaction.
    """

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        update_fields = kwargs.get("update_fields")
        if update_fields is not None and UNSEEN_FIELDS.issuperset(update_fields):
            super().save(*args, **kwargs)
            return
        page_writing.send(sender=BasePage)
        self._wait_for_go_live()
        super().save(*args, **kwargs)
        page_written.send(sender=BasePage, page_id=self.pk)

    def _wait_for_go_live(self) -> None:
        """Keep a new page a draft until its time: the admin adds it live, then schedules it."""
        if self._state.adding and self.go_live_at and self.go_live_at > timezone.now():
            self.live = False

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        page_writing.send(sender=BasePage)
        return super().delete(*args, **kwargs)

    @transaction.atomic
    def copy(self, *args: Any, keep_live: bool = True, **kwargs: Any) -> Any:
        """Copy the page, as a draft if it or a page below it is private.

        Wagtail publishes the copy before it copies the restriction, and copies no restriction of
        the pages below.
        """
        is_open = not self.has_restrictions_below()
        return super().copy(*args, keep_live=keep_live and is_open, **kwargs)

    def has_restrictions_below(self) -> bool:
        """Whether a view restriction stands on the page itself or on one below it."""
        restrictions = PageViewRestriction.objects.filter(page__path__startswith=self.path)
        return bool(restrictions.exists())

    def _update_descendant_url_paths(self, old_url_path: str, new_url_path: str) -> None:
        super()._update_descendant_url_paths(old_url_path, new_url_path)
        descendants_moved.send(sender=BasePage, path=self.path)


@receiver(pre_delete, sender=BasePage)
def tell_of_deletion(sender: type[BasePage], instance: BasePage, **kwargs: Any) -> None:
    """Tell of each page of a deleted subtree: Django sends this for every row of it."""
    page_deleting.send(sender=BasePage, page_id=instance.pk)
