"""Wakes the job when documents change, in the transaction that changes them.

And keeps the topics and localities that destinations go by: without them everything would be
taken away there.
"""

from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from cms.documents.signals import documents_changed
from cms.models import Locality, Topic
from integrations.municipal.job import wake_if_needed
from integrations.municipal.mapping import names_of_users


@receiver(documents_changed)
def sync_changed_documents(**kwargs: Any) -> None:
    wake_if_needed()


@receiver(pre_delete, sender=Topic)
@receiver(pre_delete, sender=Locality)
def keep_what_destinations_go_by(instance: Topic | Locality, **kwargs: Any) -> None:
    if names := names_of_users(instance):
        raise ProtectedError(f"Destinations go by it: {', '.join(names)}", {instance})
