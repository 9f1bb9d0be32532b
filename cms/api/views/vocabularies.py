"""Vocabularies: the words that documents and filters use."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api import examples
from cms.api.json import dump
from cms.api.serializers.tagged import ProgrammeSerializer
from cms.api.serializers.vocabularies import (
    AudienceSerializer,
    LegalFormSerializer,
    LocalitySerializer,
    OfferTypeSerializer,
    SphereSerializer,
    TopicSerializer,
)
from cms.api.views.base import ApiView
from cms.models.offers import Audience, OfferType, Programme
from cms.models.organizations import OrganizationPage
from cms.models.vocabularies import Locality, Sphere, Topic
from cms.polish import sort_key


class VocabularyView(ApiView):
    """A vocabulary, whole. It is short, and its entity tag comes from its content."""

    is_list = True
    tags: ClassVar = ["vocabularies"]
    cache_control = "public, max-age=60, stale-while-revalidate=600"

    def get(self, request: Request) -> Response:
        self.read_values()
        with translation.override(settings.LANGUAGE_CODE):
            entries = self.get_serializer(self.entries(), many=True).data
        return self.answer_bytes(dump({"next": None, "previous": None, "results": entries}))

    def entries(self) -> Sequence[Any]:
        """Return the vocabulary in the order in which people read it."""
        raise NotImplementedError


class SphereListView(VocabularyView):
    """Spheres of public tasks (art. 4(1) of the Act of 24 April 2003), in the order of the Act."""

    serializer_class = SphereSerializer
    operation_id = "listSpheres"
    summary = "List spheres of public tasks"
    example = examples.page_of(examples.SPHERE)

    def entries(self) -> Sequence[Sphere]:
        return list(Sphere.objects.order_by("sort_key", "code"))


class LocalityListView(VocabularyView):
    """Parts of the municipality, with the locative that Polish sentences need."""

    serializer_class = LocalitySerializer
    operation_id = "listLocalities"
    summary = "List localities"
    example = examples.page_of(examples.LOCALITY)

    def entries(self) -> Sequence[Locality]:
        return sorted(Locality.objects.all(), key=lambda one: (sort_key(one.name), one.slug))


class TopicListView(VocabularyView):
    """Topics of events; people also choose them for their newsletter."""

    serializer_class = TopicSerializer
    operation_id = "listTopics"
    summary = "List topics"
    example = examples.page_of(examples.TOPIC)

    def entries(self) -> Sequence[Topic]:
        return sorted(Topic.objects.all(), key=lambda one: (sort_key(one.name), one.slug))


class AudienceListView(VocabularyView):
    """Groups of people for whom content is meant."""

    serializer_class = AudienceSerializer
    operation_id = "listAudiences"
    summary = "List audiences"
    example = examples.page_of(examples.AUDIENCE)

    def entries(self) -> Sequence[Audience]:
        return sorted(Audience.objects.all(), key=lambda one: (sort_key(one.name), one.slug))


class OfferTypeListView(VocabularyView):
    """Forms of support that people choose from: trainings, advice, workshops."""

    serializer_class = OfferTypeSerializer
    operation_id = "listOfferTypes"
    summary = "List types of offer"
    example = examples.page_of(examples.OFFER_TYPE)

    def entries(self) -> Sequence[OfferType]:
        return sorted(OfferType.objects.all(), key=lambda one: (sort_key(one.name), one.slug))


class ProgrammeListView(VocabularyView):
    """Public programmes, such as the local revitalization programme."""

    serializer_class = ProgrammeSerializer
    operation_id = "listProgrammes"
    summary = "List programmes"
    example = examples.page_of(examples.PROGRAMME)

    def entries(self) -> Sequence[Programme]:
        return sorted(Programme.objects.all(), key=lambda one: (sort_key(one.name), one.slug))


class LegalFormListView(VocabularyView):
    """Legal forms of organizations."""

    serializer_class = LegalFormSerializer
    operation_id = "listLegalForms"
    summary = "List legal forms"
    example = examples.page_of(examples.LEGAL_FORM)

    def entries(self) -> Sequence[dict[str, str]]:
        return [
            {"code": code, "label": str(label)}
            for code, label in OrganizationPage.LegalForm.choices
        ]
