"""The admin's pages about destinations."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from integrations.municipal import selectors, services
from integrations.municipal.forms import DestinationForm
from integrations.municipal.models import Destination
from integrations.municipal.selectors import moment

# What staff want to know of a destination: name, heading, and the words for it.
Words = Callable[[Destination, selectors.Progress], str]
FACTS: tuple[tuple[str, Any, Words], ...] = (
    ("state", _("State"), selectors.state_in_words),
    ("last_success", _("Last success"), lambda _d, progress: moment(progress.last_success_at)),
    ("waiting", _("Waiting"), lambda _d, progress: str(progress.waiting)),
    ("parked", _("Set aside"), lambda _d, progress: str(progress.parked)),
    ("lag", _("Behind by"), lambda _d, progress: selectors.lag_in_words(progress)),
    ("error", _("Last error"), lambda destination, _p: selectors.last_error_in_words(destination)),
)

# Also where a person has to confirm what comes and goes.
NOT_SAVED = _("The destination has not been saved yet.")


def column(name: str, heading: Any, words: Words) -> Column:
    """Return a column of the list that shows one of the facts."""
    return Column(
        name,
        label=heading,
        accessor=lambda destination: words(destination, selectors.progress(destination)),
    )


class DestinationIndexView(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return selectors.with_progress(super().get_base_queryset())


class ShowsNewSecret:
    """Answers a saved form with the page that shows a newly made secret, this one time."""

    request: Any
    form: DestinationForm
    object: Destination

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()  # type: ignore[misc]
        if not self.form.generated_secret:
            return response
        page = TemplateResponse(
            self.request,
            "municipal/new_secret.html",
            {"destination": self.object, "secret": self.form.generated_secret},
        )
        page["Cache-Control"] = "no-store"
        return page


class DestinationCreateView(ShowsNewSecret, generic.CreateView):
    error_message = NOT_SAVED


class DestinationEditView(ShowsNewSecret, generic.EditView):
    error_message = NOT_SAVED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        destination = Destination.objects.get(pk=self.object.pk)
        progress = selectors.progress_of(destination.pk)
        return context | {
            "facts": [(heading, words(destination, progress)) for _name, heading, words in FACTS],
            "refusals": selectors.refusals(destination),
        }


class DestinationDeleteView(generic.DeleteView):
    @property
    def confirmation_message(self) -> str:
        return str(
            _(
                "What was sent to this destination stays there, and nobody will take it away. "
                "To have it removed, take it off that website first. Delete the destination?"
            )
        )

    @transaction.atomic
    def delete_action(self) -> None:
        super().delete_action()
        services.follow_deletion(self.object)


class DestinationViewSet(ModelViewSet):
    model = Destination
    icon = "globe"
    menu_label = _("Destinations")
    menu_order = 310
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = DestinationIndexView
    add_view_class = DestinationCreateView
    edit_view_class = DestinationEditView
    delete_view_class = DestinationDeleteView
    edit_template_name = "municipal/edit_destination.html"
    list_display = (
        TitleColumn(
            "name",
            label=Destination._meta.get_field("name").verbose_name,
            get_url=lambda one: reverse("destination_dashboard", args=[one.pk]),
        ),
        *(column(*fact) for fact in FACTS),
    )

    def get_form_class(self, for_update: bool = False) -> type[DestinationForm]:
        return DestinationForm
