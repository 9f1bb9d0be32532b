"""The ledger of consents to publish the private contact of an organization (RODO art. 6(1)(a))."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.proof import NeverChanged


class ContactClause(NeverChanged):
    """One version of what people sign; an edit makes a new version, old consents keep theirs."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("what people sign"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    # No constraint: who wrote it may be deleted, the clause is never changed.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("clause of the consent to publish a contact")
        verbose_name_plural = _("clauses of the consent to publish a contact")
        ordering: ClassVar = ["-version"]

    def __str__(self) -> str:
        return _("version %(number)s") % {"number": self.version}


class ContactConsent(NeverChanged):
    """One event in the ledger: somebody's consent, or its withdrawal (`ends`). Only ever added.

    It outlives the profile as proof. `fields` are the names of the profile's fields that it
    covers; `valid_until` is its last day.
    """

    class Kind(models.TextChoices):
        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", _("withdrawn")

    profile = models.ForeignKey(
        "cms.OrganizationPage",
        verbose_name=_("organization"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="contact_consents",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    person = models.CharField(_("who"), max_length=200)
    fields = models.JSONField(_("what may be public"), default=list)
    clause = models.ForeignKey(
        ContactClause,
        verbose_name=_("what was signed"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    controller = models.CharField(_("data controller"), max_length=300, blank=True)
    on = models.DateField(_("date"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    reference = models.CharField(_("document"), max_length=200, blank=True)
    ends = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="withdrawal", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("consent to publish a contact")
        verbose_name_plural = _("consents to publish a contact")
        ordering: ClassVar = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    def holds_on(self, day: date) -> bool:
        """Whether the dates of a given consent cover the day; a withdrawal is another row."""
        is_given = self.kind == self.Kind.GIVEN and self.on <= day
        return is_given and (self.valid_until is None or day <= self.valid_until)
