from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms.models import Topic
from cms.models.published import SitePage
from newsletters.editions.blocks import EditionBlock


class NewsletterIndexPage(SitePage):
    """The archive of editions, with the way to subscribe."""

    max_count = 1
    template = "newsletters/editions/newsletter_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["newsletters.NewsletterPage"]

    class Meta:
        verbose_name = _("newsletter archive")


class NewsletterPage(SitePage):
    """One edition: its page in the archive, and the mail that is made of it."""

    template = "newsletters/editions/newsletter_page.html"
    parent_page_types: ClassVar = ["newsletters.NewsletterIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        help_text=_("What mail programs show beside the subject, before the mail is opened."),
    )
    body = StreamField(EditionBlock(), verbose_name=_("content"), blank=True)
    topics = ParentalManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="+",
        help_text=_(
            "Sent to subscribers who chose one of these topics, or none. Empty: to everybody."
        ),
    )
    is_sample = models.BooleanField(_("sample"), default=False)

    content_panels: ClassVar = [
        *SitePage.content_panels,
        FieldPanel("preheader"),
        FieldPanel("body"),
        FieldPanel("topics"),
    ]
    settings_panels: ClassVar = [
        *SitePage.settings_panels,
        MultiFieldPanel([FieldPanel("is_sample")], heading=_("For staff")),
    ]

    class Meta:
        verbose_name = _("newsletter edition")
        verbose_name_plural = _("newsletter editions")
