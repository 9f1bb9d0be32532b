import re

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse

from cms.models.documents import Document
from integrations.municipal.mapping import Mapping, check_template, mapping_of
from integrations.municipal.models import Destination
from tests.factories import (
    EventFactory,
    LocalityFactory,
    NewsFactory,
    OrganizationFactory,
    PlaceFactory,
    TopicFactory,
    document_of,
    publish,
)
from tests.integrations.municipal.helpers import add, sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(get_user_model().objects.create_superuser("ola", "ola@example.org", "h"))
    return client


def form(destination, **fields):
    return {
        "name": destination.name,
        "kind": destination.kind,
        "url": destination.url,
        "is_enabled": "on",
        "hand_edits": "ask",
        "stale_minutes": "60",
    } | fields


def test_scope_is_of_types_topics_and_localities_together():
    topic, belk = TopicFactory(slug="granty"), LocalityFactory(slug="belk")
    both = EventFactory(topics=[topic], place=PlaceFactory(locality=belk))
    EventFactory(topics=[topic])
    NewsFactory(topics=[topic])
    mapping = Mapping(types=("event",), topics=("granty", "inne"), localities=("belk",))

    documents = Document.objects.filter(is_live=True)

    expected = [document_of(both)]
    assert [one for one in documents if mapping.includes(one)] == expected
    assert list(documents.filter(mapping.scope())) == expected


def test_document_that_leaves_the_scope_is_removed_there_and_comes_back(receiver):
    granty = TopicFactory(slug="granty")
    page = NewsFactory(topics=[granty])
    OrganizationFactory()
    destination = add(receiver, mapping={"topics": ["granty"]})
    assert sync(destination) == {"upsert": 1, "skip": 1}

    publish(page, topics=[])
    assert sync(destination) == {"remove": 1}
    assert receiver.slugs == set()

    publish(page, topics=[granty])
    assert sync(destination) == {"upsert": 1}


def test_form_says_how_many_come_and_go_before_it_saves(staff, receiver):
    EventFactory.create_batch(2)
    NewsFactory()
    destination = add(receiver, mapping={"types": ["event"]})
    sync(destination)
    edit = reverse("destinations:edit", args=[destination.pk])

    answer = staff.post(edit, form(destination, types=["news"]))

    shown = answer.content.decode()
    assert "Przybędzie tam 1 dokument, 2 zostaną usunięte" in shown
    assert mapping_of(Destination.objects.get()).types == ("event",)
    [token] = re.findall(r'name="confirmed" value="([0-9:]+)"', shown)
    NewsFactory()
    stale = staff.post(edit, form(destination, types=["news"], confirmed=token)).content.decode()
    assert "Przybędą tam 2 dokumenty" in stale, "it has changed since it was shown"

    staff.post(edit, form(destination, types=["news"], confirmed="2:2"))
    destination.refresh_from_db()
    assert mapping_of(destination).types == ("news",)
    assert sync(destination) == {"upsert": 2, "remove": 2}


def test_form_keeps_where_things_go_in_a_wordpress(staff):
    destination = add(url="https://www.gmina.example", kind="wordpress", username="a", secret="b")
    edit = reverse("destinations:edit", args=[destination.pk])
    fields = {
        "username": "cop",
        "pages": ["project"],
        "parent": "organizacje-pozarzadowe",
        "category_event": "Kalendarz NGO",
        "title_template": "NGO: {title}",
        "excerpt_template": "{summary}",
    }

    assert staff.post(edit, form(destination, **fields)).status_code == 302

    mapping = mapping_of(Destination.objects.get())
    assert (mapping.pages, mapping.parent) == (("project",), "organizacje-pozarzadowe")
    assert mapping.category_of("event") == "Kalendarz NGO"
    assert mapping.title == "NGO: {title}"
    shown = staff.get(edit).content.decode()
    assert 'value="Kalendarz NGO"' in shown
    assert Destination.objects.get().secrets() == ["b"]


@pytest.mark.parametrize(
    "fields",
    [{"username": ""}, {"username": "cop", "pages": ["event"]}, {"title_template": "{nic}"}],
)
def test_form_refuses_what_a_wordpress_cannot_use(staff, fields):
    destination = add(url="https://www.gmina.example", kind="wordpress", username="a", secret="b")
    edit = reverse("destinations:edit", args=[destination.pk])

    answer = staff.post(edit, form(destination, username="x") | fields)

    assert answer.status_code == 200
    assert Destination.objects.get().username == "a"


@pytest.mark.parametrize(
    "text", ["{title", "{0}", "{title.x}", "{title!r}", "{title:>9}", "{inne}"]
)
def test_template_with_anything_but_names_is_refused(text):
    with pytest.raises(ValidationError):
        check_template(text)
