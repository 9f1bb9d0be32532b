"""Images in texts at a real WordPress: from its media library, gone with the last text."""

import re
from typing import Any

import pytest
from wagtail.rich_text import RichText

from integrations.municipal import ledger, outcomes
from integrations.municipal.models import SyncState
from tests.factories import ImageFactory, NewsFactory, document_of, publish
from tests.integrations.municipal.connectors.test_wordpress_pictures import (
    CRASH,
    pictures,
    plugin,
    with_categories,
)
from tests.integrations.municipal.helpers import settle, state_of, sync
from tests.integrations.municipal.sites import at, post_of, shown
from tests.wordpress import WordPress

pytestmark = [pytest.mark.django_db, pytest.mark.wordpress]


def block(image, alt: str) -> tuple[str, Any]:
    image.contextual_alt_text, image.decorative = alt, False
    return ("image", image)


def text(words: str) -> tuple[str, RichText]:
    return ("paragraph", RichText(f"<p>{words}</p>"))


def images_in(site: WordPress, page) -> list[tuple[str, str]]:
    """Return address and alternative text of the images in the page's post, as visitors see it."""
    answer = site.rest("GET", f"/wp/v2/posts/{post_of(site, page)['id']}").json()
    tags = re.findall(r"<img[^>]*>", answer["content"]["rendered"])
    return [
        (re.search(r' src="([^"]*)"', tag)[1], re.search(r' alt="([^"]*)"', tag)[1]) for tag in tags
    ]


def test_images_of_a_text_are_shown_from_the_library_with_their_alternative_texts(site):
    first, second = ImageFactory.create_batch(2)
    body = [text("Przed"), block(first, "Plan & sali"), text("Po"), block(second, "Mapa dojazdu")]
    page = NewsFactory(body=body, image=first)
    destination = at(site)

    assert sync(destination) == {"upsert": 1}

    addresses = {one["source_url"]: one["alt_text"] for one in pictures(site)}
    found = images_in(site, page)
    assert [alt for _address, alt in found] == ["Plan &amp; sali", "Mapa dojazdu"]
    for address, alt in found:
        assert addresses[address] == alt.replace("&amp;", "&")
        assert site.get(address.removeprefix(site.url)).status_code == 200
    assert len(addresses) == 3, "the main image has words of its own"
    before = post_of(site, page)["modified_gmt"]
    ledger.check_again(SyncState.objects.all())
    assert sync(destination) == {"upsert": 1}
    assert len(pictures(site)) == 3
    assert post_of(site, page)["modified_gmt"] == before, "nothing had changed"


def test_image_of_texts_goes_with_the_last_that_shows_it(site):
    shared, other = ImageFactory.create_batch(2)
    first = NewsFactory(body=[block(shared, "Wspólny"), block(other, "Inny")])
    second = NewsFactory(body=[block(shared, "Wspólny")])
    destination = at(site)
    sync(destination)
    assert {one["alt_text"] for one in pictures(site)} == {"Wspólny", "Inny"}

    publish(first, body=[block(shared, "Wspólny")])
    sync(destination)
    assert {one["alt_text"] for one in pictures(site)} == {"Wspólny"}
    first.unpublish()
    sync(destination)
    assert {one["alt_text"] for one in pictures(site)} == {"Wspólny"}
    [(address, _alt)] = images_in(site, second)
    assert site.get(address.removeprefix(site.url)).status_code == 200
    publish(second, body=[text("Bez obrazu")])
    sync(destination)
    assert pictures(site) == []


def test_image_of_a_text_that_crashes_the_site_stays_at_ours(site):
    destination = with_categories(site)
    page = NewsFactory(body=[text("Przed"), block(ImageFactory(), "Mapa dojazdu")])
    with plugin(site, CRASH):
        for _try in range(outcomes.MOST_PERMANENT_ATTEMPTS):
            settle(destination)

    [(address, alt)] = images_in(site, page)
    assert not address.startswith(site.url)
    assert alt == "Mapa dojazdu"
    state = state_of(document_of(page), destination)
    assert state.last_error.startswith("Obraz „Mapa dojazdu” w treści jest pokazywany z naszej")
    assert set(shown(site)) == {str(state.document_id)}
