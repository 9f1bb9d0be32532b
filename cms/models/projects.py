from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from cms.models.documents import Document
from cms.models.published import DocumentPage


class ProjectPage(DocumentPage):
    """A project of the centre: period, partners, what it does."""

    document_type = Document.Type.PROJECT
    template = "cms/project_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.ActivityPage", "cms.StandardPage", "cms.EventPage"]

    start_date = models.DateField(_("start date"), null=True, blank=True)
    end_date = models.DateField(_("end date"), null=True, blank=True)

    funding = models.CharField(
        _("funding"),
        max_length=500,
        blank=True,
        help_text=_("The sentence that the funder asks for. Empty: that of the operator's term."),
    )

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")])], heading=_("Period")
        ),
        FieldPanel("funding"),
        InlinePanel("partners", heading=_("Partners"), label=_("partner")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def period(self) -> tuple[date | None, date | None]:
        return self.start_date, self.end_date or self.start_date

    def publishing_errors(self) -> dict[str, Any]:
        errors = super().publishing_errors()
        if not self.start_date:
            errors["start_date"] = _("A project needs the date on which it begins.")
        elif self.end_date and self.end_date < self.start_date:
            errors["end_date"] = _("The project ends before it begins. Correct one of the dates.")
        return errors


class ProjectPartner(Orderable):
    """Who carries the project, and in which role."""

    class Role(models.TextChoices):
        LEADER = "leader", _("leader")
        PARTNER = "partner", _("partner")
        FUNDER = "funder", _("funder")

    page = ParentalKey(ProjectPage, related_name="partners", on_delete=models.CASCADE)
    partner = models.ForeignKey("cms.Partner", verbose_name=_("partner"), on_delete=models.CASCADE)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.PARTNER)

    panels: ClassVar = [FieldPanel("partner"), FieldPanel("role")]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "partner"], name="partner_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.get_role_display()})"
