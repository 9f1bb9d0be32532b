"""Subscribers: staff see how it stands with each, and act for people who ask them to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from newsletters.subscribers import services
from newsletters.subscribers.addresses import key
from newsletters.subscribers.models import Consent, Subscriber, Suppression
from newsletters.subscribers.selectors import (
    clause_in_force,
    consents_of,
    state_in_words,
    suppressions_of,
    with_state,
)
from newsletters.subscribers.staff_forms import (
    PreferencesStaffForm,
    RequestForm,
    WrittenConsentForm,
)
from newsletters.subscribers.viewsets.common import (
    ConfirmedActionView,
    NewsletterViewSet,
    SaysWhyNot,
)

LEAVE = _("Sign off on request")
BLOCK = _("Block the address")
ERASE = _("Erase the data")


class SubscriberIndexView(generic.IndexView):
    add_item_label = _("Record a written consent")

    def get_base_queryset(self) -> QuerySet[Subscriber]:
        return with_state(super().get_base_queryset()).prefetch_related("topics")

    def search_queryset(self, queryset: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
        """Find a whole address however it is written, or a part of one."""
        if not self.is_searching:
            return queryset
        try:
            return queryset.filter(address_key=key(self.search_query))
        except ValidationError:
            return queryset.filter(address_key__contains=self.search_query.strip().casefold())

    @cached_property
    def columns(self) -> list[Column]:
        clause = clause_in_force()
        return [
            *super().columns,
            Column("topics", label=_("Topics"), accessor=topics_in_words),
            Column("state", label=_("State"), accessor=lambda one: state_in_words(one, clause)),
            DateColumn("created_at", label=_("Since"), sort_key="created_at"),
            Column("source", label=_("Source of the consent"), accessor=source_in_words),
        ]

    def get_edit_url(self, instance: Subscriber) -> str | None:
        """Lead from the title to the page that shows all."""
        url: str | None = self.get_inspect_url(instance)
        return url

    def get_list_more_buttons(self, instance: Subscriber) -> list[MenuItem]:
        buttons = [(_("Inspect"), self.get_inspect_url(instance), "info-circle")]
        buttons.append((_("Edit"), super().get_edit_url(instance), "edit"))
        buttons.append((ERASE, self.get_delete_url(instance), "bin"))
        return [
            MenuItem(label, url=url, icon_name=icon, priority=10 * number)
            for number, (label, url, icon) in enumerate(buttons)
            if url
        ]


class SubscriberCreateView(SaysWhyNot, generic.CreateView):
    page_title = _("Record a written consent")
    success_message = _("The consent is recorded.")
    submit_button_label = _("Record the consent")
    error_message = _("The consent could not be recorded.")

    def save_instance(self) -> Subscriber:
        data = self.form.cleaned_data
        return services.record_written_consent(
            address=data["email"],
            first_name=data["first_name"],
            topics=data["topics"],
            clause=data["clause"],
            document_date=data["document_date"],
            document_reference=data["document_reference"],
            by=self.request.user.pk,
        )

    def get_success_url(self) -> str:
        return reverse("subscribers:inspect", args=[self.object.pk])


class SubscriberEditView(SaysWhyNot, generic.EditView):
    success_message = _("The choice is saved.")
    delete_item_label = ERASE

    def save_instance(self) -> Subscriber:
        data = self.form.cleaned_data
        is_saved = services.change_preferences(
            subscriber_id=self.object.pk, first_name=data["first_name"], topics=data["topics"]
        )
        if not is_saved:
            raise ValidationError(_("This person has left the newsletter."))
        return self.object

    def get_success_url(self) -> str:
        return reverse("subscribers:inspect", args=[self.object.pk])


class SubscriberInspectView(generic.InspectView):
    page_title = _("Subscriber")
    template_name = "newsletters/subscribers/admin/inspect_subscriber.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        subscriber = with_state(Subscriber.objects.all()).get(pk=self.object.pk)
        blocks = suppressions_of(subscriber.email)
        return context | {
            "facts": [
                (_("State"), state_in_words(subscriber, clause_in_force())),
                (_("Blocked because of"), ", ".join(one.get_reason_display() for one in blocks)),
                (_("First name"), subscriber.first_name),
                (_("Topics"), topics_in_words(subscriber)),
                (_("Sample"), _("yes") if subscriber.is_sample else ""),
            ],
            "consents": consents_of(subscriber).select_related("recorded_by"),
        }

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Offer what may be done now by this member of staff."""
        pk = [self.object.pk]
        may_block = self.request.user.has_perm("newsletters.add_suppression")
        may_change = self.user_has_permission("change") and self.object.consent_id
        buttons = [
            (_("Edit"), self.get_edit_url() if may_change else None, "edit"),
            (LEAVE, reverse("subscribers:leave", args=pk) if may_change else None, "logout"),
            (BLOCK, reverse("subscribers:block", args=pk) if may_block else None, "lock"),
            (ERASE, self.get_delete_url(), "bin"),
        ]
        return [
            Button(label, url=url, icon_name=icon, priority=10 * number)
            for number, (label, url, icon) in enumerate(buttons)
            if url
        ]


class SubscriberEraseView(generic.DeleteView):
    page_title = ERASE
    success_message = _("The data of this person are erased.")
    confirmation_message = _(
        "The address, the name and the choice of topics go. The proof of consent stays without "
        "the address, and nobody but the person can add the address again."
    )
    template_name = "newsletters/subscribers/admin/confirm_delete.html"
    button_label = _("Yes, erase the data")

    def delete_action(self) -> None:
        services.erase(subscriber_id=self.object.pk, by=self.request.user.pk)


class SubscriberLeaveView(ConfirmedActionView):
    page_title = LEAVE
    form_class = RequestForm
    question = _("The person will get no newsletter any more. Their consent counts as withdrawn.")
    button_label = _("Yes, sign off")
    done_message = _("The person is signed off.")

    def act(self, form: RequestForm) -> bool:
        return services.leave(
            subscriber_id=self.object.pk,
            source=Consent.Source.STAFF,
            evidence=form.cleaned_data["evidence"],
            by=self.request.user.pk,
        )


class SubscriberBlockView(ConfirmedActionView):
    page_title = BLOCK
    permission_required = "add"
    question = _(
        "Nothing is sent to this address any more, and it cannot be signed up, not even by its "
        "owner, until somebody takes the block back."
    )
    button_label = _("Yes, block it")
    done_message = _("The address is blocked.")

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Suppression)

    def act(self, form: None) -> bool:
        return services.suppress(address=self.object.email, reason=Suppression.Reason.STAFF)


class SubscriberViewSet(NewsletterViewSet):
    model = Subscriber
    icon = "user"
    menu_label = _("Subscribers")
    menu_order = 200
    list_display = ("email",)
    search_fields = ("email",)
    inspect_view_enabled = True
    index_view_class = SubscriberIndexView
    add_view_class = SubscriberCreateView
    edit_view_class = SubscriberEditView
    inspect_view_class = SubscriberInspectView
    delete_view_class = SubscriberEraseView

    def get_form_class(self, for_update: bool = False) -> type[PreferencesStaffForm]:
        return PreferencesStaffForm if for_update else WrittenConsentForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("leave/<uuid:pk>/", self.construct_view(SubscriberLeaveView), name="leave"),
            path("block/<uuid:pk>/", self.construct_view(SubscriberBlockView), name="block"),
        ]


def topics_in_words(subscriber: Subscriber) -> str:
    names = ", ".join(sorted(topic.name for topic in subscriber.topics.all()))
    return names or pgettext("topics", "everything")


def source_in_words(subscriber: Subscriber) -> str:
    return subscriber.consent.get_source_display() if subscriber.consent else ""
