"""The admin's pages about trusted clients of the API."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.api import clients
from cms.models.clients import ApiClient


def state_in_words(client: ApiClient) -> str:
    """Return whether the token is good, and if not, since when."""
    if client.revoked_at is None:
        return gettext("works")
    day = date_format(timezone.localtime(client.revoked_at), "j E Y")
    return gettext("revoked on %(day)s") % {"day": day}


def last_use_in_words(client: ApiClient) -> str:
    return date_format(client.last_used_on, "j E Y") if client.last_used_on else gettext("never")


class ApiClientForm(WagtailAdminModelForm):
    """Creates or changes a client. `token` is, after saving, a new token, to be shown this once."""

    is_token_replaced = forms.BooleanField(
        label=_("Make a new token"),
        required=False,
        help_text=_("The present one stops working at once. The new one is shown after saving."),
    )

    class Meta:
        model = ApiClient
        fields = ("name", "contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = ""
        if self.instance.pk is None:
            del self.fields["is_token_replaced"]

    def save(self, commit: bool = True) -> ApiClient:
        if not commit:
            raise NotImplementedError("A client is stored at once, with its token.")
        if self.instance.pk is None:
            self.token = clients.create(self.instance)
        else:
            self.instance.save(update_fields=self.Meta.fields)
            if self.cleaned_data["is_token_replaced"]:
                self.token = clients.replace_token(self.instance)
        return self.instance


class ShowsNewToken:
    """Answers a saved form with the page that shows a new token, this one time."""

    request: Any
    form: ApiClientForm
    object: ApiClient

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()  # type: ignore[misc]
        if not self.form.token:
            return response
        context = {"client": self.object, "token": self.form.token}
        page = TemplateResponse(self.request, "cms/api_clients/new_token.html", context)
        page["Cache-Control"] = "no-store"
        return page


class ApiClientCreateView(ShowsNewToken, generic.CreateView):
    pass


class ApiClientEditView(ShowsNewToken, generic.EditView):
    delete_item_label = gettext_lazy("Revoke the token")

    @property
    def can_delete(self) -> bool:
        return self.object.is_active and bool(super().can_delete)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        told = {
            "state": state_in_words(self.object),
            "last_use": last_use_in_words(self.object),
        }
        return context | told


class ApiClientIndexView(generic.IndexView):
    add_item_label = gettext_lazy("Add an API client")

    def get_delete_url(self, instance: ApiClient) -> str | None:
        """Return where the token is revoked; nowhere once it was."""
        url: str | None = super().get_delete_url(instance)
        return url if instance.is_active else None

    def get_list_more_buttons(self, instance: ApiClient) -> list[Any]:
        """Call the button by what it does: nothing is deleted."""
        buttons: list[Any] = super().get_list_more_buttons(instance)
        delete_url = self.get_delete_url(instance)
        for button in buttons:
            if isinstance(button, MenuItem) and button.url == delete_url:
                button.label = gettext("Revoke the token")
        return buttons


class ApiClientRevokeView(generic.DeleteView):
    """Asks, then revokes. The client stays in the list: one sees who could ask, and until when."""

    template_name = "cms/api_clients/confirm_revoke.html"
    page_title = gettext_lazy("Revoke the token")
    success_message = gettext_lazy("The token of “%(object)s” does not work any more.")

    @property
    def confirmation_message(self) -> str:
        return gettext(
            "From now on the API refuses this token. The program that uses it stops getting "
            "answers until it is given another one, or none. This cannot be undone."
        )

    def delete_action(self) -> None:
        clients.revoke(self.object)


class ApiClientViewSet(ModelViewSet):
    model = ApiClient
    icon = "key"
    menu_label = _("API clients")
    menu_order = 900
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ApiClientIndexView
    add_view_class = ApiClientCreateView
    edit_view_class = ApiClientEditView
    delete_view_class = ApiClientRevokeView
    edit_template_name = "cms/api_clients/edit.html"
    delete_template_name = "cms/api_clients/confirm_revoke.html"
    list_display = (
        "name",
        "contact",
        Column("state", label=_("State"), accessor=state_in_words),
        Column("last_use", label=_("Last used"), accessor=last_use_in_words),
        "created_at",
    )

    def get_form_class(self, for_update: bool = False) -> type[ApiClientForm]:
        return ApiClientForm
