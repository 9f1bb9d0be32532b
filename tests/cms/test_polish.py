"""Polish words and typography: tables of what goes in and what comes out."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from cms.polish import (
    NBSP,
    bind,
    bind_html,
    date_in_words,
    dates_in_words,
    in_quotes,
    month_abbreviated,
    sort_key,
    transliterate,
    weekday_in_words,
)


def spaced(text: str) -> str:
    """Return the text with "_" for each no-break space, so that a table can show them."""
    return text.replace(NBSP, "_")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2018, 1, 1), "1 stycznia 2018_r."),
        (date(2018, 2, 28), "28 lutego 2018_r."),
        (date(2018, 3, 16), "16 marca 2018_r."),
        (date(2018, 4, 11), "11 kwietnia 2018_r."),
        (date(2018, 5, 25), "25 maja 2018_r."),
        (date(2018, 6, 3), "3 czerwca 2018_r."),
        (date(2018, 7, 31), "31 lipca 2018_r."),
        (date(2018, 8, 24), "24 sierpnia 2018_r."),
        (date(2018, 9, 15), "15 września 2018_r."),
        (date(2018, 10, 9), "9 października 2018_r."),
        (date(2018, 11, 11), "11 listopada 2018_r."),
        (date(2018, 12, 5), "5 grudnia 2018_r."),
    ],
)
def test_date_in_words_any_month_is_genitive(day, words):
    assert spaced(date_in_words(day)) == words


def test_date_in_words_english_active_stays_polish():
    with translation.override("en"):
        assert spaced(date_in_words(date(2018, 9, 15))) == "15 września 2018_r."


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2018, 9, 15), None, "15 września 2018_r."),
        (date(2018, 9, 15), date(2018, 9, 15), "15 września 2018_r."),
        (date(2018, 3, 16), date(2018, 3, 18), "16–18 marca 2018_r."),
        (date(2018, 3, 30), date(2018, 4, 2), "30 marca – 2 kwietnia 2018_r."),
        (date(2018, 3, 16), date(2019, 12, 31), "16 marca 2018_r. – 31 grudnia 2019_r."),
        (date(2018, 3, 16), date(2019, 3, 18), "16 marca 2018_r. – 18 marca 2019_r."),
    ],
)
def test_dates_in_words_range_repeats_no_month_or_year(start, end, words):
    assert spaced(dates_in_words(start, end)) == words


def test_weekday_and_short_month_are_polish_and_lower_case():
    assert weekday_in_words(date(2018, 4, 11)) == "środa"
    assert month_abbreviated(date(2018, 10, 1)) == "paź"


BINDINGS = [
    ("a potem", "a_potem"),
    ("sala i pomoc", "sala i_pomoc"),
    ("Zajęcia o danych", "Zajęcia o_danych"),
    ("u sąsiada", "u_sąsiada"),
    ("W Bełku", "W_Bełku"),
    ("z gminy", "z_gminy"),
    ("a w domu", "a_w_domu"),
    ("(w Bełku)", "(w_Bełku)"),
    ("„O prawach”", "„O_prawach”"),
    ("ma już", "ma już"),
    ("Ala ma kota", "Ala ma kota"),
    ("e-mail i telefon", "e-mail i_telefon"),
    ("25 maja 2018 r., gdy", "25 maja 2018_r., gdy"),
    ("koszt 3 zł", "koszt 3_zł"),
    ("ul. 3 Maja 19", "ul._3 Maja 19"),
    ("godz. 17:00", "godz._17:00"),
    ("Gala – wieczór", "Gala_– wieczór"),
    ("na końcu w", "na końcu w"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "bound"), BINDINGS)
def test_bind_keeps_together_what_a_line_may_not_break(text, bound):
    assert spaced(bind(text)) == bound


@pytest.mark.parametrize("text", [text for text, _ in BINDINGS])
def test_bind_twice_changes_nothing_more(text):
    assert bind(bind(text)) == bind(text)


@pytest.mark.parametrize(
    ("html", "bound"),
    [
        ("<p>sala i pomoc</p>", "<p>sala i_pomoc</p>"),
        ("<b>w</b> domu", "<b>w</b> domu"),
        (
            '<a href="https://x.example/a i b">o nas</a>',
            '<a href="https://x.example/a i b">o_nas</a>',
        ),
        ('<a href="/?q=a>b i c">i tak</a>', '<a href="/?q=a>b i c">i_tak</a>'),
        ("2 &lt; 3 i 4 &gt; 1", "2 &lt; 3 i_4 &gt; 1"),
    ],
)
def test_bind_html_changes_text_and_no_tag(html, bound):
    assert spaced(bind_html(html)) == bound


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("Latarnia", "„Latarnia”"), ("Fundacja „Latarnia”", "„Fundacja «Latarnia»”")],
)
def test_in_quotes_inner_quotes_become_angles(text, quoted):
    assert in_quotes(text) == quoted


def test_sort_key_orders_by_the_polish_alphabet():
    names = [
        "Zebra",
        "Łąka",
        "Lampa",
        "„Ćma”",
        "Żaba",
        "Czapla",
        "Źródło",
        "Ósemka",
        "Osa",
        "Ławka",
    ]
    assert sorted(names, key=sort_key) == [
        *("Czapla", "„Ćma”", "Lampa", "Ławka", "Łąka"),
        *("Osa", "Ósemka", "Zebra", "Źródło", "Żaba"),
    ]


def test_transliterate_keeps_letters_that_do_not_decompose():
    assert transliterate("Łączka Źdźbło") == "Laczka Zdzblo"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ '2018-09-15'|in_words }}", "15 września 2018_r."),
        ("{{ '2026-09-15T23:30:00+02:00'|in_words }}", "15 września 2026_r."),
        ("{{ '2026-09-15T22:30:00+00:00'|in_words }}", "16 września 2026_r."),
        ("{{ day|in_words }}", "15 września 2018_r."),
        ("{{ nothing|in_words }}", ""),
        ("{{ '2018-03-16'|until:'2018-03-18' }}", "16–18 marca 2018_r."),
        ("{{ '2018-03-16'|until:nothing }}", "16 marca 2018_r."),
        ("{{ '2018-09-15'|weekday }}", "sobota"),
        ("{{ '2018-09-15'|day_number }}", "15"),
        ("{{ '2018-09-15'|month_short }}", "wrz"),
        ("{{ markup|bind }}", "&lt;b&gt;i_tak&lt;/b&gt;"),
        ("{{ 'Fundacja „Świt”'|in_quotes }}", "„Fundacja «Świt»”"),
        ("{{ '9990000014'|nip }}", "999-000-00-14"),
        ("{{ '+48 32 000-00-00'|phone_uri }}", "+48320000000"),
    ],
)
def test_filter_in_a_template_shows_polish(source, shown):
    template = Template("{% load polish %}" + source)
    values = {"day": date(2018, 9, 15), "nothing": None, "markup": "<b>i tak</b>"}
    assert spaced(template.render(Context(values))) == shown
