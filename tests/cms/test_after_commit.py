import pytest
from django.db import connection, transaction
from wagtail.models import ReferenceIndex

from cms.models import EventPage
from tests.factories import EventFactory, OrganizationFactory

pytestmark = pytest.mark.django_db(transaction=True)


class RolledBackError(Exception):
    pass


def index_writes(queries: list[dict[str, str]]) -> list[str]:
    tables = ("wagtailsearch_indexentry", "wagtailcore_referenceindex")
    writes = ("INSERT", "UPDATE", "DELETE")
    return [
        query["sql"]
        for query in queries
        if query["sql"].startswith(writes) and any(table in query["sql"] for table in tables)
    ]


def test_index_is_not_written_inside_the_transaction_of_a_publication(settings) -> None:
    event = EventFactory(title="Gala")
    connection.force_debug_cursor = True
    try:
        with transaction.atomic():
            connection.queries_log.clear()
            event.title = "Festiwal"
            event.save_revision().publish()
            assert index_writes(connection.queries) == []
        assert index_writes(connection.queries) != []
    finally:
        connection.force_debug_cursor = False


def test_published_page_is_found_by_its_new_title() -> None:
    event = EventFactory(title="Gala")
    event.title = "Festiwal"
    event.save_revision().publish()
    assert [page.pk for page in EventPage.objects.search("Festiwal")] == [event.pk]
    assert list(EventPage.objects.search("Gala")) == []


def test_publication_rolled_back_leaves_the_index_as_it_was() -> None:
    organization = OrganizationFactory()
    event = EventFactory(title="Gala")

    def publish_and_fail() -> None:
        event.title = "Festiwal"
        event.organizers = [organization]
        event.save_revision().publish()
        raise RolledBackError

    with pytest.raises(RolledBackError), transaction.atomic():
        publish_and_fail()
    assert list(EventPage.objects.search("Festiwal")) == []
    assert not ReferenceIndex.get_references_to(organization).exists()
