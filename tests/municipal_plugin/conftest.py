from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.municipal_plugin.front import Front
from tests.municipal_plugin.site import Site
from tests.wordpress import WordPress


@pytest.fixture
def front(live_server, settings: Settings) -> Iterator[Front]:
    """Razem as the municipality reaches it: images have its address too."""
    running = Front(live_server.url)
    settings.SITE_URL = running.url
    yield running
    running.stop()


@pytest.fixture
def site(wordpress: WordPress, front: Front) -> Iterator[Site]:
    """The plugin set up, before its first run; afterwards the municipality's own is untouched."""
    site = Site(wordpress, front)
    own = wordpress.own_posts()
    site.install()
    yield site
    wordpress.fault("off")
    assert wordpress.own_posts() == own
