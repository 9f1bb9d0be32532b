"""The admin's addresses below /admin/newsletter/ about mailings."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from newsletters.mailings import views
from newsletters.mailings.approving import ApproveView
from newsletters.mailings.permissions import may_look


class MailingsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(request.user)


class MailingViewSet(ViewSet):
    icon = "mail"
    url_prefix = "newsletter"
    menu_hook = "register_newsletter_menu_item"
    menu_label = _("Mailings")
    menu_name = "mailings"
    menu_order = 100
    menu_item_class = MailingsMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        view: Any = self.construct_view
        return [
            path("wysylki/", view(views.MailingIndexView), name="index"),
            path("wysylki/<int:pk>/", view(views.MailingView), name="show"),
            path("wysylki/<int:pk>/postep/", view(views.LiveView), name="live"),
            path("wysylki/<int:pk>/odwolaj/", view(views.CancelView), name="cancel"),
            path("wysylki/<int:pk>/<slug:step>/", view(views.StepView), name="step"),
            path("wyslij/<int:page_id>/", view(views.OrderView), name="order"),
            path("zatwierdz/<int:page_id>/", view(ApproveView), name="approve"),
            path("wyslij/<int:page_id>/probny/", view(views.TestMailView), name="test"),
        ]
