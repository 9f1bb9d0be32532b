"""What the installation says of itself, and who runs it from when until when."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable

from cms.colours import check_readable
from cms.models.embedded import EmbeddedModel
from cms.public_address import check_pattern


@register_setting(icon="cog")
class CentreSettings(EmbeddedModel, BaseGenericSetting):
    """Names, contact, and which address of a document is the public one."""

    name = models.CharField(
        _("name of the centre"), max_length=200, default="Centrum Organizacji Pozarządowych"
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    public_destination = models.CharField(
        _("public pages are at"),
        max_length=100,
        blank=True,
        help_text=_(
            "Name of the destination whose pages are the public ones. Empty: our own pages."
        ),
    )
    public_url_pattern = models.CharField(
        _("address pattern there"),
        max_length=300,
        blank=True,
        validators=[check_pattern],
        help_text=_("For example https://www.example.org/ngo/{type}/{slug}/ – also {id}."),
    )
    licence_name = models.CharField(
        _("licence of the data"),
        max_length=100,
        default="CC BY 4.0",
        help_text=_("Under which others may use what the open data files hold."),
    )
    licence_url = models.URLField(
        _("address of the licence"), default="https://creativecommons.org/licenses/by/4.0/"
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("contact_email")], heading=_("The centre")),
        MultiFieldPanel(
            [FieldPanel("public_destination"), FieldPanel("public_url_pattern")],
            heading=_("Public address"),
        ),
        MultiFieldPanel(
            [FieldPanel("licence_name"), FieldPanel("licence_url")], heading=_("Open data")
        ),
    ]

    class Meta:
        verbose_name = _("centre settings")


class OperatorTerm(EmbeddedModel, ClusterableModel):
    """A time in which one operator runs the centre: who that is, who pays, who answers for data.

    Operators change by open competition; what was published in a term keeps it
    (`DocumentPage.operator_term`).
    """

    operator = models.CharField(_("operator"), max_length=300)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day. Empty: until further notice.")
    )
    controller = models.CharField(
        _("data controller"),
        max_length=300,
        help_text=_("Who answers for personal data (RODO art. 4), for example the municipality."),
    )
    controller_details = models.TextField(
        _("controller's address and contact"),
        blank=True,
        help_text=_("With the data protection officer, if there is one."),
    )
    funding = models.CharField(
        _("funding"),
        max_length=500,
        blank=True,
        help_text=_("The sentence that stands at the foot of every page."),
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact_address = models.CharField(_("address"), max_length=200, blank=True)
    sender_name = models.CharField(
        _("name of the sender of mails"),
        max_length=100,
        blank=True,
        help_text=_("Empty: the name of the centre."),
    )
    logo = models.ForeignKey(
        "cms.CentreImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    brand_colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write it as #1f5f8b."))],
        help_text=_("Of headings and buttons, such as #1f5f8b. Empty: the colour of Razem."),
    )

    panels: ClassVar = [
        FieldPanel("operator"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        MultiFieldPanel(
            [FieldPanel("controller"), FieldPanel("controller_details")],
            heading=_("Personal data"),
        ),
        FieldPanel("funding"),
        InlinePanel("funder_logos", heading=_("Logos of funders"), label=_("logo")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("contact_email"), FieldPanel("contact_phone")]),
                FieldPanel("contact_address"),
                FieldPanel("sender_name"),
            ],
            heading=_("Contact"),
        ),
        MultiFieldPanel([FieldPanel("logo"), FieldPanel("brand_colour")], heading=_("Branding")),
    ]

    class Meta:
        verbose_name = _("operator's term")
        verbose_name_plural = _("operators' terms")
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return self.operator

    def clean(self) -> None:
        super().clean()
        if self.brand_colour:
            _check_colour(self.brand_colour)
        start: date | None = self.valid_from
        if start is None:  # the form has refused it
            return
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The term ends before it begins.")})
        others = OperatorTerm.objects.exclude(pk=self.pk).filter(
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=self.valid_from)
        )
        if self.valid_until:
            others = others.filter(valid_from__lte=self.valid_until)
        if other := others.first():
            message = _("In that time the centre is run by %(operator)s already: end that term.")
            raise ValidationError({"valid_from": message % {"operator": other.operator}})


def _check_colour(colour: str) -> None:
    try:
        check_readable(colour)
    except ValidationError as error:
        raise ValidationError({"brand_colour": error}) from error


class FunderLogo(Orderable):
    """The logo of who pays, with the link that the funder asks for."""

    term = ParentalKey(OperatorTerm, related_name="funder_logos", on_delete=models.CASCADE)
    image = models.ForeignKey(
        "cms.CentreImage", verbose_name=_("logo"), on_delete=models.CASCADE, related_name="+"
    )
    website = models.URLField(_("website"), blank=True)

    panels: ClassVar = [FieldPanel("image"), FieldPanel("website")]

    def __str__(self) -> str:
        return str(self.image)


def term_on(day: date) -> OperatorTerm | None:
    """Return the term in force on a local day, or None."""
    return (
        OperatorTerm.objects.filter(valid_from__lte=day)
        .filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=day))
        .order_by("-valid_from")
        .first()
    )
