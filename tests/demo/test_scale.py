"""`load_scale`: content in bulk that is the same as if editors had published it."""

import io

import pytest
from django.core.management import CommandError, call_command

from cms.documents.rebuilding import differences
from cms.documents.selectors import live_documents
from cms.models import Document, EventPage, OrganizationPage
from newsletters.subscribers.models import Consent, Subscriber
from newsletters.subscribers.selectors import audience, clause_in_force
from tests.cms.api.answers import ask
from tests.factories import EventFactory, publish

pytestmark = pytest.mark.django_db


def load_scale(**options) -> str:
    out = io.StringIO()
    call_command("load_scale", stdout=out, **options)
    return out.getvalue()


def test_documents_written_in_bulk_equal_those_of_published_pages():
    said = load_scale(events=30, organizations=12, dependents=5)
    assert "Added: 12 organizations, 30 events, 0 subscribers." in said
    assert not list(differences())
    documents = live_documents()
    assert documents.filter(type="event").count() == 30 + 12  # with those they are copies of
    assert set(documents.values_list("is_sample", flat=True)) == {True}
    assert ask("/events/?upcoming=true&limit=200")["results"]
    assert ask("/search/?q=spotkaniach")["count"]


def test_first_organization_holds_as_many_events_as_wanted():
    load_scale(events=40, organizations=11, dependents=7)
    first = OrganizationPage.objects.get(slug="organizacja-0")
    assert ask(f"/events/?organizer={first.slug}&count=true")["count"] == 7
    assert EventPage.objects.filter(organizers=first).count() == 7


def test_page_written_in_bulk_can_be_edited_moved_in_the_tree_and_withdrawn():
    load_scale(events=3, organizations=2)
    event = EventPage.objects.get(slug__endswith="-1", slug__startswith="spotkanie")
    publish(event, title="Zmieniony (przykład)")
    assert ask(f"/events/{event.slug}/")["title"] == "Zmieniony (przykład)"
    added = EventFactory(title="Nowe", parent=event.get_parent(), is_sample=True)
    event.unpublish()
    ask(f"/events/{event.slug}/", status=410)
    assert added.path not in EventPage.objects.exclude(pk=added.pk).values_list("path", flat=True)
    assert not list(differences())
    parent = added.get_parent()
    assert parent.numchild == parent.get_children().count()


def test_same_seed_gives_the_same_content_and_a_second_load_adds():
    load_scale(events=15, organizations=3, seed=7)
    days = list(EventPage.objects.order_by("path").values_list("start_date", flat=True))
    load_scale(events=15, organizations=3, seed=7)
    both = list(EventPage.objects.order_by("path").values_list("start_date", flat=True))
    assert both == days * 2


def test_content_that_is_no_sample_is_left_alone_unless_forced():
    EventFactory(title="Prawdziwe")
    with pytest.raises(CommandError, match="no sample"):
        load_scale(events=1, organizations=1)
    assert Document.objects.count() == 1
    load_scale(events=1, organizations=1, force=True)
    assert Document.objects.count() > 1


@pytest.mark.parametrize(
    "options",
    [{"events": -1}, {"events": 1, "dependents": 2}, {"organizations": 0, "dependents": 1}],
)
def test_numbers_that_make_no_sense_are_refused(options):
    with pytest.raises(CommandError, match="--"):
        load_scale(**options)


def test_subscribers_are_samples_at_example_org_with_consent():
    load_scale(events=0, organizations=0, subscribers=3)
    load_scale(events=0, organizations=0, subscribers=2)
    everybody = audience(controller=clause_in_force().controller, topic_ids=[])
    assert everybody.count() == Subscriber.objects.filter(is_sample=True).count() == 5
    assert all(one.email.endswith("@example.org") for one in Subscriber.objects.all())
    assert {one.consent.source for one in Subscriber.objects.all()} == {Consent.Source.SAMPLE}
