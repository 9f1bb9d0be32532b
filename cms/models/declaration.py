"""The declaration of accessibility that the law asks of a public website.

Act of 4 April 2019 on the digital accessibility of websites and mobile applications of public
entities, art. 10–12. Checkers find its parts by ids that begin with "a11y-" (technical conditions
of the Minister of Digital Affairs); templates/cms/declaration_page.html writes them.
"""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from cms.models.published import SitePage

# The day of each year by which the declaration is to be looked through (art. 11(2)).
REVIEW_BY = (3, 31)
FEATURES = ["bold", "link", "ol", "ul"]


class DeclarationPage(SitePage):
    """The declaration of accessibility of the centre's own site."""

    class Conformity(models.TextChoices):
        FULL = "full", _("fully compliant")
        PARTIAL = "partial", _("partially compliant")
        NONE = "none", _("not compliant")

    max_count = 1
    template = "cms/declaration_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    entity = models.CharField(
        _("public entity"),
        max_length=300,
        help_text=_("In whose name the declaration is made, usually the municipality."),
    )
    conformity = models.CharField(_("compliance with the act"), max_length=10, choices=Conformity)
    inaccessible = RichTextField(
        _("what is not accessible, and why"),
        features=FEATURES,
        blank=True,
        help_text=_("Required unless the site is fully compliant."),
    )
    site_published_on = models.DateField(_("website published on"))
    site_changed_on = models.DateField(_("last major change of the website"))
    prepared_on = models.DateField(_("declaration made on"))
    reviewed_on = models.DateField(
        _("declaration last reviewed on"),
        help_text=_("To be done by 31 March every year, and after a rebuild of the site."),
    )
    method = models.CharField(
        _("how it was assessed"),
        max_length=300,
        help_text=_("For example: self-assessment, or the name of the auditor."),
    )
    contact_person = models.CharField(
        _("who answers"),
        max_length=200,
        help_text=_("A person, or better a unit that stays when people change."),
    )
    contact_email = models.EmailField(_("e-mail"))
    contact_phone = models.CharField(_("phone"), max_length=30)
    architecture = RichTextField(
        _("accessibility of the building"),
        features=FEATURES,
        help_text=_(
            "Entrance, lift, toilet, parking, induction loop, assistance dog, interpreter."
        ),
    )

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("entity"),
        MultiFieldPanel(
            [FieldPanel("conformity"), FieldPanel("inaccessible"), FieldPanel("method")],
            heading=_("State of accessibility"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("site_published_on"), FieldPanel("site_changed_on")]),
                FieldRowPanel([FieldPanel("prepared_on"), FieldPanel("reviewed_on")]),
            ],
            heading=_("Dates"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("contact_person"),
                FieldRowPanel([FieldPanel("contact_email"), FieldPanel("contact_phone")]),
            ],
            heading=_("Contact"),
        ),
        FieldPanel("architecture"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("declaration of accessibility")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"site_url": settings.SITE_URL}

    def publishing_errors(self) -> dict[str, Any]:
        errors = super().publishing_errors()
        if self.conformity != self.Conformity.FULL and not self.inaccessible:
            errors["inaccessible"] = _("Say what is not accessible, and why.")
        prepared: date | None = self.prepared_on
        reviewed: date | None = self.reviewed_on
        if reviewed and prepared and reviewed < prepared:
            errors["reviewed_on"] = _(
                "It was reviewed before it was made. Correct one of the days."
            )
        return errors


def review_due_on(page: DeclarationPage) -> date:
    """Return the day by which the declaration is to be reviewed again (art. 11(2) of the act).

    A review counts for the calendar year in which it was made.
    """
    return date(page.reviewed_on.year + 1, *REVIEW_BY)


def is_review_near(page: DeclarationPage) -> bool:
    """Whether the year of the next review has begun."""
    return timezone.localdate().year >= review_due_on(page).year
