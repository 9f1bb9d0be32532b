"""What documents may embed: a change of it must reach every document that read it."""

from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import Signal

# No arguments. Sent inside the transaction before the object is written or deleted: whoever needs
# locks takes them now, before the object's own row is locked.
embedded_object_changing = Signal()
# Arguments: object_id (int), is_withdrawal (bool: it was deleted, or nobody may see it now). Sent
# inside the transaction that changes or deletes the object, after the write; the sender is its
# class.
embedded_object_changed = Signal()


def tell_of_coming_deletion(sender: type[models.Model], **kwargs: Any) -> None:
    embedded_object_changing.send(sender=sender)


def tell_of_deletion(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    embedded_object_changed.send(sender=sender, object_id=instance.pk, is_withdrawal=True)


class EmbeddedModel(models.Model):
    """A snippet, image or setting whose fields stand in documents.

    Saving or deleting one tells so in the same transaction, so that no change can be kept while
    the news of it is lost. Deletions are told by Django's signals, since the admin deletes several
    objects by their query set.
    """

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        pre_delete.connect(tell_of_coming_deletion, sender=cls)
        post_delete.connect(tell_of_deletion, sender=cls)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        embedded_object_changing.send(sender=type(self))
        super().save(*args, **kwargs)
        embedded_object_changed.send(
            sender=type(self), object_id=self.pk, is_withdrawal=self.is_withheld
        )

    @property
    def is_withheld(self) -> bool:
        """Whether nobody may see it now: saved so, it leaves all documents before the commit."""
        return False
