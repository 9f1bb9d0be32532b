"""Publishes a page of the demo as an editor would."""

from typing import Any

from cms.basepage.models import BasePage


def publish(parent: BasePage, page: Any) -> Any:
    """Add a page as an editor would: a draft first, then its first revision published."""
    page.live = False
    parent = BasePage.objects.get(pk=parent.pk)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)
