"""What this app adds to Wagtail's admin. Registers only."""

from django.urls import URLPattern, path
from wagtail import hooks

from integrations.municipal import dashboard
from integrations.municipal.views import refuse_deletion, retry
from integrations.municipal.viewsets import DestinationViewSet


@hooks.register("register_admin_viewset")
def register_destinations() -> DestinationViewSet:
    return DestinationViewSet("destinations")


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    place = "destinations/<int:destination_id>"
    document = f"{place}/dokument/<uuid:document_id>"
    return [
        path(f"{place}/ponow/<uuid:document_id>/", retry, name="retry_document"),
        path(f"{place}/stan/", dashboard.show, name="destination_dashboard"),
        path(f"{place}/sprawdz/", dashboard.test, name="destination_test"),
        path(f"{place}/zrob/<slug:verb>/", dashboard.act, name="destination_act"),
        path(f"{document}/roznica/", dashboard.difference, name="document_difference"),
        path(f"{document}/<slug:decision>/", dashboard.decide, name="document_decide"),
    ]


hooks.register("before_delete_snippet", refuse_deletion)
