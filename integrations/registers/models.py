"""What is known of our conversation with the KRS: no data of an organization, and of no person."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.registers.krs.client import Outcome


class KrsState(models.Model):
    """How the register fares, and when it may be asked again. There is one row (`load`).

    `next_call_at`: the next free moment of the one request a second that all processes share.
    `blocked_until`: the register said so (Retry-After); it binds everybody. `rest_until`: the job
    waits by itself. `run_token` and `run_until`: the run that works now, until its lease ends.
    """

    next_call_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    run_token = models.UUIDField(null=True)
    run_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"KRS: {self.failures}"

    @classmethod
    def load(cls) -> "KrsState":
        state, _made = cls.objects.get_or_create(pk=1)
        return state


class Bulletin(models.Model):
    """The bulletin of changes of one day: waiting → read | missed.

    Missed: it could not be read for a week, so that every profile is looked up instead.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READ = "read", _("read")
        MISSED = "missed", _("given up")

    day = models.DateField(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)
    changed = models.PositiveIntegerField(null=True)
    ours = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_state_display()}"


class KrsEntry(models.Model):
    """What the KRS last said of the number of a profile, and when it is asked next (`due_at`).

    `krs` is the number that it was asked about: of a profile that has another one now, nothing
    here holds. `outcome` is "" until there was an answer. `attempts` counts how often it was
    asked about since then without an answer that could be used, while the register answered.
    """

    profile = models.OneToOneField(
        "cms.OrganizationPage", primary_key=True, on_delete=models.CASCADE, related_name="krs_entry"
    )
    krs = models.CharField(max_length=10)
    due_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Outcome], blank=True
    )
    register = models.CharField(max_length=1, blank=True)
    answered_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="krs_entry_due"),
            models.Index(
                fields=["outcome"],
                condition=~Q(outcome=Outcome.FOUND.value),
                name="krs_entry_not_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.krs}: {self.outcome or '–'}"
