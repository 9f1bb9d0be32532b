from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.search import index

from cms.models.accessibility import AccessibilityFeature
from cms.models.documents import Document
from cms.models.offers import Level
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import TaggedPage, folded


class EventIndexPage(SitePage):
    """The list of events, and the place in the tree where events live."""

    in_menu = True
    max_count = 1
    template = "cms/event_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.EventPage"]

    class Meta:
        verbose_name = _("list of events")


class EventPage(TaggedPage):
    """An event. How exact its date is, how certain it is, and its status are three things."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening")
        TRAINING = "training", _("training")
        WORKSHOP = "workshop", _("workshop")
        NETWORKING = "networking", _("networking")
        ANIMATION = "animation", _("local activity")
        FLAGSHIP = "flagship", _("flagship event")

    class DatePrecision(models.TextChoices):
        DAY = "day", _("day, the hour is not set yet")
        TIME = "time", _("day and hour")

    class DateCertainty(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        PROPOSED = "proposed", _("proposed date")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("takes place as planned")
        POSTPONED = "postponed", _("postponed, the new date is not known")
        RESCHEDULED = "rescheduled", _("moved to another date")
        MOVED_ONLINE = "moved_online", _("moved online")
        CANCELLED = "cancelled", _("cancelled")

    document_type = Document.Type.EVENT
    template = "cms/event_page.html"
    parent_page_types: ClassVar = ["cms.EventIndexPage", "cms.ProjectPage"]
    subpage_types: ClassVar[list[str]] = []

    Level = Level

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ANIMATION)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    start_date = models.DateField(_("date"), null=True, blank=True)
    end_date = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Only when it lasts more than one day.")
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    date_precision = models.CharField(
        _("what is known of the time"),
        max_length=4,
        choices=DatePrecision.choices,
        default=DatePrecision.DAY,
    )
    date_certainty = models.CharField(
        _("certainty of the date"),
        max_length=9,
        choices=DateCertainty.choices,
        default=DateCertainty.CONFIRMED,
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.SCHEDULED
    )
    previous_start_date = models.DateField(_("previous date"), null=True, blank=True)
    status_note = models.CharField(
        _("what people should know of the change"),
        max_length=200,
        blank=True,
        help_text=_("One sentence, shown beside the status."),
    )
    is_full = models.BooleanField(_("no places left"), default=False)
    place = models.ForeignKey(
        "cms.Place", verbose_name=_("place"), null=True, blank=True, on_delete=models.SET_NULL
    )
    online_url = models.URLField(_("address of the online meeting"), blank=True)
    registration_url = models.URLField(_("sign-up link"), blank=True)
    registration_email = models.EmailField(_("sign-up e-mail"), blank=True)
    registration_deadline = models.DateField(_("last day of sign-up"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("number of places"), null=True, blank=True)
    is_free = models.BooleanField(_("free of charge"), default=True)
    price_note = models.CharField(_("cost"), max_length=200, blank=True)
    trainer = models.CharField(
        _("who leads it"), max_length=200, blank=True, help_text=_("As agreed with that person.")
    )
    offer_type = models.ForeignKey(
        "cms.OfferType",
        verbose_name=_("type of offer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    has_sign_language = models.BooleanField(AccessibilityFeature.SIGN_LANGUAGE.label, default=False)
    has_captions = models.BooleanField(AccessibilityFeature.CAPTIONS.label, default=False)
    has_induction_loop = models.BooleanField(
        AccessibilityFeature.INDUCTION_LOOP.label, default=False
    )
    has_quiet_room = models.BooleanField(AccessibilityFeature.QUIET_ROOM.label, default=False)
    accessibility_contact = models.CharField(
        _("contact for particular needs"),
        max_length=200,
        blank=True,
        help_text=_("E-mail or phone, and until when to ask."),
    )
    activity = models.ForeignKey(
        "cms.ActivityPage",
        verbose_name=_("activity"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    previous_edition = models.ForeignKey(
        "self",
        verbose_name=_("previous edition"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    participants = ParentalManyToManyField(
        "cms.OrganizationPage",
        verbose_name=_("participating organizations"),
        blank=True,
        related_name="+",
    )
    project = models.ForeignKey(
        "cms.ProjectPage",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organizers = ParentalManyToManyField(
        "cms.OrganizationPage", verbose_name=_("organizers"), blank=True, related_name="+"
    )
    partners = ParentalManyToManyField("cms.Partner", verbose_name=_("partners"), blank=True)

    content_panels: ClassVar = [
        *SitePage.content_panels[:1],
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("start_time")]),
                FieldRowPanel([FieldPanel("end_date"), FieldPanel("end_time")]),
                FieldRowPanel([FieldPanel("date_certainty"), FieldPanel("date_precision")]),
            ],
            heading=_("When"),
        ),
        FieldPanel("place"),
        *DocumentPage.content_panels[1:],
        FieldPanel("body"),
        folded(
            [
                FieldPanel("registration_url"),
                FieldPanel("registration_email"),
                FieldRowPanel([FieldPanel("registration_deadline"), FieldPanel("seats")]),
                FieldRowPanel([FieldPanel("is_free"), FieldPanel("price_note")]),
            ],
            _("Sign-up"),
        ),
        folded(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("level")]),
                FieldPanel("offer_type"),
                FieldPanel("trainer"),
                PageChooserPanel("project"),
                PageChooserPanel("activity"),
                FieldPanel("organizers"),
                FieldPanel("partners", widget=CheckboxSelectMultiple),
                *TaggedPage.tag_panels,
            ],
            _("What, who and for whom"),
        ),
        folded(
            [
                FieldPanel("has_sign_language"),
                FieldPanel("has_captions"),
                FieldPanel("has_induction_loop"),
                FieldPanel("has_quiet_room"),
                FieldPanel("accessibility_contact"),
            ],
            _("Accessibility, beside what the place offers"),
        ),
        folded(
            [
                FieldRowPanel([FieldPanel("status"), FieldPanel("previous_start_date")]),
                FieldPanel("status_note"),
                FieldPanel("online_url"),
                FieldPanel("is_full"),
            ],
            _("Status"),
        ),
        InlinePanel(
            "programme_items",
            heading=_("Programme"),
            label=_("item of the programme"),
            classname="collapsed",
        ),
        InlinePanel("materials", heading=_("Materials"), label=_("file"), classname="collapsed"),
        InlinePanel("photos", heading=_("Gallery"), label=_("photo"), classname="collapsed"),
        folded(
            [PageChooserPanel("previous_edition"), FieldPanel("participants")],
            _("Editions and participants"),
        ),
    ]
    search_fields: ClassVar = [*DocumentPage.search_fields, index.FilterField("start_date")]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def period(self) -> tuple[date | None, date | None]:
        return self.start_date, self.end_date or self.start_date

    def clean(self) -> None:
        self._follow_the_hour()
        super().clean()

    @property
    def last_day(self) -> date | None:
        """Return the day on which the event ends; None while it has no date."""
        return self.end_date or self.start_date

    def _follow_the_hour(self) -> None:
        """An entered hour means that it is known; staff need not say so twice."""
        if self.start_time:
            self.date_precision = self.DatePrecision.TIME

    def publishing_errors(self) -> dict[str, Any]:
        return super().publishing_errors() | self._date_errors() | self._status_errors()

    def _date_errors(self) -> dict[str, Any]:
        if not self.start_date:
            return {"start_date": _("An event needs a date, if only a proposed one.")}
        if self.end_date and self.end_date < self.start_date:
            return {"end_date": _("The event ends before it begins. Correct one of the dates.")}
        if self.date_precision == self.DatePrecision.TIME and not self.start_time:
            return {"start_time": _("Give the hour, or choose that only the day is known.")}
        if self.end_time and not self.start_time:
            return {"start_time": _("There is an hour of the end, but none of the beginning.")}
        last_day = self.end_date or self.start_date
        if self.registration_deadline and self.registration_deadline > last_day:
            return {"registration_deadline": _("Sign-up ends after the event. Correct the day.")}
        is_one_day = not self.end_date or self.end_date == self.start_date
        if is_one_day and self.start_time and self.end_time and self.end_time <= self.start_time:
            return {"end_time": _("The event ends before it begins. Correct one of the hours.")}
        return {}

    def _status_errors(self) -> dict[str, Any]:
        if self.status == self.Status.RESCHEDULED:
            if not self.previous_start_date:
                return {"previous_start_date": _("A moved event needs its previous date.")}
            if self.previous_start_date == self.start_date:
                return {"previous_start_date": _("The previous date is the same as the new one.")}
        if self.status == self.Status.MOVED_ONLINE and not self.online_url:
            return {"online_url": _("Give the address where people can join online.")}
        return {}
