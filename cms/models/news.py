"""News of the centre."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, PageChooserPanel

from cms.models.documents import Document
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import TaggedPage, folded


class NewsIndexPage(SitePage):
    """The list of news, and the place in the tree where news live."""

    in_menu = True
    max_count = 1
    template = "cms/news_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.NewsPage"]

    class Meta:
        verbose_name = _("list of news")


class NewsPage(TaggedPage):
    """A piece of news. Its date is when it was first published."""

    document_type = Document.Type.NEWS
    template = "cms/news_page.html"
    parent_page_types: ClassVar = ["cms.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    is_alert = models.BooleanField(
        _("urgent"),
        default=False,
        help_text=_("Stands above everything else, for example when the centre is closed today."),
    )
    project = models.ForeignKey(
        "cms.ProjectPage",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    events = ParentalManyToManyField(
        "cms.EventPage", verbose_name=_("events"), blank=True, related_name="+"
    )
    organizations = ParentalManyToManyField(
        "cms.OrganizationPage", verbose_name=_("organizations"), blank=True, related_name="+"
    )

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        FieldPanel("body"),
        folded(
            [
                FieldPanel("is_alert"),
                PageChooserPanel("project"),
                FieldPanel("events"),
                FieldPanel("organizations"),
                *TaggedPage.tag_panels,
            ],
            _("What it is about"),
        ),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")
