import re

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from cms.documents.rewriting import rewrite
from cms.models.documents import Document
from integrations.municipal.mapping import Mapping, check_template, mapping_of
from integrations.municipal.models import Destination, SyncState
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
from tests.integrations.municipal.helpers import add, let_time_pass, sync

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
    topic, belk = TopicFactory(), LocalityFactory()
    both = EventFactory(topics=[topic], place=PlaceFactory(locality=belk))
    EventFactory(topics=[topic])
    NewsFactory(topics=[topic])
    mapping = Mapping(types=("event",), topics=(topic.pk, 10**6), localities=(belk.pk,))

    documents = Document.objects.filter(is_live=True)

    expected = [document_of(both)]
    included = mapping.included(documents)
    assert [one for one in documents if one.pk in included] == expected
    assert list(documents.filter(mapping.scope())) == expected


def test_document_that_leaves_the_scope_is_removed_there_and_comes_back(receiver):
    granty = TopicFactory()
    page = NewsFactory(topics=[granty])
    OrganizationFactory()
    destination = add(receiver, mapping={"topics": [granty.pk]})
    assert sync(destination) == {"upsert": 1, "skip": 1}

    publish(page, topics=[])
    assert sync(destination) == {"remove": 1}
    assert receiver.slugs == set()

    publish(page, topics=[granty])
    assert sync(destination) == {"upsert": 1}


def test_topic_that_gets_another_slug_takes_nothing_away(receiver):
    granty = TopicFactory(slug="granty")
    page = NewsFactory(topics=[granty])
    destination = add(receiver, mapping={"topics": [granty.pk]})
    sync(destination)

    granty.slug = "dotacje"
    granty.save()
    assert document_of(page).dirty_at
    SyncState.objects.update(state=SyncState.State.WAITING, acked_version=None)
    assert sync(destination) == {"postpone": 1}, "it still has the old one"
    rewrite(document_of(page).pk)
    let_time_pass()

    assert sync(destination) == {"upsert": 1}
    assert receiver.slugs == {page.slug}


def test_topic_or_locality_that_a_destination_goes_by_is_not_deleted(staff):
    for name, entry in (("topics", TopicFactory()), ("localities", LocalityFactory())):
        add(url="https://www.gmina.example", name=name, mapping={name: [entry.pk]})
        delete = reverse(entry.snippet_viewset.get_url_name("delete"), args=[entry.pk])

        shown = staff.post(delete, follow=True).content.decode()

        assert name in shown
        assert type(entry).objects.filter(pk=entry.pk).exists()
        with pytest.raises(ProtectedError), transaction.atomic():
            entry.delete()
        Destination.objects.all().delete()
        staff.post(delete)
        assert not type(entry).objects.filter(pk=entry.pk).exists()


def test_form_offers_topics_and_keeps_those_chosen(staff):
    granty = TopicFactory(name="Granty")
    destination = add(url="https://www.gmina.example")
    edit = reverse("destinations:edit", args=[destination.pk])

    assert staff.post(edit, form(destination, topics=[granty.pk])).status_code == 302

    assert mapping_of(Destination.objects.get()).topics == (granty.pk,)
    checked = rf'<input[^>]* value="{granty.pk}"[^>]* checked'
    assert re.search(checked, staff.get(edit).content.decode())


def test_form_says_how_many_come_and_go_before_it_saves(staff, receiver):
    EventFactory.create_batch(2)
    NewsFactory()
    destination = add(receiver, mapping={"types": ["event"]})
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
    assert sync(destination)["upsert"] == 2
    assert "remove" not in sync(destination)


def test_change_of_what_goes_there_reaches_a_receiver_that_goes_by_versions(staff, receiver):
    event, news = EventFactory(), NewsFactory()
    destination = add(receiver)
    sync(destination)
    edit = reverse("destinations:edit", args=[destination.pk])

    staff.post(edit, form(destination, types=["news"], confirmed="0:1"))
    assert sync(destination) == {"remove": 1, "upsert": 1}
    assert receiver.slugs == {news.slug}

    staff.post(edit, form(destination, confirmed="1:0"))
    sync(destination)
    assert receiver.slugs == {news.slug, event.slug}
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert len(set(ids)) == len(ids), "another message, not the same once more"

    publish(event, title="Nowy tytuł")
    assert sync(destination) == {"upsert": 1}
    assert receiver.copy[str(document_of(event).pk)]["document"]["title"] == "Nowy tytuł"


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
