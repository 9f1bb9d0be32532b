from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from integrations.municipal import lanes
from integrations.municipal.connectors import guarded
from tests.integrations.municipal.receivers import Receiver
from tests.wordpress import WordPress


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A receiver on loopback, where the demo may send to."""
    settings.IS_DEMO = True
    running = Receiver()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def installed_site(wordpress_site: WordPress) -> WordPress:
    wordpress_site.reset()
    return wordpress_site


@pytest.fixture
def site(installed_site: WordPress, settings) -> Iterator[WordPress]:
    """WordPress whose plugin of the municipality is gone: posts and pages are all it knows.

    Only what others than its administrator wrote is taken away before: that is quicker.
    """
    settings.IS_DEMO = True
    installed_site.fault("plugin-off")
    installed_site.php(
        """
        global $wpdb;
        $wpdb->query("DELETE FROM wp_posts WHERE post_author <> 1");
        $wpdb->query("DELETE FROM wp_postmeta WHERE post_id NOT IN (SELECT ID FROM wp_posts)");
        $wpdb->query(
            "DELETE FROM wp_term_relationships WHERE object_id NOT IN (SELECT ID FROM wp_posts)"
        );
        """
    )
    yield installed_site
    installed_site.fault("off")


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Give destinations a second at most."""
    monkeypatch.setattr(guarded, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(guarded, "READ_SECONDS", 0.5)
    monkeypatch.setattr(guarded, "TOTAL_SECONDS", 1.0)


@pytest.fixture(autouse=True)
def no_lanes_left() -> Iterator[None]:
    """See that no thread outlives its test."""
    yield
    while lanes.wait(5):
        pass


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item) -> Iterator[None]:
    """Put back what migrations made: tests with threads of their own end with empty tables."""
    marker = item.get_closest_marker("django_db")
    blocker = item.funcargs.get("restored_database")
    result = yield
    if marker and marker.kwargs.get("transaction") and blocker:
        with blocker.unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return result


@pytest.fixture
def restored_database(django_db_blocker) -> DjangoDbBlocker:
    """For tests with `serialized_rollback`: also when they end the database is as migrated."""
    return django_db_blocker
