"""Against the municipal example site that integrators start from, as a real process."""

import orjson
import pytest

from cms.documents.selectors import live_documents
from cms.documents.sequence import start_epoch
from tests.factories import EventFactory, OrganizationFactory, ProjectFactory, make_private, publish
from tests.integrations.municipal.helpers import add, let_time_pass, sync
from tests.integrations.municipal.receivers import SECRET
from tests.municipal_example.servers import Site, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(tmp_path, settings):
    settings.IS_DEMO = True
    with site(tmp_path, "--push", SECRET) as running:
        yield running


def live() -> dict:
    return {str(one.pk): orjson.loads(one.payload) for one in live_documents()}


def test_pushed_copy_equals_the_live_documents_through_changes_and_withdrawals(running: Site):
    event, secret, gone = EventFactory(), EventFactory(), OrganizationFactory()
    ProjectFactory()
    destination = add(url=running.url + "/webhook")
    sync(destination)
    assert running.copy()["documents"] == live()

    publish(event, title="Festyn w nowym miejscu")
    make_private(secret)
    gone.delete()
    sync(destination)

    assert running.copy()["documents"] == live()
    assert "Festyn w nowym miejscu" in running.page()


def test_pushed_copy_is_complete_again_after_a_restore(running: Site):
    event, gone = EventFactory(), EventFactory()
    destination = add(url=running.url + "/webhook")
    sync(destination)

    gone.delete()
    start_epoch()
    publish(event, title="Po przywróceniu")
    sync(destination)

    assert running.copy()["documents"] == live()


def test_pushed_copy_is_complete_when_the_site_was_away(tmp_path, settings):
    settings.IS_DEMO = True
    with site(tmp_path, "--push", SECRET) as running:
        page = EventFactory()
        destination = add(url=running.url + "/webhook")
        sync(destination)
        port = running.url.rpartition(":")[2]
    publish(page, title="W czasie przerwy")
    EventFactory()
    sync(destination)
    destination.refresh_from_db()
    assert destination.failures == 1

    with site(tmp_path, "--push", SECRET, "--port", port) as running:
        destination.url = running.url + "/webhook"
        destination.save(update_fields=["url"])
        let_time_pass()
        sync(destination)
        assert running.copy()["documents"] == live()
