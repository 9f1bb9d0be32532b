"""The admin's pages about subscribers, consent clauses and blocked addresses."""

from newsletters.subscribers.viewsets.clauses import ClauseViewSet
from newsletters.subscribers.viewsets.subscribers import SubscriberViewSet
from newsletters.subscribers.viewsets.suppressions import SuppressionViewSet

__all__ = ["ClauseViewSet", "SubscriberViewSet", "SuppressionViewSet"]
