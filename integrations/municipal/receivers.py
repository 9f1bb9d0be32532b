"""Wakes the job when documents change, in the transaction that changes them."""

from typing import Any

from django.dispatch import receiver

from cms.documents.signals import documents_changed
from integrations.municipal.job import wake_if_needed


@receiver(documents_changed)
def sync_changed_documents(**kwargs: Any) -> None:
    wake_if_needed()
