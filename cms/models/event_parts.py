"""What an event consists of: its programme, its materials, its photos."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable

from cms.models.events import EventPage


class ProgrammeItem(Orderable):
    """A part of an event: a stand, a concert, a talk."""

    page = ParentalKey(EventPage, related_name="programme_items", on_delete=models.CASCADE)
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Only for events of several days.")
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.CharField(_("description"), max_length=500, blank=True)
    organization = models.ForeignKey(
        "cms.OrganizationPage",
        verbose_name=_("organization"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("start_time"), FieldPanel("end_time"), FieldPanel("day")]),
        FieldPanel("title"),
        FieldPanel("description"),
        PageChooserPanel("organization"),
    ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.end_time and (not self.start_time or self.end_time <= self.start_time):
            raise ValidationError({"end_time": _("The item ends before it begins.")})


class EventMaterial(Orderable):
    """A file that participants get: slides, a form, a report after the event."""

    page = ParentalKey(EventPage, related_name="materials", on_delete=models.CASCADE)
    file = models.ForeignKey(
        "cms.CentreFile", verbose_name=_("file"), on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(
        _("title"), max_length=200, blank=True, help_text=_("Empty: the title of the file.")
    )

    panels: ClassVar = [FieldPanel("file"), FieldPanel("title")]

    def __str__(self) -> str:
        return self.title or str(self.file)


class EventPhoto(Orderable):
    """A photo of the event. Author, licence and consent stand at the image."""

    page = ParentalKey(EventPage, related_name="photos", on_delete=models.CASCADE)
    image = models.ForeignKey(
        "cms.CentreImage", verbose_name=_("image"), on_delete=models.CASCADE, related_name="+"
    )

    panels: ClassVar = [FieldPanel("image")]

    def __str__(self) -> str:
        return str(self.image)
