"""The admin's pages about mailings: ask, order, watch, stop."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from newsletters.editions.models import NewsletterPage
from newsletters.mailings import selectors, services, steps, wording
from newsletters.mailings.forms import OrderForm
from newsletters.mailings.models import Delivery, Mailing
from newsletters.mailings.ordering import offer
from newsletters.mailings.overview import Overview, facts, listed, overview
from newsletters.mailings.permissions import may_look, may_see_addresses, may_steer
from newsletters.mailings.recipients_table import RecipientsTable

INDEX = {"url": reverse_lazy("mailings:index"), "label": _("Mailings")}


class AdminPage(WagtailAdminTemplateMixin):
    """A page of the admin about one thing, with the way back in its breadcrumbs."""

    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = [*super().get_breadcrumbs_items(), *self.get_way()]
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_way(self) -> list[dict[str, Any]]:
        """Return the pages above this one."""
        return [INDEX]


# --- Ordering ------------------------------------------------------------------------------------


class ForSenders(View):
    """Gives `self.page` to who may send it; to others Wagtail's refusal."""

    page: NewsletterPage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = get_object_or_404(NewsletterPage, pk=kwargs["page_id"])
        if not selectors.may_send(request.user, self.page):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response


class OrderView(AdminPage, ForSenders):
    """Says what would be sent to whom, and sends it when a person says so."""

    template_name = "newsletters/mailings/order.html"
    page_title = _("Send the newsletter")

    def get_way(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [INDEX, {"url": edit, "label": self.page.title}]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if mailing := selectors.mailing_of(self.page):
            return redirect("mailings:show", mailing.pk)
        return self._answer(OrderForm.fresh())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = OrderForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("The newsletter was not ordered."))
            return self._answer(form)
        try:
            mailing = services.order(page=self.page, user=request.user, **form.order())
        except services.NotSendableError as error:
            messages.error(request, _("The newsletter was not ordered."))
            return self._answer(form, reasons=error.reasons)
        if mailing.page_id != self.page.pk:
            raise Http404
        messages.success(request, _("The newsletter is ordered."))
        return redirect("mailings:show", mailing.pk)

    def _answer(self, form: OrderForm, *, reasons: list[str] | None = None) -> HttpResponse:
        modes = self.page.preview_modes
        draft = reverse("wagtailadmin_pages:view_draft", args=[self.page.pk])
        found = offer(self.page, self.request.user, reasons=reasons)
        context = self.get_context_data(
            form=form,
            offer=found,
            people=wording.people(found.count),
            send_label=wording.send_to(found.count),
            grace_seconds=settings.MAILING_GRACE_SECONDS,
            previews=[(f"{draft}?mode={mode}", label) for mode, label in modes],
        )
        return self.render_to_response(context)


class TestMailView(ForSenders):
    """Sends the edition to the person's own address."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        back = redirect("mailings:order", self.page.pk)
        address: str = request.user.email  # type: ignore[union-attr]
        if not address:
            messages.error(request, _("Your account has no e-mail address. Add one to it first."))
            return back
        try:
            services.send_test(page=self.page.get_latest_revision_as_object(), to=address)
        except services.NotSendableError as error:
            messages.error(request, " ".join(error.reasons))
            return back
        messages.success(request, _("The test mail is on its way to %s.") % address)
        return back


# --- Watching ------------------------------------------------------------------------------------


class ForOnlookers(View):
    """Lets in who may see mailings; `self.mailing` is the one of the address, if it names one."""

    mailing: Mailing

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_allowed(request.user):
            raise PermissionDenied
        if "pk" in kwargs:
            mailings = Mailing.objects.defer("html", "text").select_related("page", "created_by")
            self.mailing = get_object_or_404(mailings, pk=kwargs["pk"])
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def is_allowed(self, user: Any) -> bool:
        return may_look(user)

    def live_context(self, found: Overview, shown_state: str) -> dict[str, Any]:
        """Return what the part of the page needs that refreshes itself."""
        return {
            "mailing": self.mailing,
            "overview": found,
            "counts": found.counts(shown_state),
            "total": wording.number(found.progress.total),
            "shown_state": shown_state,
            "may_steer": may_steer(self.request.user),
        }


class MailingIndexView(ForOnlookers, BaseListingView):
    """All mailings, the newest first."""

    page_title = _("Mailings")
    header_icon = "mail"
    queryset = Mailing.objects.defer("html", "text").order_by("-created_at", "-pk")
    index_url_name = "mailings:index"
    results_template_name = "newsletters/mailings/index_results.html"
    paginate_by = 20
    columns = [
        TitleColumn("subject", label=_("Subject"), url_name="mailings:show"),
        Column("state", label=_("State")),
        Column("starts_at", label=_("Starts")),
        Column("audience", label=_("Recipients")),
        Column("accepted", label=_("Accepted")),
        Column("failed", label=_("Refused ones")),
        Column("uncertain", label=_("Uncertain ones")),
    ]

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(listed(object_list))


class MailingView(AdminPage, ForOnlookers):
    """How a mailing stands, what can be done, and each recipient."""

    template_name = "newsletters/mailings/show.html"

    def get_page_title(self) -> str:
        return self.mailing.subject

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = overview(self.mailing)
        table = RecipientsTable(
            self.mailing,
            found.progress,
            request.GET,
            shows_addresses=may_see_addresses(request.user),
        )
        context = self.get_context_data(
            table=table,
            facts=facts(self.mailing),
            page_buttons=page_buttons(self.mailing.page, request.user),
            **self.live_context(found, table.state),
        )
        return self.render_to_response(context)


class LiveView(ForOnlookers):
    """The part of a mailing's page that its script fetches again and again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = self.live_context(overview(self.mailing), request.GET.get("stan", ""))
        return TemplateResponse(request, "newsletters/mailings/live.html", context)


def page_buttons(page: NewsletterPage | None, user: Any) -> list[tuple[str, Any]]:
    """Return where the edition can be edited and read, as address and label."""
    if page is None:
        return []
    found: list[tuple[str, Any]] = []
    if page.permissions_for_user(user).can_edit():
        found.append((reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit the edition")))
    if page.live and page.url:
        found.append((page.url, _("Read it in the archive")))
    return found


# --- Steering ------------------------------------------------------------------------------------


class ForSteerers(ForOnlookers):
    def is_allowed(self, user: Any) -> bool:
        return may_steer(user)

    def take(self, name: str) -> HttpResponse:
        """Take a step and say what came of it, on the mailing's page."""
        try:
            words, is_taken = steps.STEPS[name](self.mailing)
        except services.NotSendableError as error:
            words, is_taken = " ".join(error.reasons), False
        (messages.success if is_taken else messages.error)(self.request, words)
        return redirect("mailings:show", self.mailing.pk)


class StepView(ForSteerers):
    """Takes one step that needs no second question."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if kwargs["step"] not in steps.STEPS:
            raise Http404
        return self.take(kwargs["step"])


class CancelView(AdminPage, ForSteerers):
    """Asks once more, and cancels: it cannot be undone."""

    template_name = "newsletters/mailings/cancel.html"
    page_title = _("Cancel the mailing")

    def get_way(self) -> list[dict[str, Any]]:
        show = reverse("mailings:show", args=[self.mailing.pk])
        return [INDEX, {"url": show, "label": self.mailing.subject}]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = overview(self.mailing)
        if "odwolaj" not in found.steps:
            messages.error(request, steps.ENDED_ALREADY)
            return redirect("mailings:show", self.mailing.pk)
        progress = found.progress
        context = self.get_context_data(
            mailing=self.mailing,
            accepted=_people_if_any(progress.counts.get(Delivery.State.ACCEPTED, 0)),
            left=_people_if_any(progress.open),
        )
        return self.render_to_response(context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.take("odwolaj")


def _people_if_any(count: int) -> str:
    return wording.people(count) if count else ""
