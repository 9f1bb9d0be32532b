"""What subscribers add to Wagtail's admin. Registers only."""

from wagtail import hooks

from newsletters.subscribers.viewsets import ClauseViewSet, SubscriberViewSet, SuppressionViewSet


@hooks.register("register_admin_viewset")
def register_subscribers() -> list[SubscriberViewSet | ClauseViewSet | SuppressionViewSet]:
    return [
        SubscriberViewSet("subscribers"),
        ClauseViewSet("consent_clauses"),
        SuppressionViewSet("blocked_addresses"),
    ]
