from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.published import SitePage


class HomePage(SitePage):
    """The front page of the centre's own site."""

    max_count = 1
    template = "cms/home_page.html"
    parent_page_types: ClassVar = ["basepage.BasePage"]
    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")


class StandardPage(SitePage):
    """A plain page: contact, privacy, declaration of accessibility."""

    template = "cms/standard_page.html"
    parent_page_types: ClassVar = ["cms.HomePage", "cms.StandardPage", "cms.ProjectPage"]
    subpage_types: ClassVar = ["cms.StandardPage"]
    content_panels: ClassVar = [*SitePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
