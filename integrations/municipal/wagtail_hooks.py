"""What this app adds to Wagtail's admin. Registers only."""

from wagtail import hooks

from integrations.municipal.viewsets import DestinationViewSet


@hooks.register("register_admin_viewset")
def register_destinations() -> DestinationViewSet:
    return DestinationViewSet("destinations")
