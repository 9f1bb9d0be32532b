"""Lists that are longer than a page: everything is reached, once, by links that need no script."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from tests.municipal_plugin.site import SHOWN, Site

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]

# Stores documents as the feed brings them. Of a hundred, all are of one day and have one title.
FILL = """
Razem\\are_tables_there() || Razem\\create_tables();
[$type, $number, $fields] = $arguments;
Razem\\sql('START TRANSACTION');
for ($i = 0; $i < $number; $i++) {
    $id = substr_replace(md5("$type $i"), '-', 8, 0);
    $id = preg_replace('~^(.{9})(.{4})(.{4})(.{4})~', '$1$2-$3-$4-', $id);
    $document = ['id' => $id, 'type' => $type, 'slug' => "$type-$i", 'title' => 'Tytuł',
        'version' => 1, 'published_at' => '2026-03-01T10:00:00+00:00'] + $fields;
    Razem\\upsert(['document' => $document, 'action' => 'upsert'] + $document, 'epoch');
}
Razem\\sql('COMMIT');
return Razem\\counts()['held'];
"""
WEEK = "[razem_events limit=10 heading='Ten tydzień' topic='a']"
NEWS = "[razem_news limit=10]"


@pytest.fixture
def fill(site: Site):
    def fill(type_: str, number: int, **fields: object) -> None:
        assert site.wordpress.php(FILL, type_, number, fields) >= number

    return fill


def put(site: Site, content: str) -> None:
    code = "return wp_update_post(['ID' => $arguments[0], 'post_content' => $arguments[1]]);"
    site.wordpress.php(code, site.page_id, content)


def visit(site: Site, path: str = "/dzial/") -> BeautifulSoup:
    answer = site.wordpress.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def list_of(page: BeautifulSoup, kind: str) -> Tag:
    found = page.find(class_=f"razem-{kind}")
    assert isinstance(found, Tag)
    return found


def ids(page: Tag) -> list[str]:
    return [id_ for id_, _ in SHOWN.findall(str(page))]


def link(page: Tag, words: str) -> str:
    """Return path and query of a link of the paging."""
    found = page.find("nav").find("a", string=words)
    assert found, f"no link {words}"
    parts = urlsplit(found["href"])
    return f"{parts.path}?{parts.query}"


def pages(site: Site, kind: str, path: str = "/dzial/") -> Iterator[list[str]]:
    """Follow the links from page to page; yield what each shows."""
    for _ in range(100):
        shown = list_of(visit(site, path), kind)
        yield ids(shown)
        if not shown.find("a", rel="next"):
            return
        path = link(shown, "Następna")
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("past", [False, True])
def test_every_document_is_on_one_page_though_all_are_of_the_same_day(site: Site, fill, past):
    fill("event", 95, start_date="2020-05-01" if past else "2090-05-01")
    put(site, f"[razem_events limit=10 past={int(past)}]")

    found = list(pages(site, "events"))

    assert [len(one) for one in found] == [10] * 9 + [5]
    assert len({id_ for one in found for id_ in one}) == 95


def test_links_say_where_one_is_and_lead_on(site: Site, fill):
    fill("news", 95)
    put(site, NEWS)

    first = list_of(visit(site), "news")
    nav = first.find("nav")
    assert nav["aria-label"] == "Strony listy: aktualności"
    assert nav.find(attrs={"aria-current": "page"}).get_text() == "1"
    assert [one.get_text() for one in nav.find_all("li")] == ["1", "2", "3", "…", "10", "Następna"]
    assert nav.find("a", string="10")["aria-label"] == "Strona 10"
    assert nav.find("a", string="2")["href"].endswith(f"#{first['id']}")

    middle = list_of(visit(site, link(first, "3").replace("=3", "=6")), "news")
    words = [one.get_text() for one in middle.find_all("li", recursive=True) if not one.article]
    assert words == ["Poprzednia", "1", "…", "4", "5", "6", "7", "8", "…", "10", "Następna"]
    assert middle.find("a", rel="prev")["href"] == middle.find("a", string="5")["href"]
    assert link(list_of(visit(site, link(middle, "4")), "news"), "1") == "/dzial/?"


def test_short_list_and_one_that_shall_not_turn_have_no_pages(site: Site, fill):
    fill("news", 12)
    put(site, "[razem_news limit=12]")
    assert not visit(site).find(class_="razem-pages")

    put(site, "[razem_news limit=5 pages=0]")
    page = visit(site)
    assert len(ids(page)) == 5
    assert not page.find(class_="razem-pages")


def test_lists_of_one_page_turn_by_themselves(site: Site, fill):
    fill("event", 25, start_date="2090-05-01", topics=[{"slug": "a", "name": "A"}])
    fill("news", 25)
    put(site, f"{WEEK}<hr>{NEWS}<hr>[razem_events limit=10 heading='Wszystkie']")
    page = visit(site)
    labels = [nav["aria-label"] for nav in page.find_all(class_="razem-pages")]
    assert labels == [f"Strony listy: {one}" for one in ("Ten tydzień", "aktualności", "Wszystkie")]
    week, news, everything = (list_of_number(page, number) for number in range(3))
    assert ids(week) == ids(everything)

    page = visit(site, link(week, "2"))
    assert [ids(list_of_number(page, number)) for number in (1, 2)] == [ids(news), ids(everything)]
    assert not set(ids(list_of_number(page, 0))) & set(ids(week))
    second_of_week = ids(list_of_number(page, 0))

    page = visit(site, link(list_of_number(page, 1), "Następna"))
    assert ids(list_of_number(page, 0)) == second_of_week
    assert not set(ids(list_of_number(page, 1))) & set(ids(news))
    # What stands before a list does not change its address.
    put(site, f"[razem_news limit=5 topic=b]{WEEK}{NEWS}")
    assert link(list_of_number(visit(site), 1), "2") == link(week, "2")


def list_of_number(page: BeautifulSoup, number: int) -> Tag:
    return page.find_all(class_=re.compile("^razem-(events|news)$"))[number]


def test_page_past_the_end_leads_to_the_last_and_nonsense_to_the_first(site: Site, fill):
    fill("news", 25)
    put(site, NEWS)
    first = list_of(visit(site), "news")
    second = link(first, "2")

    for asked, led in (("=4", "=3"), ("=999999", "=3")):
        answer = site.wordpress.get(second.replace("=2", asked), allow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"] == site.wordpress.url + second.replace("=2", led)
    for nonsense in ("=0", "=-1", "=abc", "=1.5", "=9999999", "[]=2", "=2%20OR%201", "="):
        page = visit(site, second.replace("=2", nonsense))
        assert ids(page) == ids(first), nonsense
    other = visit(site, "/dzial/?razem-news-ffffff=2&razem-news-%22onclick=2")
    assert ids(other) == ids(first)


def head_of(page: BeautifulSoup) -> tuple[str, str]:
    """Return canonical address (path and query) and title."""
    canonical = urlsplit(page.find("link", rel="canonical")["href"])
    return f"{canonical.path}?{canonical.query}", page.title.get_text()


def test_each_page_is_known_to_search_engines_by_its_own_address(site: Site, fill):
    fill("news", 25)
    put(site, NEWS)
    first = list_of(visit(site), "news")
    second = link(first, "2")

    address, title = head_of(visit(site, second))
    assert address == second
    assert "strona 2 z 3" in title
    for same in ("/dzial/", second.replace("=2", "=1"), "/dzial/?razem-news-ffffff=2"):
        address, title = head_of(visit(site, same))
        assert address == "/dzial/?"
        assert "strona" not in title
    address, title = head_of(visit(site, f"{second}&razem-news-ffffff=3&utm_source=x"))
    assert address == second


def test_lists_in_blocks_and_on_the_front_page_turn_too(site: Site, fill):
    fill("organization", 60)
    put(site, "<!-- wp:razem/organizations /-->")
    site.wordpress.php(
        "update_option('show_on_front', 'page'); update_option('page_on_front', $arguments[0]);"
        "return 1;",
        site.page_id,
    )

    found = list(pages(site, "organizations", "/"))

    assert [len(one) for one in found] == [50, 10]
    second = parse_qs(urlsplit(link(list_of(visit(site, "/"), "organizations"), "2")).query)
    assert list(second.values()) == [["2"]]
