"""Vocabularies of the participants' own path: what is offered, to whom, by which programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from cms.models.embedded import EmbeddedModel


class Level(models.TextChoices):
    """For whom something is: everyone, or those who know the subject."""

    GENERAL = "general", _("for everyone")
    SPECIALIST = "specialist", _("specialist")


class OfferType(EmbeddedModel):
    """A form of support that people choose from: training, general or specialist advice, workshop.

    Newsletter preferences use the same vocabulary.
    """

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)

    panels = [FieldPanel("name"), FieldPanel("level"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("type of offer")
        verbose_name_plural = _("types of offer")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Audience(EmbeddedModel):
    """A group of people for whom content is meant."""

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=100)

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Programme(index.Indexed, EmbeddedModel):
    """A public programme that content belongs to, such as the local revitalization programme."""

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    resolution = models.CharField(
        _("resolution"),
        max_length=200,
        blank=True,
        help_text=_("By which it was adopted: number and date."),
    )
    website = models.URLField(_("website"), blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("resolution"),
        FieldPanel("website"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("slug"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
