"""What visitors see: lists and single documents in the theme of the municipality."""

from datetime import date
from html import unescape

import pytest
from bs4 import BeautifulSoup

from tests.factories import (
    EventFactory,
    ImageFactory,
    LocalityFactory,
    NewsFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    TopicFactory,
    publish,
)
from tests.municipal_plugin.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


def body_of(text: str) -> list[tuple[str, str]]:
    return [("heading", "Program"), ("paragraph", f"<p>{text}</p>")]


@pytest.fixture
def filled(site: Site) -> Site:
    """One of each, with states of all kinds."""
    place = PlaceFactory(locality=LocalityFactory(slug="belk", name="Bełk"))
    project = ProjectFactory(slug="projekt", partners=[(PartnerFactory(name="GaSzo"), "leader")])
    EventFactory(slug="odwolane", title="Gala", cancelled=True)
    EventFactory(slug="przelozone", title="Spacer", postponed=True)
    EventFactory(slug="nowy-termin", title="Kurs", rescheduled=True)
    EventFactory(slug="online", title="Webinar", moved_online=True)
    EventFactory(slug="proponowane", title="Narada", proposed=True, full=True)
    EventFactory(
        slug="festyn",
        title="Festyn & „Zabawa”",
        timed=True,
        long=True,
        start_date=date(2031, 3, 16),
        place=place,
        topics=[TopicFactory(slug="rodo", name="RODO")],
        project=project,
        image=ImageFactory(),
        body=body_of("Wstęp <b>wolny</b>."),
    )
    OrganizationFactory(slug="zegar", title="Zielony Zegar", krs="0009999001")
    OrganizationFactory(title="Łąka")
    OrganizationFactory(title="Lipa")
    NewsFactory(slug="pilne", title="Zmiana godzin", is_alert=True)
    site.pull()
    return site


def test_lists_say_states_in_words_and_follow_the_polish_alphabet(filled: Site):
    page = unescape(filled.page())

    for words in (
        "odwołane",
        "przełożone – nowy termin wkrótce",
        "zmieniony termin (poprzednio: ",
        "odbędzie się online",
        "termin proponowany",
        "brak wolnych miejsc",
        "godzina do ustalenia",
        "16–18 marca 2031\u00a0r.",
        "godz.\u00a017:00–19:30",
        "ważne",
    ):
        assert words in page, words
    assert page.index("Lipa") < page.index("Łąka") < page.index("Zielony Zegar")
    assert '<time datetime="2031-03-16">' in page
    # Who waits for a new date comes after those who have one.
    assert page.index("Festyn & „Zabawa”") < page.index("Spacer")


def test_single_views_have_what_is_known_and_their_own_title_and_address(filled: Site):
    event = unescape(filled.page("/dzial/?razem=event/festyn"))
    organization = filled.page("/dzial/?razem=organization/zegar")

    assert "<h2>Festyn & „Zabawa”</h2>" in event
    assert "<title>Festyn & „Zabawa”" in event
    assert "<h3>Program</h3><p>Wstęp <b>wolny</b>.</p>" in event
    assert 'rel="canonical" href="' + filled.wordpress.url + "/dzial/?razem=event/festyn" in event
    assert 'href="' + filled.wordpress.url + '/dzial/?razem=project/projekt"' in event
    assert "Świetlica" in event
    assert "Autorka (przykład), CC BY 4.0" in event
    assert "0009999001" in organization
    assert "GaSzo" in filled.page("/dzial/?razem=project/projekt")
    assert filled.wordpress.get("/dzial/").status_code == 200


def test_section_may_be_the_front_page(filled: Site):
    filled.wordpress.php(
        "update_option('show_on_front', 'page'); update_option('page_on_front', $arguments[0]);"
        "return 1;",
        filled.page_id,
    )

    assert "<h3><a href" in filled.page("/")
    assert "<h2>Festyn &amp; „Zabawa”</h2>" in filled.page("/?razem=event/festyn")


def test_withdrawn_document_is_gone_and_an_unknown_one_not_found(filled: Site):
    page = NewsFactory(slug="wycofana")
    filled.pull()
    assert filled.wordpress.get("/dzial/?razem=news/wycofana").status_code == 200
    page.unpublish()
    filled.pull()

    gone = filled.wordpress.get("/dzial/?razem=news/wycofana")
    assert gone.status_code == 410
    assert "Ta strona została wycofana" in gone.text
    for unknown in ("event/nie-ma", "nic/nic", "event/festyn'--", "activity/x", "%22%3E%3Cb%3E"):
        assert filled.wordpress.get(f"/dzial/?razem={unknown}").status_code == 404


def test_attributes_narrow_lists_in_shortcodes_and_blocks_alike(filled: Site):
    def titles(content: str) -> list[str]:
        html = filled.wordpress.php("return apply_filters('the_content', $arguments[0]);", content)
        return [part.partition("</a>")[0].rpartition(">")[2] for part in html.split("<h3>")[1:]]

    heading = "heading='Co' "
    assert titles(f"[razem_events {heading} topic=rodo]") == ["Festyn &amp; „Zabawa”"]
    assert titles(f"[razem_events {heading} locality=belk]") == ["Festyn &amp; „Zabawa”"]
    assert titles(f"[razem_events {heading} topic=nie]") == []
    assert titles(f"[razem_organizations {heading} limit=1]") == ["Lipa"]
    block = '<!-- wp:razem/events {"heading":"Co","topic":"rodo"} /-->'
    assert titles(block) == ["Festyn &amp; „Zabawa”"]
    assert titles('<!-- wp:razem/news {"heading":"Co"} /-->') == ["Zmiana godzin"]
    assert titles('<!-- wp:razem/project {"heading":"Co","slug":"projekt"} /-->')


def test_list_with_many_pictures_asks_the_database_no_more_often(site: Site):
    queries = (
        "global $wpdb; $before = $wpdb->num_queries; $html = do_shortcode('[razem_news]');"
        "return [$wpdb->num_queries - $before, substr_count($html, '<img')];"
    )
    NewsFactory(image=ImageFactory())
    site.pull()
    few, pictures = site.wordpress.php(queries)
    assert pictures == 1

    for _ in range(3):
        NewsFactory(image=ImageFactory())
    site.pull()

    assert site.wordpress.php(queries) == [few, 4]


def test_nothing_that_a_document_says_becomes_markup(site: Site):
    EventFactory(slug="zly", title="<script>alert(1)</script>", registration_url="https://x.pl/")
    site.pull()
    attack = "<script>alert(2)</script><img src=x onerror=alert(3)><a href='javascript:alert(4)'>"
    site.wordpress.php(
        "global $wpdb; $document = Razem\\find('event', 'zly');"
        "$document['body_html'] = $document['summary'] = $document['status_note'] = $arguments[0];"
        "$document['online_url'] = $document['registration_url'] = 'javascript:alert(5)';"
        "$document['schema_org']['name'] = $arguments[0];"
        "$json = wp_json_encode($document);"
        "$wpdb->update(Razem\\table(), ['document' => $json], ['id' => $document['id']]);"
        "return 1;",
        attack,
    )

    for path in ("/dzial/", "/dzial/?razem=event/zly"):
        page = BeautifulSoup(site.page(path), "html.parser")
        content = page.find("main")
        assert "<script>alert(1)</script>" in content.get_text()
        assert not content.find_all(["script", "img"])
        links = [link.get("href", "") for link in content.find_all("a")]
        assert not [link for link in links if "script:" in link]
        assert [one for one in page.find_all("script") if "alert" in one.text] == page.find_all(
            "script", type="application/ld+json"
        )


def test_links_lead_to_razem_while_no_page_of_the_section_is_chosen(site: Site):
    event = EventFactory(slug="festyn")
    site.pull()
    site.enter(section=0)

    assert f'href="{site.front.url}/wydarzenia/festyn/"' in site.page()
    assert publish(event)
