"""What the centre does: one page for each of the twelve kinds of activity of a project."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.models.documents import Document
from cms.models.published import DocumentPage
from cms.models.tagged import TaggedPage, folded


class ActivityPage(TaggedPage):
    """An activity of a project: advice, trainings, rooms, the volunteering report and so on."""

    class Kind(models.TextChoices):
        ADVICE = "advice", _("general and specialist advice")
        TRAINING = "training", _("trainings for everyone and for the advanced")
        SUPPORT = "support", _("technical and organizational help")
        ANIMATION = "animation", _("animating local activity")
        NETWORKING = "networking", _("connecting organizations")
        MUNICIPAL_SECTION = "municipal_section", _("NGO section of the municipal website")
        YOUTH = "youth", _("youth and volunteering")
        REPORT = "report", _("study of volunteering")
        SMALL_GRANTS = "small_grants", _("small grants contest")
        REVITALIZATION = "revitalization", _("actions of the revitalization programme")
        FESTIVAL = "festival", _("festival and gala")
        CROSS_SECTOR = "cross_sector", _("cooperation within and between sectors")

    document_type = Document.Type.ACTIVITY
    template = "cms/activity_page.html"
    parent_page_types: ClassVar = ["cms.ProjectPage"]
    subpage_types: ClassVar[list[str]] = []

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ADVICE)
    offer_types = ParentalManyToManyField(
        "cms.OfferType", verbose_name=_("types of offer"), blank=True
    )
    place = models.ForeignKey(
        "cms.Place",
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    adviser_role = models.CharField(
        _("who helps"),
        max_length=200,
        blank=True,
        help_text=_("The role, not a person: „lawyer”, „accountant”."),
    )
    booking_email = models.EmailField(_("e-mail for bookings"), blank=True)
    booking_phone = models.CharField(_("phone for bookings"), max_length=30, blank=True)
    booking_url = models.URLField(_("booking link"), blank=True)
    booking_rules = models.CharField(
        _("how to book"),
        max_length=300,
        blank=True,
        help_text=_("For example: in writing, at least 3 working days ahead."),
    )
    is_free = models.BooleanField(_("free of charge"), default=True)
    partners = ParentalManyToManyField("cms.Partner", verbose_name=_("partners"), blank=True)
    resources = ParentalManyToManyField(
        "cms.ResourcePage", verbose_name=_("rules and forms"), blank=True, related_name="+"
    )

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        FieldPanel("kind"),
        FieldPanel("body"),
        folded(
            [
                FieldPanel("adviser_role"),
                FieldRowPanel([FieldPanel("booking_email"), FieldPanel("booking_phone")]),
                FieldPanel("booking_url"),
                FieldPanel("booking_rules"),
                FieldPanel("is_free"),
                FieldPanel("place"),
            ],
            _("How to use it"),
        ),
        InlinePanel("duty_hours", heading=_("Duty hours"), label=_("hours")),
        InlinePanel("closures", heading=_("Closed on"), label=_("closure")),
        InlinePanel("facilities", heading=_("Rooms and equipment"), label=_("room or equipment")),
        InlinePanel("figures", heading=_("Figures"), label=_("figure")),
        folded(
            [
                FieldPanel("resources"),
                FieldPanel("partners", widget=CheckboxSelectMultiple),
                FieldPanel("offer_types", widget=CheckboxSelectMultiple),
                *TaggedPage.tag_panels,
            ],
            _("Rules, partners and tags"),
        ),
    ]
    search_fields: ClassVar = [*DocumentPage.search_fields, index.FilterField("kind")]

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")


class DutyHours(Orderable):
    """Hours at which someone is there on a day of the week."""

    class Weekday(models.IntegerChoices):
        """Numbers of ISO 8601: Monday is 1."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    page = ParentalKey(ActivityPage, related_name="duty_hours", on_delete=models.CASCADE)
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("For example: every second week.")
    )

    panels: ClassVar = [
        FieldPanel("weekday"),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
        FieldPanel("note"),
    ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        super().clean()
        if None not in (self.opens, self.closes) and self.closes <= self.opens:
            raise ValidationError({"closes": _("The hours end before they begin.")})


class Closure(Orderable):
    """Days on which the activity is not available."""

    page = ParentalKey(ActivityPage, related_name="closures", on_delete=models.CASCADE)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldPanel("reason"),
    ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day or self.first_day}"

    def clean(self) -> None:
        super().clean()
        first_day: date | None = self.first_day
        if first_day and self.last_day and self.last_day < first_day:
            raise ValidationError({"last_day": _("The closure ends before it begins.")})


class Facility(Orderable):
    """A room or equipment that organizations may use."""

    class Kind(models.TextChoices):
        ROOM = "room", _("room")
        LOCKER = "locker", _("locker")
        EQUIPMENT = "equipment", _("equipment")

    page = ParentalKey(ActivityPage, related_name="facilities", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ROOM)
    name = models.CharField(_("name"), max_length=200)
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("name")]),
        FieldRowPanel([FieldPanel("quantity"), FieldPanel("seats")]),
        FieldPanel("description"),
    ]

    def __str__(self) -> str:
        return self.name


class Figure(Orderable):
    """A number that says what was done: hours of advice, organizations that took part."""

    page = ParentalKey(ActivityPage, related_name="figures", on_delete=models.CASCADE)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=1)
    label = models.CharField(
        _("of what"), max_length=200, help_text=_("For example: hours of specialist advice.")
    )
    period = models.CharField(_("in what time"), max_length=100, blank=True)

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("value"), FieldPanel("period")]),
        FieldPanel("label"),
    ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"
