"""What a serializer reads is recorded, all of it: else a change would not reach the document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
import pytest
from django.db import models
from django.db.models.signals import post_init

from cms.api.kinds import serializer_for
from cms.basepage.models import BasePage
from cms.documents.reads import Reads, key_of
from cms.documents.rewriting import due_documents
from cms.documents.writing import serialize
from cms.models import (
    CentreImage,
    CentreSettings,
    Document,
    EventPage,
    PublishedRendition,
    Sphere,
)
from cms.models.embedded import EmbeddedModel
from cms.models.published import DocumentPage
from tests.cms.documents.world import difference_reasons, drain
from tests.factories import (
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    StandardPageFactory,
    TopicFactory,
    document_of,
    publish,
)

pytestmark = pytest.mark.django_db

# What could change a payload. Renditions are private: their public copies are what documents show.
FOLLOWED = (BasePage, EmbeddedModel, PublishedRendition)


@contextmanager
def watching_loads() -> Iterator[set[tuple[int, int]]]:
    """Collect the keys of all followed objects that Django loads meanwhile."""
    loaded: set[tuple[int, int]] = set()

    def note(sender: type[models.Model], instance: models.Model, **kwargs: object) -> None:
        if isinstance(instance, FOLLOWED) and instance.pk:
            loaded.add(key_of(sender, instance.pk))

    post_init.connect(note, weak=False)
    try:
        yield loaded
    finally:
        post_init.disconnect(note)


def link(page: BasePage) -> tuple[str, str]:
    return ("paragraph", f'<p><a linktype="page" id="{page.pk}">dalej</a></p>')


def image_block(image: CentreImage) -> tuple[str, CentreImage]:
    image.decorative = False
    image.contextual_alt_text = "Ludzie"
    return ("image", image)


def full_event() -> DocumentPage:
    return EventFactory(
        place=PlaceFactory(),
        project=ProjectFactory(image=ImageFactory()),
        organizers=[OrganizationFactory(), OrganizationFactory(draft=True)],
        partners=[PartnerFactory(), PartnerFactory()],
        topics=[TopicFactory(), TopicFactory()],
        image=ImageFactory(),
        body=[
            link(StandardPageFactory()),
            link(ProjectFactory(draft=True)),
            link(OrganizationFactory()),
            image_block(ImageFactory()),
        ],
    )


def full_project() -> DocumentPage:
    return ProjectFactory(
        partners=[PartnerFactory(), PartnerFactory()],
        image=ImageFactory(),
        body=[link(EventFactory()), image_block(ImageFactory())],
    )


def full_organization() -> DocumentPage:
    return OrganizationFactory(
        locality=LocalityFactory(),
        spheres=[SphereFactory(), SphereFactory()],
        image=ImageFactory(),
        body=[link(EventFactory()), image_block(ImageFactory())],
    )


MAKERS = (full_event, full_project, full_organization)


def loaded_and_recorded(page: DocumentPage) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    reads = Reads()
    document = Document.objects.get(page_id=page.pk)
    with watching_loads() as loaded:
        fresh = BasePage.objects.get(pk=page.pk).specific
        serialize(fresh, document, reads)
        set(serializer_for(fresh).facets(fresh))
    return loaded, reads.keys


@pytest.mark.parametrize("make", MAKERS)
def test_everything_that_serializing_loads_is_recorded(make: Callable[[], DocumentPage]) -> None:
    page = make()
    loaded, recorded = loaded_and_recorded(page)
    assert len(loaded) > 8
    assert loaded <= recorded
    stored = document_of(page).dependencies.values_list("content_type_id", "object_id")
    assert set(stored) == recorded


def test_forgotten_read_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = full_event()
    note = Reads.note

    def forget_places(self: Reads, instance: models.Model, **options: bool) -> models.Model:
        is_place = isinstance(instance, type(page.place))
        return instance if is_place else note(self, instance, **options)

    monkeypatch.setattr(Reads, "note", forget_places)
    loaded, recorded = loaded_and_recorded(page)
    assert loaded - recorded == {key_of(type(page.place), page.place.pk)}


def editable_texts(instance: EmbeddedModel) -> list[str]:
    return [
        field.name
        for field in instance._meta.fields
        if isinstance(field, models.CharField)
        and not field.choices
        and field.editable
        and field.name not in {"title", "file_hash", "public_url_pattern", "public_destination"}
    ]


@pytest.mark.parametrize("make", MAKERS)
def test_change_of_each_embedded_object_reaches_the_document(
    make: Callable[[], DocumentPage],
) -> None:
    page = make()
    drain()
    for instance in [
        one for model in EmbeddedModel.__subclasses__() for one in model.objects.all()
    ]:
        for name in editable_texts(instance):
            setattr(instance, name, f"x{instance.pk}")
        instance.save()
    assert document_of(page).dirty_at
    drain()
    assert difference_reasons() == []


def test_change_of_object_that_nothing_embeds_leaves_documents_alone() -> None:
    EventFactory(topics=[TopicFactory()])
    other = TopicFactory()
    other.name = "Inny"
    other.save()
    assert not due_documents().exists()


def test_topic_renamed_changes_filter_value() -> None:
    topic = TopicFactory(slug="granty")
    event = EventFactory(topics=[topic])
    topic.slug = "dotacje"
    topic.save()
    drain()
    facets = document_of(event).facets.filter(name="topic")
    assert list(facets.values_list("value", flat=True)) == ["dotacje"]


def test_locality_of_place_reaches_event_through_place() -> None:
    place = PlaceFactory(locality__name="Bełk")
    event = EventFactory(place=place)
    place.locality.name = "Stanowice"
    place.locality.save()
    drain()
    payload = orjson.loads(document_of(event).payload)
    assert payload["place"]["locality"]["name"] == "Stanowice"


def test_centre_settings_change_reaches_every_document() -> None:
    pages = [EventFactory(), ProjectFactory(), OrganizationFactory()]
    CentreSettings.load().save()
    assert all(document_of(page).dirty_at for page in pages)


def test_organizer_published_later_appears_in_event() -> None:
    organization = OrganizationFactory(draft=True)
    event = EventFactory(organizers=[organization])
    assert orjson.loads(document_of(event).payload)["organizers"] == []
    publish(organization)
    drain()
    [item] = orjson.loads(document_of(event).payload)["organizers"]
    assert item["id"] == str(document_of(organization).pk)


def test_removed_organizer_is_no_longer_followed() -> None:
    organization = OrganizationFactory()
    event = EventFactory(organizers=[organization])
    publish(event, organizers=[])
    publish(organization, title="Inna")
    assert document_of(event).dirty_at is None


def test_sample_organizer_makes_event_a_sample() -> None:
    organization = OrganizationFactory(is_sample=True)
    event = EventFactory(organizers=[organization])
    assert document_of(event).is_sample
    publish(organization, is_sample=False)
    drain()
    assert not document_of(event).is_sample


def test_deleted_embedded_model_objects_leave_no_dependency_rows_behind() -> None:
    sphere = SphereFactory()
    organization = OrganizationFactory(spheres=[sphere])
    key = key_of(Sphere, sphere.pk)
    sphere.delete()
    rows = document_of(organization).dependencies.values_list("content_type_id", "object_id")
    assert key not in set(rows)
    assert EventPage.objects.count() == 0
