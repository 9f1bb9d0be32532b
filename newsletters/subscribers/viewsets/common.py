"""What these pages have in common: a service does it, and says in words why it does not."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

MENU_HOOK = "register_newsletter_menu_item"


class NewsletterViewSet(ModelViewSet):
    """A viewset in the submenu „Newsletter”.

    Nothing goes into Wagtail's history or its reference index: both keep the title of what was
    erased, which would be the address.
    """

    menu_hook = MENU_HOOK
    add_to_reference_index = False
    copy_view_enabled = False

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            **{"history_url_name": None, "usage_url_name": None, **kwargs}
        )

    def get_urlpatterns(self) -> list[Any]:
        left_out = {"history", "history_results", "usage", *self.views_left_out}
        return [one for one in super().get_urlpatterns() if one.name not in left_out]

    views_left_out: frozenset[str] = frozenset()


class SaysWhyNot:
    """Shows the form again, with the service's own words, when the service refuses."""

    produced_error_message: Any

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except ValidationError as error:
            form.add_error(None, error)
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]
        return response

    def get_success_buttons(self) -> list[Any]:
        return []


class ConfirmedActionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, BaseObjectMixin, View):
    """A page that says what the button on it does, and does it when it is pressed."""

    permission_required: str | None = "change"
    template_name = "newsletters/subscribers/admin/confirm.html"
    inspect_url_name = ""
    form_class: type[BaseForm] | None = None
    question: str | Promise = ""
    button_label: str | Promise = ""
    done_message: str | Promise = ""
    nothing_message: str | Promise = _("There was nothing to change.")
    object: Any
    request: HttpRequest

    def act(self, form: Any) -> bool:
        """Do it; return False if there was nothing to do."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self.form_class() if self.form_class else None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST) if self.form_class else None
        if form is not None and not form.is_valid():
            return self._show(form)
        if self.act(form):
            messages.success(request, self.done_message)
        else:
            messages.warning(request, self.nothing_message)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []  # With the title above, as Wagtail's own pages that ask before they delete.

    def _show(self, form: BaseForm | None) -> HttpResponse:
        context = self.get_context_data(form=form, view=self)
        return self.render_to_response(context)
