"""The addresses below /newsletter/ that are no pages; Wagtail answers the others."""

from newsletters.editions.urls import urlpatterns as editions
from newsletters.subscribers.urls import urlpatterns as subscribers

urlpatterns = [*editions, *subscribers]
