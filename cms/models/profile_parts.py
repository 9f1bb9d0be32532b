"""What a profile says beside names and numbers: for whom, in which forms, where else it is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable


class Beneficiary(models.TextChoices):
    """For whom an organization works."""

    CHILDREN = "children", _("children")
    YOUTH = "youth", _("young people")
    SENIORS = "seniors", _("seniors")
    FAMILIES = "families", _("families")
    DISABILITY = "disability", _("people with disabilities")
    UNEMPLOYED = "unemployed", _("unemployed people")
    FOREIGNERS = "foreigners", _("foreigners")
    ANIMALS = "animals", _("animals")
    ENVIRONMENT = "environment", _("the environment")
    ORGANIZATIONS = "organizations", _("other organizations")
    EVERYONE = "everyone", _("all residents")


class ActionForm(models.TextChoices):
    """In which ways an organization works."""

    CLASSES = "classes", _("classes and workshops")
    ADVICE = "advice", _("advice")
    MATERIAL_HELP = "material_help", _("help in kind")
    EVENTS = "events", _("events")
    SPORT = "sport", _("sport")
    RESCUE = "rescue", _("rescue")
    ADVOCACY = "advocacy", _("advocacy")
    CARE = "care", _("care and support")
    CULTURE = "culture", _("art and culture")
    PUBLISHING = "publishing", _("publications and media")


class OrganizationLink(Orderable):
    """A profile of the organization in a social network, or another address of it."""

    class Kind(models.TextChoices):
        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        YOUTUBE = "youtube", "YouTube"
        TIKTOK = "tiktok", "TikTok"
        LINKEDIN = "linkedin", "LinkedIn"
        X = "x", "X"
        OTHER = "other", _("another address")

    page = ParentalKey("cms.OrganizationPage", related_name="links", on_delete=models.CASCADE)
    kind = models.CharField(_("where"), max_length=10, choices=Kind.choices, default=Kind.FACEBOOK)
    url = models.URLField(_("address"))

    panels: ClassVar = [FieldRowPanel([FieldPanel("kind"), FieldPanel("url")])]

    class Meta(Orderable.Meta):
        verbose_name = _("address in a social network")

    def __str__(self) -> str:
        return self.url
