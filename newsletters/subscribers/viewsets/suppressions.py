"""Blocked addresses: nobody can read them, but whether one is blocked can be asked."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton

from newsletters.subscribers import services
from newsletters.subscribers.models import Suppression
from newsletters.subscribers.selectors import suppressions_of
from newsletters.subscribers.staff_forms import BlockForm, LookUpForm
from newsletters.subscribers.viewsets.common import NewsletterViewSet, SaysWhyNot


class SuppressionIndexView(generic.IndexView):
    add_item_label = _("Block an address")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        look_up = HeaderButton(
            _("Look up an address"), url=reverse("blocked_addresses:look_up"), icon_name="search"
        )
        return [*super().header_buttons, look_up]


class SuppressionCreateView(SaysWhyNot, generic.CreateView):
    page_title = _("Block an address")
    success_message = _("The address is blocked. Only a code of it is kept.")
    error_message = _("The address could not be blocked.")
    submit_button_label = _("Block the address")

    def save_instance(self) -> Suppression:
        address = self.form.cleaned_data["email"]
        if not services.suppress(address=address, reason=Suppression.Reason.STAFF):
            raise ValidationError({"email": _("Staff have blocked this address already.")})
        return suppressions_of(address).get(reason=Suppression.Reason.STAFF)


class UnblockView(generic.DeleteView):
    template_name = "newsletters/subscribers/admin/confirm_delete.html"
    page_title = _("Take the block back")
    success_message = _("The block is taken back.")
    confirmation_message = _(
        "The address may be mailed again: at once if its consent still holds, otherwise after a "
        "new one."
    )
    button_label = _("Yes, take the block back")

    @cached_property
    def refusal(self) -> str | Promise:
        """Say why it cannot be taken back, or nothing."""
        if self.object.reason in services.UNBLOCKABLE:
            return ""
        return _(
            "The person did not want mail, so staff cannot take this back. They can sign up "
            "again themselves, by the form."
        )

    def delete_action(self) -> None:
        if not services.unblock(suppression_id=self.object.pk):
            raise PermissionDenied


class LookUpView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Says whether an address is blocked. It is posted, so that no log of addresses holds it."""

    model = Suppression
    any_permission_required = ("add", "change", "delete", "view")
    page_title = _("Look up an address")
    header_icon = "search"
    template_name = "newsletters/subscribers/admin/look_up.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("blocked_addresses:index"), "label": _("Blocked addresses")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(form=LookUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LookUpForm(request.POST)
        if not form.is_valid():
            return self._show(form=form)
        return self._show(form=form, found=list(suppressions_of(form.cleaned_data["email"])))

    def _show(self, **context: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**context))
        return response


class SuppressionViewSet(NewsletterViewSet):
    model = Suppression
    name = "blocked_addresses"
    icon = "lock"
    menu_label = _("Blocked addresses")
    menu_order = 400
    list_display = ("reason", DateColumn("created_at", label=_("Since"), sort_key="created_at"))
    list_filter = ("reason",)
    views_left_out = frozenset({"edit"})
    index_view_class = SuppressionIndexView
    add_view_class = SuppressionCreateView
    delete_view_class = UnblockView

    def get_form_class(self, for_update: bool = False) -> type[BlockForm]:
        return BlockForm

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"edit_url_name": None, **kwargs})

    def register_admin_url_finder(self) -> None:
        """Offer no link to an editing page: there is none."""

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("look-up/", self.construct_view(LookUpView), name="look_up"),
        ]
