"""What the installation says of itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

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
