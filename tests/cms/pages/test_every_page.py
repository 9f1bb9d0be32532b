"""What all public pages have: landmarks, what machines read, the way around."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import CentreSettings
from tests.cms.pages.helpers import every_page, linked_data, words
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    StandardPageFactory,
    home_page,
    make_private,
)

pytestmark = pytest.mark.django_db


def test_every_page_has_language_landmarks_one_heading_and_a_way_past_the_menu(read):
    for page in every_page():
        soup = read(page)
        assert soup.html["lang"] == "pl"
        assert len(soup.find_all("h1")) == 1, page
        assert len(soup.find_all("main")) == 1
        assert soup.find("header", class_="site-header")
        assert soup.find("footer", class_="site-footer")
        skip = soup.body.find("a")
        assert skip["href"] == "#content"
        assert soup.find(id="content").name == "main"
        names = [
            nav.get("aria-label") or nav.get("aria-labelledby") for nav in soup.find_all("nav")
        ]
        assert all(names)
        assert len(set(names)) == len(names)


def test_every_page_tells_machines_its_title_address_and_description(read, settings):
    for page in every_page():
        soup = read(page)
        address = f"{settings.SITE_URL}{page.get_url()}"
        assert soup.title.string.endswith("– Centrum Organizacji Pozarządowych")
        assert soup.find("link", rel="canonical")["href"] == address
        assert soup.find("meta", property="og:url")["content"] == address
        assert soup.find("meta", property="og:title")["content"] == page.title
        described = soup.find("meta", attrs={"name": "description"})
        assert (described["content"] if described else "") == page.summary


def test_every_page_needs_no_script_style_attribute_or_third_party(read, settings):
    for page in every_page():
        soup = read(page)
        scripts = soup.find_all("script")
        assert all(script["type"] == "application/ld+json" for script in scripts)
        assert not soup.find_all(style=True)
        assert not soup.find_all("style")
        loaded = [tag["src"] for tag in soup.find_all(src=True)]
        loaded += [tag["href"] for tag in soup.find_all("link", rel=["stylesheet", "icon"])]
        assert loaded
        assert all(address.startswith("/") for address in loaded), loaded
        assert len(soup.find_all("link", rel="stylesheet")) == 1


def test_every_page_is_served_by_few_queries(client, django_assert_max_num_queries):
    pages = every_page()
    for page in pages:
        client.get(page.get_url())  # fills the caches that live as long as the process
    most = {"EventIndexPage": 14, "OrganizationPage": 14, "ProjectPage": 14, "HomePage": 16}
    for page in pages:
        with django_assert_max_num_queries(most.get(type(page).__name__, 13)):
            client.get(page.get_url())


def test_lists_cost_the_same_however_long_they_are(client):
    paths = ["/", "/wydarzenia/", "/organizacje/"]

    EventFactory()
    EventFactory(past=True)
    EventFactory(postponed=True)
    OrganizationFactory()
    before = [queries_of(client, path) for path in paths]
    EventFactory.create_batch(4)
    EventFactory.create_batch(4, past=True)
    OrganizationFactory.create_batch(4)

    assert [queries_of(client, path) for path in paths] == before


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def test_demo_says_on_every_page_that_its_data_are_samples(read, client, settings):
    settings.IS_DEMO = True
    for page in every_page():
        banner = read(page).find(class_="sample-banner")
        assert "Dane przykładowe" in words(banner)
    assert "Dane przykładowe" in client.get("/nie-ma/").content.decode()


def test_sample_document_says_so_and_asks_not_to_be_indexed(read):
    sample = read(EventFactory(is_sample=True))
    real = read(EventFactory())

    assert "Dane przykładowe" in words(sample.find(class_="sample-banner"))
    assert sample.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert real.find(class_="sample-banner") is None
    assert real.find("meta", attrs={"name": "robots"}) is None


def test_title_with_markup_and_script_is_only_text(read):
    soup = read(
        EventFactory(title="</script><b>Gala</b> <!-- &", summary="</script><script>x</script>")
    )

    assert words(soup.h1) == "</script><b>Gala</b> <!-- &"
    assert [script["type"] for script in soup.find_all("script")] == ["application/ld+json"]
    assert linked_data(soup)["name"] == "</script><b>Gala</b> <!-- &"


def test_breadcrumbs_lead_from_the_home_page_to_the_page(read):
    soup = read(EventFactory(title="Gala"))

    crumbs = soup.find("nav", class_="breadcrumbs")
    assert crumbs["aria-label"] == "Jesteś tutaj"
    assert [words(item) for item in crumbs.find_all("li")] == [
        "Strona główna",
        "Wydarzenia",
        "Gala",
    ]
    assert [link["href"] for link in crumbs.find_all("a")] == ["/", "/wydarzenia/"]
    assert crumbs.find_all("li")[-1]["aria-current"] == "page"


def test_menu_marks_page_and_section(read):
    event = EventFactory()

    current = {link["href"]: link.get("aria-current") for link in read(event).nav.find_all("a")}
    sections = ["/aktualnosci/", "/organizacje/", "/konkursy/", "/materialy/", "/newsletter/"]
    assert current == {"/wydarzenia/": "true", **dict.fromkeys(sections)}
    assert read("/wydarzenia/").nav.find("a", href="/wydarzenia/")["aria-current"] == "page"


def test_links_around_a_page_leave_out_what_is_not_public(read):
    StandardPageFactory(title="Kontakt")
    make_private(StandardPageFactory(title="Tajne"))
    StandardPageFactory(title="Szkic", draft=True)
    StandardPageFactory(title="Minione", expire_at=timezone.now() - timedelta(minutes=1))
    parent = StandardPageFactory(title="Dział")
    StandardPageFactory(title="Podstrona", parent=parent)
    make_private(StandardPageFactory(title="Tajna podstrona", parent=parent))

    text = words(read(parent).body)

    assert "Kontakt" in text
    assert "Podstrona" in text
    for hidden in ("Tajne", "Szkic", "Minione", "Tajna podstrona"):
        assert hidden not in text


def test_centre_settings_give_name_and_contact(read):
    centre = CentreSettings.load()
    centre.name, centre.contact_email = "Centrum w Przykładowie", "biuro@example.org"
    centre.save()

    soup = read(home_page())

    assert words(soup.find(class_="brand")) == "Centrum w Przykładowie"
    assert soup.footer.find("a", href="mailto:biuro@example.org")
