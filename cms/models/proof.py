from typing import Any

from django.db import models


class NeverChanged(models.Model):
    """A row that is proof: it is added, read, and deleted when its time is over, never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} {self.pk} is proof and is never changed.")
        super().save(*args, **kwargs)
