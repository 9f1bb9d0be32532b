"""What pages are about, for whom, and where: the tags that lists are filtered by."""

from typing import Any, ClassVar

from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.models.published import DocumentPage


class TaggedPage(DocumentPage):
    """A document with topics, audiences, localities and a programme."""

    topics = ParentalManyToManyField("cms.Topic", verbose_name=_("topics"), blank=True)
    audiences = ParentalManyToManyField("cms.Audience", verbose_name=_("audiences"), blank=True)
    localities = ParentalManyToManyField("cms.Locality", verbose_name=_("localities"), blank=True)
    programme = models.ForeignKey(
        "cms.Programme",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    tag_panels: ClassVar = [
        FieldPanel("topics", widget=CheckboxSelectMultiple),
        FieldPanel("audiences", widget=CheckboxSelectMultiple),
        FieldPanel("localities", widget=CheckboxSelectMultiple),
        FieldPanel("programme"),
    ]

    class Meta:
        abstract = True


def folded(panels: list[Any], heading: Any) -> MultiFieldPanel:
    """Return the panels under a heading that opens on demand: rarely needed, never in the way."""
    return MultiFieldPanel(panels, heading=heading, classname="collapsed")
