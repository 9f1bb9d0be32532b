"""What this app adds to Wagtail's admin. Registers only."""

from django.urls import URLPattern, path
from wagtail import hooks

from integrations.municipal.views import retry
from integrations.municipal.viewsets import DestinationViewSet


@hooks.register("register_admin_viewset")
def register_destinations() -> DestinationViewSet:
    return DestinationViewSet("destinations")


@hooks.register("register_admin_urls")
def register_retrying() -> list[URLPattern]:
    address = "destinations/<int:destination_id>/ponow/<uuid:document_id>/"
    return [path(address, retry, name="retry_document")]
