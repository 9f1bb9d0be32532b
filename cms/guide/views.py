"""The page of the guide, for everybody who may enter the admin."""

from typing import Any

from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.guide import Guide, guide


class GuideView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "cms/admin/guide.html"
    header_icon = "help"
    _show_breadcrumbs = True

    @cached_property
    def guide(self) -> Guide:
        return guide()

    def get_page_title(self) -> str:
        return self.guide.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.guide.title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(guide=self.guide, **kwargs)
