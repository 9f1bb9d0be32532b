"""Consent clauses: saving one makes a new version, and the old ones stay as they were."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic

from newsletters.subscribers import services
from newsletters.subscribers.models import ConsentClause, Purpose
from newsletters.subscribers.selectors import clause_in_force
from newsletters.subscribers.staff_forms import ClauseForm
from newsletters.subscribers.viewsets.common import NewsletterViewSet, SaysWhyNot


class ClauseIndexView(generic.IndexView):
    add_item_label = _("Store a new version")

    def get_base_queryset(self) -> QuerySet[ConsentClause]:
        clauses: QuerySet[ConsentClause] = super().get_base_queryset()
        return clauses.annotate(number_of_consents=Count("consent"))

    @cached_property
    def columns(self) -> list[Column]:
        in_force = clause_in_force()
        return [
            *super().columns,
            DateColumn("in_force_from", label=_("In force from")),
            Column("state", label=_("State"), accessor=lambda one: state_in_words(one, in_force)),
            Column("number_of_consents", label=_("Entries in the ledger")),
        ]


class StoresNewVersion(SaysWhyNot):
    """Stores what the form says as the next version, whichever version it began with."""

    form: ClauseForm
    success_message = _("%(object)s is stored. Earlier versions, and consents to them, stay.")

    def save_instance(self) -> ConsentClause:
        data = self.form.cleaned_data
        names = (*ClauseForm.WORDS, "in_force_from")
        return services.add_clause(
            purpose=Purpose.NEWSLETTER, **{name: data[name] for name in names}
        )


class ClauseCreateView(StoresNewVersion, generic.CreateView):
    submit_button_label = _("Store as a new version")


class ClauseEditView(StoresNewVersion, generic.EditView):
    page_title = _("New version of")
    submit_button_label = _("Store as a new version")


class ClauseDeleteView(generic.DeleteView):
    template_name = "newsletters/subscribers/admin/confirm_delete.html"
    success_message = _("The clause is deleted.")
    button_label = _("Yes, delete the clause")

    @cached_property
    def refusal(self) -> str | Promise:
        """Say why it cannot be deleted, or nothing."""
        if services.is_used(self.object):
            return _("People have agreed to this clause: it is the proof of what they agreed to.")
        return ""

    def delete_action(self) -> None:
        if not services.delete_clause(clause_id=self.object.pk):
            raise PermissionDenied


class ClauseViewSet(NewsletterViewSet):
    model = ConsentClause
    icon = "form"
    menu_label = _("Consent clauses")
    menu_order = 300
    list_display = ("__str__",)
    inspect_view_enabled = True
    inspect_view_fields = [
        "version",
        "purpose",
        "controller",
        "controller_details",
        "text",
        "information",
        "in_force_from",
        "created_at",
        "sha256",
    ]
    index_view_class = ClauseIndexView
    add_view_class = ClauseCreateView
    edit_view_class = ClauseEditView
    delete_view_class = ClauseDeleteView

    def get_form_class(self, for_update: bool = False) -> type[ClauseForm]:
        return ClauseForm


def state_in_words(clause: ConsentClause, in_force: ConsentClause | None) -> Promise:
    if in_force is not None and clause.pk == in_force.pk:
        return pgettext_lazy("clause", "in force")
    if clause.in_force_from > timezone.now():
        return pgettext_lazy("clause", "comes later")
    return pgettext_lazy("clause", "former")
