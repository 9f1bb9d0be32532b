"""Vocabularies and snippets that pages refer to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from cms.models.accessibility import AccessibilityFeature
from cms.models.embedded import EmbeddedModel


class Locality(EmbeddedModel):
    """A part of the municipality: sołectwo, dzielnica, osiedle, or all of it.

    Polish cannot be concatenated, so the locative ("w Bełku") is stored beside the name.
    """

    class Kind(models.TextChoices):
        VILLAGE = "solectwo", _("village (sołectwo)")
        DISTRICT = "dzielnica", _("district (dzielnica)")
        ESTATE = "osiedle", _("housing estate (osiedle)")
        WHOLE = "gmina", _("the whole municipality")
        OUTSIDE = "poza", _("outside the municipality")

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_locative = models.CharField(
        _("name in the locative"), max_length=100, help_text=_("With the preposition: „w Bełku”.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)

    panels = [
        FieldPanel("name"),
        FieldPanel("name_locative"),
        FieldPanel("kind"),
        FieldPanel("slug"),
    ]

    class Meta:
        verbose_name = _("locality")
        verbose_name_plural = _("localities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Sphere(EmbeddedModel):
    """A sphere of public tasks, art. 4(1) of the Public Benefit Activity Act of 24 April 2003."""

    code = models.CharField(_("point of art. 4(1)"), max_length=5, unique=True)
    label = models.CharField(_("label"), max_length=200)
    sort_key = models.PositiveIntegerField(_("order"), default=0)

    panels = [FieldPanel("code"), FieldPanel("label"), FieldPanel("sort_key")]

    class Meta:
        verbose_name = _("sphere of public tasks")
        verbose_name_plural = _("spheres of public tasks")
        ordering = ["sort_key", "code"]

    def __str__(self) -> str:
        return self.label


class Topic(EmbeddedModel):
    """What a piece of content is about; newsletter preferences use the same vocabulary."""

    slug = models.SlugField(_("identifier"), unique=True)
    name = models.CharField(_("name"), max_length=100)

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Place(index.Indexed, EmbeddedModel):
    """Where events happen."""

    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    locality = models.ForeignKey(
        Locality, verbose_name=_("locality"), null=True, blank=True, on_delete=models.SET_NULL
    )
    directions = models.CharField(
        _("how to get there"), max_length=300, blank=True, help_text=_("Bus stop, entrance, floor.")
    )
    has_step_free = models.BooleanField(AccessibilityFeature.STEP_FREE.label, default=False)
    has_toilet = models.BooleanField(AccessibilityFeature.TOILET.label, default=False)
    has_parking = models.BooleanField(AccessibilityFeature.PARKING.label, default=False)
    has_induction_loop = models.BooleanField(
        AccessibilityFeature.INDUCTION_LOOP.label, default=False
    )
    has_quiet_room = models.BooleanField(AccessibilityFeature.QUIET_ROOM.label, default=False)
    has_assistance_dog = models.BooleanField(
        AccessibilityFeature.ASSISTANCE_DOG.label, default=False
    )
    accessibility_note = models.CharField(
        _("more on accessibility"),
        max_length=300,
        blank=True,
        help_text=_("Also what is missing: „no lift, the room is on the first floor”."),
    )
    is_sample = models.BooleanField(_("sample"), default=False)

    panels = [
        FieldPanel("name"),
        FieldPanel("address"),
        FieldPanel("locality"),
        FieldPanel("directions"),
        MultiFieldPanel(
            [
                FieldPanel("has_step_free"),
                FieldPanel("has_toilet"),
                FieldPanel("has_parking"),
                FieldPanel("has_induction_loop"),
                FieldPanel("has_quiet_room"),
                FieldPanel("has_assistance_dog"),
                FieldPanel("accessibility_note"),
            ],
            heading=_("Accessibility"),
        ),
        FieldPanel("is_sample"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(index.Indexed, EmbeddedModel):
    """Who carries a project or an event together with the centre."""

    class Sector(models.TextChoices):
        NGO = "ngo", _("non-governmental organization")
        GOVERNMENT = "government", _("local government")
        BUSINESS = "business", _("business")
        EDUCATION = "education", _("education")

    name = models.CharField(_("name"), max_length=200)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector.choices)
    role = models.CharField(
        _("role"), max_length=200, blank=True, help_text=_("What it brings: „lends the stage”.")
    )
    website = models.URLField(_("website"), blank=True)
    logo = models.ForeignKey(
        "cms.CentreImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("sector"),
        FieldPanel("role"),
        FieldPanel("website"),
        FieldPanel("logo"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
