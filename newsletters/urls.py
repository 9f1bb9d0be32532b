"""The addresses below /newsletter/ that are no pages; Wagtail answers the others."""

from newsletters.subscribers.urls import urlpatterns

__all__ = ["urlpatterns"]
