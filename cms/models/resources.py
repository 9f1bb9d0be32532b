"""Reports, regulations, guides and forms: an accessible summary with files."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable
from wagtail.search import index

from cms.models.documents import Document
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import TaggedPage, folded


class ResourceIndexPage(SitePage):
    """The library of materials, and the place in the tree where they live."""

    in_menu = True
    max_count = 1
    template = "cms/resource_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.ResourcePage"]

    class Meta:
        verbose_name = _("library of materials")


class ResourcePage(TaggedPage):
    """A publication: what matters stands in the body as HTML, the files hold the rest."""

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        REGULATIONS = "regulations", _("regulations")
        GUIDE = "guide", _("guide")
        FORM = "form", _("form")

    document_type = Document.Type.RESOURCE
    template = "cms/resource_page.html"
    parent_page_types: ClassVar = ["cms.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.GUIDE)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    authors = models.CharField(
        _("authors"), max_length=300, blank=True, help_text=_("Organizations or a team.")
    )
    method = models.CharField(
        _("method"), max_length=500, blank=True, help_text=_("How a study was made.")
    )
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    previous_version = models.ForeignKey(
        "self",
        verbose_name=_("previous version"),
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

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("kind"), FieldPanel("year")])], heading=_("What it is")
        ),
        FieldPanel(
            "body",
            help_text=_("A summary that everyone can read; files alone are not accessible to all."),
        ),
        InlinePanel("files", heading=_("Files"), label=_("file")),
        folded(
            [
                FieldPanel("authors"),
                FieldPanel("method"),
                FieldPanel("licence"),
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
                PageChooserPanel("previous_version"),
                PageChooserPanel("project"),
                *TaggedPage.tag_panels,
            ],
            _("Details and tags"),
        ),
    ]
    search_fields: ClassVar = [*DocumentPage.search_fields, index.FilterField("kind")]

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def publishing_errors(self) -> dict[str, Any]:
        errors = super().publishing_errors()
        if not self.body and not self.files.count():
            errors["body"] = _("Write a summary or add a file: there is nothing to publish yet.")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            errors["valid_until"] = _("It stops being valid before it begins.")
        return errors


class ResourceFile(Orderable):
    """A file of a material, with what it is for."""

    class Role(models.TextChoices):
        DOCUMENT = "document", _("document")
        DATA = "data", _("open data")
        FORM = "form", _("form to fill in")

    page = ParentalKey(ResourcePage, related_name="files", on_delete=models.CASCADE)
    file = models.ForeignKey(
        "cms.CentreFile", verbose_name=_("file"), on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(
        _("title"), max_length=200, blank=True, help_text=_("Empty: the title of the file.")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.DOCUMENT)

    panels: ClassVar = [
        FieldPanel("file"),
        FieldRowPanel([FieldPanel("title"), FieldPanel("role")]),
    ]

    def __str__(self) -> str:
        return self.title or str(self.file)
