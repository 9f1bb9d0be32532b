"""Activities, contests, resources and newsletters: in lists and in single views."""

from html import unescape

import pytest

from tests.factories import ActivityFactory, ProjectFactory, ResourceFactory
from tests.municipal_plugin.content import add_all_kinds
from tests.municipal_plugin.site import Site, assert_exact

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]
NBSP = "\u00a0"


@pytest.fixture
def full(site: Site) -> Site:
    add_all_kinds()
    assert site.pull() == "done"
    return site


def single(site: Site, name: str) -> str:
    answer = site.wordpress.get(f"/dzial/?razem={name}")
    assert answer.status_code == 200
    return unescape(answer.text).replace(NBSP, " ")


def entry(site: Site, title: str) -> str:
    """Return what the list shows of a document, between its heading and the next entry."""
    page = unescape(site.page()).replace(NBSP, " ")
    assert f"{title}</a></h3>" in page, page
    return page.partition(f"{title}</a></h3>")[2].partition("</article>")[0]


def test_activity_says_when_where_and_how_to_book(full: Site):
    page = single(full, "activity/porady")

    for words in (
        "<dt>Kto pomaga</dt><dd>prawnik</dd>",
        "wtorek 15:00–18:00 (co drugi tydzień)<br>niedziela 09:00–12:30",
        "<dt>Dni nieczynne</dt><dd>1–3 maja 2031 r. – majówka</dd>",
        'Co najmniej 3 dni wcześniej.<br><a href="mailto:porady@example.org">',
        "<dt>Koszt</dt><dd>bezpłatnie</dd>",
        "<dt>Dla kogo</dt><dd>liderzy organizacji</dd>",
        "<li>Sala duża, 22 miejsca siedzące. Z rzutnikiem.</li>",
        "<li>Sala mała, 12 miejsc siedzących</li>",
        "<li>Szafka × 3</li>",
        "<dt>godzin porad (2025–2026)</dt><dd>1 097,5</dd>",
        "Biblioteka (przykład)",
    ):
        assert words in page, words
    for link in ("project/projekt", "resource/regulamin", "event/festyn"):
        assert f'href="{full.wordpress.url}/dzial/?razem={link}"' in page, link
    assert "dawno" not in page
    assert "porady ogólne i specjalistyczne" in entry(full, "Porady dla organizacji")


def test_project_lists_its_activities_by_the_alphabet(full: Site):
    other = ProjectFactory(slug="inny")
    ActivityFactory(slug="obce", parent=other)
    full.pull()

    page = single(full, "project/projekt")

    below = page.partition(">Co robimy w projekcie</h3>")[2]
    assert below.index("Łąka działań") < below.index("Porady dla organizacji")
    assert "activity/obce" not in page
    assert "Co robimy w projekcie" not in single(full, "newsletter/marzec")
    narrowed = full.wordpress.php("return do_shortcode('[razem_activities project=inny]');")
    assert narrowed.count("<article") == 1


def test_contest_says_its_dates_state_and_results(full: Site):
    page = single(full, "contest/inicjatywa")

    for words in (
        "<li>zakończony</li>",
        '<time datetime="2018-05-07">7–28 maja 2018 r.</time>',
        '<dt>Wyniki</dt><dd><time datetime="2018-06-11">11 czerwca 2018 r.</time>',
        '<time datetime="2018-06-15">15 czerwca – 31 października 2018 r.</time>',
        "<dt>Budżet</dt><dd>20 000 zł</dd>",
        "<dt>Największa dotacja</dt><dd>2 000,50 zł</dd>",
        '<a href="https://bip.example.org/" rel="noopener">ogłoszenie w BIP</a>',
        "<td>1 800 zł</td>",
        "<td>–</td>",
        "Szkoła (przykład)",
    ):
        assert words in page, words
    assert "nabór trwa do " in entry(full, "Nabór otwarty")
    assert "nabór od 1 marca 2031 r." in entry(full, "Zapowiedź")
    assert "trwa ocena, wyniki 27 listopada 2031 r." in entry(full, "Ocena")
    listed = unescape(full.page())
    assert listed.index("Zapowiedź") < listed.index("Nabór otwarty") < listed.index("Mała Inicj")


@pytest.mark.parametrize(
    ("known", "opens", "closes", "results", "said"),
    [
        ("announced", -1, 1, None, "nabór trwa do "),
        ("open", -9, -1, None, "trwa ocena wniosków"),
        ("announced", -9, -1, 3, "trwa ocena, wyniki "),
        ("assessment", -9, -5, -1, "trwa ocena wniosków"),
        ("open", -9, 0, None, "nabór trwa do "),
    ],
)
def test_state_of_a_contest_that_was_copied_days_ago_is_still_true(
    site: Site, known, opens, closes, results, said
):
    code = """
    $day = static function ($days) {
        return $days === null ? null : date('Y-m-d', strtotime(Razem\\today() . " $days days"));
    };
    [$state, $opens, $closes, $results] = $arguments;
    return Razem\\contest_state(['state' => $state, 'opens_on' => $day($opens),
        'closes_on' => $day($closes), 'results_on' => $day($results)]);
    """
    assert site.wordpress.php(code, known, opens, closes, results).startswith(said)


def test_resource_offers_its_files_with_type_and_size(full: Site):
    page = single(full, "resource/regulamin")

    assert "<dt>Obowiązuje</dt><dd>od 1 kwietnia 2026 r.</dd>" in page
    assert "<dt>Autorzy</dt><dd>Zespół Centrum</dd>" in page
    files = page.partition(">Pliki do pobrania</h3>")[2].partition("</section>")[0]
    assert f'<a href="{full.front.url}/media/' in files
    assert 'rel="noopener">Regulamin sal</a> (PDF, 0,1 kB)' in files
    assert ">Załącznik</a> (PDF, 0,1 kB)" in files
    assert "regulamin · 2026 · PDF, 0,1 kB; PDF, 0,1 kB" in entry(full, "Regulamin sal")


def test_newsletter_has_its_date_its_content_and_a_link_to_the_archive(full: Site):
    full.wordpress.rows(
        "UPDATE wp_razem_documents SET document = JSON_SET(document, '$.published_at',"
        " '2026-11-26T23:30:00+00:00') WHERE type = 'newsletter'"
    )
    page = single(full, "newsletter/marzec")

    # In Poland it was the next day already.
    assert '<time datetime="2026-11-27">27 listopada 2026 r.</time>' in page
    assert f'<a href="{full.front.url}/newsletter/marzec/" rel="noopener">' in page
    assert "<h3>Co przed nami</h3>" in page
    assert "27 listopada 2026 r." in entry(full, "Marzec w Centrum")


def test_all_types_are_held_and_shown_and_pictures_of_partners_come_too(full: Site):
    assert_exact(full)
    assert len(full.images()) == 4  # of event and organization, their logos
    assert 'class="razem-logo"><img' in single(full, "contest/inicjatywa")


def test_numbers_amounts_and_plural_forms_are_polish(site: Site):
    code = "return array_map($arguments[0], $arguments[1]);"

    def said(function: str, *values: object) -> list[str]:
        found = site.wordpress.php(code, f"Razem\\{function}", values)
        return [text.replace(NBSP, " ") for text in found]

    assert said("zloty", "1800.00", "1800.50", "20000", None, "x") == [
        *("1 800 zł", "1 800,50 zł", "20 000 zł", "", ""),
    ]
    assert said("number", "97.5", "1234567.0", 1000, "0.0") == ["97,5", "1 234 567", "1 000", "0"]
    assert said("size_in_words", 33, 182400, 999999, 1234567, 15000000) == [
        *("0,1 kB", "182 kB", "1 000 kB", "1,2 MB", "15 MB"),
    ]
    forms = site.wordpress.php(
        "return array_map(function ($number) {"
        " return Razem\\plural($number, 'miejsce', 'miejsca', 'miejsc'); }, $arguments);",
        *(1, 2, 4, 5, 12, 14, 21, 22, 112, 1003),
    )
    assert [text.replace(NBSP, " ") for text in forms] == [
        *("1 miejsce", "2 miejsca", "4 miejsca", "5 miejsc", "12 miejsc", "14 miejsc"),
        *("21 miejsc", "22 miejsca", "112 miejsc", "1 003 miejsca"),
    ]


def test_copy_made_by_an_older_plugin_is_read_anew_once(site: Site):
    ResourceFactory(slug="materialy")
    site.pull()
    site.wordpress.rows("UPDATE wp_razem_documents SET sort_key = '' WHERE type = 'resource'")
    site.wordpress.php("Razem\\note(['columns' => 0]); return 1;")

    assert site.pull() == "done"
    keys = "SELECT sort_key FROM wp_razem_documents WHERE type = 'resource'"
    assert site.wordpress.rows(keys) != [{"sort_key": ""}]

    asked = len(site.front.asked)
    site.pull()
    assert "since=0" not in " ".join(path for path, _ in site.front.asked[asked:])
