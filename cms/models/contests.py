"""Calls and contests, such as Mała Inicjatywa. Their states follow from dates."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable

from cms.models.documents import Document
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import TaggedPage, folded


class ContestIndexPage(SitePage):
    """The list of contests, and the place in the tree where they live."""

    in_menu = True
    max_count = 1
    template = "cms/contest_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.ContestPage"]

    class Meta:
        verbose_name = _("list of contests")


class ContestPage(TaggedPage):
    """One edition of a contest. Organizations apply outside of this system."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        OPEN = "open", _("open for applications")
        ASSESSMENT = "assessment", _("applications are being assessed")
        RESULTS = "results", _("results are published")
        IN_PROGRESS = "in_progress", _("initiatives are being carried out")
        CLOSED = "closed", pgettext_lazy("contest", "finished")

    document_type = Document.Type.CONTEST
    template = "cms/contest_page.html"
    parent_page_types: ClassVar = ["cms.ContestIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    year = models.PositiveSmallIntegerField(_("edition (year)"), null=True, blank=True)
    opens_on = models.DateField(_("applications from"), null=True, blank=True)
    closes_on = models.DateField(_("applications until"), null=True, blank=True)
    results_on = models.DateField(
        _("results on"),
        null=True,
        blank=True,
        help_text=_("From this day on the results below are shown; until then nobody sees them."),
    )
    starts_on = models.DateField(_("initiatives from"), null=True, blank=True)
    ends_on = models.DateField(_("initiatives until"), null=True, blank=True)
    budget = models.DecimalField(
        _("budget in PLN"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    largest_grant = models.DecimalField(
        _("largest grant in PLN"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    eligibility = models.CharField(_("who can apply"), max_length=300, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    bip_url = models.URLField(
        _("announcement in BIP"), blank=True, help_text=_("Contests of the municipality are there.")
    )
    rules = models.ForeignKey(
        "cms.ResourcePage",
        verbose_name=_("rules"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    application_form = models.ForeignKey(
        "cms.ResourcePage",
        verbose_name=_("application form"),
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
    project = models.ForeignKey(
        "cms.ProjectPage",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    partners = ParentalManyToManyField("cms.Partner", verbose_name=_("partners"), blank=True)

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("year"),
                FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
                FieldPanel("results_on"),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            ],
            heading=_("When"),
        ),
        FieldPanel("body"),
        folded(
            [
                FieldRowPanel([FieldPanel("budget"), FieldPanel("largest_grant")]),
                FieldPanel("eligibility"),
                FieldPanel("contact_email"),
                FieldPanel("bip_url"),
                PageChooserPanel("rules"),
                PageChooserPanel("application_form"),
            ],
            _("How to apply"),
        ),
        InlinePanel("results", heading=_("Results"), label=_("result")),
        folded(
            [
                PageChooserPanel("previous_edition"),
                PageChooserPanel("project"),
                FieldPanel("partners"),
                *TaggedPage.tag_panels,
            ],
            _("Editions, partners and tags"),
        ),
    ]

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")

    def period(self) -> tuple[date | None, date | None]:
        return self.opens_on, self.closes_on or self.opens_on

    def publishing_errors(self) -> dict[str, Any]:
        return super().publishing_errors() | self._date_errors()

    def _date_errors(self) -> dict[str, Any]:
        if not self.opens_on:
            return {"opens_on": _("Give the day from which one can apply.")}
        if not self.closes_on:
            return {"closes_on": _("Give the last day on which one can apply.")}
        in_order = ("opens_on", "closes_on", "results_on", "starts_on", "ends_on")
        given = [(name, day) for name in in_order if (day := getattr(self, name))]
        for (_earlier_name, earlier), (name, day) in pairwise(given):
            if day < earlier:
                return {name: _("This day is before the one above it. Correct one of them.")}
        return {}

    def boundaries(self) -> list[tuple[date, State]]:
        """Return the days on which the contest enters a state, in order, announced aside.

        The state of results is entered only if there are results: a date alone decides nothing.
        """
        days = [(self.opens_on, self.State.OPEN)]
        if self.closes_on:
            days.append((self.closes_on + timedelta(days=1), self.State.ASSESSMENT))
        if self.results_on and self.has_results:
            days.append((self.results_on, self.State.RESULTS))
        days.append((self.starts_on, self.State.IN_PROGRESS))
        if self.ends_on:
            days.append((self.ends_on + timedelta(days=1), self.State.CLOSED))
        return [(day, state) for day, state in days if day]

    @property
    def has_results(self) -> bool:
        """Whether there is anything to publish as results."""
        return bool(self.results.count())

    def state_on(self, day: date) -> State:
        """Return the state on a local day."""
        entered = [state for first_day, state in self.boundaries() if first_day <= day]
        return entered[-1] if entered else self.State.ANNOUNCED

    def next_boundary(self, day: date) -> date | None:
        """Return the next day on which the state changes, or None."""
        coming = [first_day for first_day, _state in self.boundaries() if first_day > day]
        return min(coming, default=None)

    @property
    def state(self) -> State:
        """Return today's state in Poland."""
        return self.state_on(timezone.localdate())


class ContestResult(Orderable):
    """An initiative that was awarded. Group, title, locality: no private person (RODO art. 5)."""

    page = ParentalKey(ContestPage, related_name="results", on_delete=models.CASCADE)
    group_name = models.CharField(_("group or organization"), max_length=200)
    organization = models.ForeignKey(
        "cms.OrganizationPage",
        verbose_name=_("its profile"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    title = models.CharField(_("title of the initiative"), max_length=300)
    locality = models.ForeignKey(
        "cms.Locality",
        verbose_name=_("locality"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    amount = models.DecimalField(
        _("grant in PLN"), max_digits=12, decimal_places=2, null=True, blank=True
    )

    panels: ClassVar = [
        FieldPanel("group_name", help_text=_("Never the name of a private person.")),
        PageChooserPanel("organization"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("locality"), FieldPanel("amount")]),
    ]

    def __str__(self) -> str:
        return f"{self.group_name}: {self.title}"
