"""The admin's page on which a second person reads an edition and lets it be sent."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages

from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import RenderingError
from newsletters.mailings import approvals, selectors, wording
from newsletters.mailings.models import Approval
from newsletters.mailings.views import AdminPage


class ApproveView(AdminPage, View):
    """Shows what would be sent and asks; POST approves it, or takes the approval back."""

    template_name = "newsletters/mailings/approve.html"
    page_title = _("Approve the newsletter")
    page: NewsletterPage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = get_object_or_404(NewsletterPage, pk=kwargs["page_id"])
        if not approvals.may_approve(request.user, self.page):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "withdraw" in request.POST:
            if approvals.withdraw(page=self.page, user=request.user):
                messages.success(request, _("Your approval is taken back."))
            return redirect("mailings:approve", self.page.pk)
        try:
            approvals.approve(
                page=self.page, user=request.user, seen=request.POST.get("fingerprint", "")
            )
        except approvals.NotApprovableError as error:
            messages.error(request, str(error))
            return self._show()
        messages.success(request, _("The newsletter is approved and can be sent."))
        return redirect("wagtailadmin_home")

    def get_way(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [*super().get_way(), {"url": edit, "label": self.page.title}]

    def _show(self) -> HttpResponse:
        mark, fault = self._fingerprint()
        user: Any = self.request.user
        draft = reverse("wagtailadmin_pages:view_draft", args=[self.page.pk])
        topics = [topic.name for topic in self.page.topics.all()]
        context = self.get_context_data(
            edition=self.page,
            fingerprint=mark,
            fault=fault or self._hindrance(),
            approval=approvals.approval_of(self.page, mark),
            own=Approval.objects.filter(page=self.page, fingerprint=mark, approved_by=user).first(),
            whom=wording.whom(topics, is_sample=self.page.is_sample),
            people=wording.people(selectors.audience_of(self.page).count()),
            previews=[(f"{draft}?mode={mode}", label) for mode, label in self.page.preview_modes],
        )
        return self.render_to_response(context)

    def _fingerprint(self) -> tuple[str, str]:
        """Return the fingerprint of what is shown, or why there is no mail."""
        try:
            return approvals.fingerprint_of(self.page), ""
        except RenderingError as error:
            return "", str(error)

    def _hindrance(self) -> str:
        """Say why this person, or anybody, cannot approve it now; empty when it can be done."""
        if not approvals.is_required():
            return str(_("This team needs no approval: the newsletter can be sent as it is."))
        if not self.page.live or self.page.has_unpublished_changes:
            return str(approvals.PUBLISH_FIRST)
        if approvals.is_author(self.request.user, self.page):
            return str(approvals.OWN_VERSION)
        return ""
