"""Wagtail's API v2 and DRF's ModelViewSet, each as its documentation shows it."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet
from wagtail.api import APIField
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from cms.models import EventPage, OrganizationPage, Place, Topic

# What the list of events shows of each: what Razem's documents have, less body and schema.org.
FIELDS = (
    *("title", "slug", "summary", "kind", "level", "start_date", "end_date", "start_time"),
    *("end_time", "date_precision", "date_certainty", "status", "status_note", "is_full"),
    *("online_url", "registration_url", "registration_email", "registration_deadline"),
    *("seats", "is_free", "price_note", "trainer", "accessibility_contact", "is_sample"),
)

EventPage.api_fields = [
    *(APIField(name) for name in FIELDS if name not in {"title", "slug"}),
    *(APIField(name) for name in ("place", "project", "organizers", "topics")),
]

pages = WagtailAPIRouter("peer")
pages.register_endpoint("pages", PagesAPIViewSet)


class OrganizationSerializer(serializers.ModelSerializer[OrganizationPage]):
    class Meta:
        model = OrganizationPage
        fields: ClassVar = ["id", "title", "slug"]


class PlaceSerializer(serializers.ModelSerializer[Place]):
    class Meta:
        model = Place
        fields: ClassVar = ["id", "name", "address"]


class TopicSerializer(serializers.ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields: ClassVar = ["slug", "name"]


class EventSerializer(serializers.ModelSerializer[EventPage]):
    organizers = OrganizationSerializer(many=True)
    place = PlaceSerializer()
    topics = TopicSerializer(many=True)

    class Meta:
        model = EventPage
        fields: ClassVar = ["id", *FIELDS, "project", "place", "organizers", "topics"]


class EventViewSet(ModelViewSet[EventPage]):
    serializer_class = EventSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Any]:
        today = timezone.localdate()
        upcoming = Q(end_date__gte=today) | Q(start_date__gte=today)
        events = EventPage.objects.live().public().order_by("start_date")
        if self.action == "list":
            events = events.filter(upcoming)
        return events.select_related("place", "project").prefetch_related("organizers", "topics")


models = SimpleRouter()
models.register("events", EventViewSet, basename="event")

urlpatterns = [
    path("v2/", pages.urls),
    path("drf/", include(models.urls)),
]
