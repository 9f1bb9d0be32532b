"""The selected rows of a list as a spreadsheet, with the columns and the care of the whole list."""

from typing import Any

import structlog
from django import forms
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.listings.ordering import polish_order
from cms.listings.viewsets import VIEWSETS

logger = structlog.get_logger(__name__)

# Of several lists of a type the first is that of all pages.
VIEWSET_OF = {viewset.model: viewset for viewset in reversed(VIEWSETS.values())}


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=_("File"),
        choices=[("xlsx", "XLSX (Excel, LibreOffice)"), ("csv", "CSV")],
        initial="xlsx",
        widget=forms.RadioSelect,
    )


class ExportListed(PageBulkAction):
    """Gives what the person sees in the list; it changes nothing."""

    models = list(VIEWSET_OF)
    display_name = _("Export")
    action_type = "export_listed"
    aria_label = _("Export the selected pages to a spreadsheet")
    action_priority = 200
    form_class = ExportForm
    template_name = "cms/listings/bulk_export.html"

    @cached_property
    def _seen(self) -> set[int]:
        pages = PagePermissionPolicy(self.model).explorable_instances(self.request.user)
        return set(pages.values_list("pk", flat=True))

    def check_perm(self, page: Any) -> bool:
        return page.pk in self._seen

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponseBase:
        """Return the file, which is all that this does."""
        viewset = VIEWSET_OF[self.model]
        view = viewset.index_view_class(export_filename=viewset.export_filename)
        pages = self.model.objects.filter(pk__in=[page.pk for page in objects])
        pages = pages.prefetch_related(*view.prefetched).order_by(polish_order("draft_title"), "pk")
        form = self.cleaned_form.cleaned_data["form"]
        logger.info(
            "pages_exported",
            model=self.model._meta.model_name,
            count=len(objects),
            form=form,
            user_id=self.request.user.pk,
        )
        response: HttpResponseBase = view.as_spreadsheet(pages, form)
        return response
