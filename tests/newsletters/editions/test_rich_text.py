"""Whatever text an editor enters or pastes: it becomes a mail, or is refused in words."""

from html import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.rich_text import RichText

from newsletters.editions.checks import faults_of
from newsletters.editions.content import resolve
from newsletters.editions.markup import wrapped
from newsletters.editions.models import NewsletterPage
from newsletters.editions.rendering import Mail, compose
from tests.newsletters.editions.helpers import (
    MARKER,
    faults_of_markup,
    flat,
    longest_line,
    soup,
    words,
)

pytestmark = pytest.mark.django_db

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

WORD = st.text("abcząęł&<>\"'„” \u00a0\U0001f600", min_size=1, max_size=30)
ADDRESS = st.sampled_from(
    [
        "https://example.org/?a=1&b=2",
        "http://żółw.example.org/ż ó ł w",
        "mailto:kontakt@example.org",
        "tel:+48320000000",
        "#kotwica",
        "javascript:alert(1)",
        'https://example.org/"><b x="',
        "",
    ]
)


def tag(name: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inner.map(lambda content: f"<{name}>{content}</{name}>")


def joined(one: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(one, min_size=1, max_size=most).map("".join)


PLAIN = WORD.map(escape)
LINK = st.builds(
    lambda address, content: f'<a href="{escape(address)}">{content}</a>', ADDRESS, PLAIN
)
INLINE = joined(st.one_of(PLAIN, tag("b", PLAIN), tag("i", PLAIN), LINK, st.just("<br/>")))
LISTS = st.recursive(
    st.sampled_from(["ul", "ol"]).flatmap(lambda name: tag(name, joined(tag("li", INLINE)))),
    lambda inner: tag("ul", joined(tag("li", st.builds("{}{}".format, INLINE, inner)), 2)),
    max_leaves=4,
)
# What Wagtail's editor stores.
STORED = joined(st.one_of(tag("p", INLINE), tag("h3", INLINE), tag("h4", INLINE), LISTS))


def page_with(*bodies: str) -> NewsletterPage:
    body = [("paragraph", RichText(stored)) for stored in bodies]
    return NewsletterPage(title="Wieści", body=body)


def mail_of_draft(page: NewsletterPage) -> Mail:
    return compose(page, resolve(page), clause=None, token=MARKER)


def assert_good_mail(mail: Mail) -> None:
    assert faults_of_markup(mail.html) == []
    for content in (mail.html, mail.text):
        assert longest_line(content) < 850
        assert content.count(MARKER) == 2
    page = soup(mail.html)
    assert not page.find_all("script")
    assert all(a["href"].startswith(("http", "mailto:", "tel:")) for a in page.find_all("a"))


@quick
@given(STORED)
def test_what_the_editor_stores_becomes_a_mail_with_all_its_words(stored):
    page = page_with(stored)
    assert faults_of(page) == []
    mail = mail_of_draft(page)
    assert_good_mail(mail)
    for word in words(stored).split():
        if word.isalpha():
            assert word in words(mail.html)
            assert word in flat(mail.text)


@quick
@given(st.text(max_size=300))
@example("<p>a<br>b&nbsp;c & d <b>e")
@example("<p>]]></p><!-- x --><![CDATA[x]]><?php x ?>")
@example("<table><tr><td>x</td></tr></table><style>*{}</style>")
@example("<p>\x00\x01\x0b\ufffe\uffff\u2028\x85&#0;&#1;&#xD800;</p>")
@example("<ul>x<ul><li>y</ul><p><p><h3><p>z")
@example("<mj-text>x</mj-text></mj-column>{% now 'Y' %}{{ page }}")
@example('<a href="https://example.org/' + "x" * 600 + '">adres</a>')
@example("ż" * 400)
@example("\U0001f600" * 400)
@example(f"<p>{'a ' * 20000}</p>")
@example(f"<p>{'ab ' * 40000}</p>")
def test_whatever_is_stored_becomes_a_mail_or_is_refused_in_words(stored):
    page = page_with("<p>Dzień dobry.</p>", stored)
    if faults := faults_of(page):
        assert all(len(fault) > 20 for fault in faults)
    else:
        assert_good_mail(mail_of_draft(page))


@quick
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_the_title_and_a_heading_are_they_become_a_mail_or_are_refused(title, heading):
    page = NewsletterPage(title=title, preheader=title[:150], body=[("heading", heading)])
    if faults_of(page):
        return
    assert_good_mail(mail_of_draft(page))


@pytest.mark.parametrize(
    "stored",
    [
        f"<p>{'x' * 700}</p>",
        f"<p>{'&' * 200}</p>".replace("&", "&amp;"),
        f'<p><a href="https://example.org/{"x" * 600}">adres</a></p>',
    ],
)
def test_word_or_address_that_no_line_can_hold_is_refused_by_the_name_of_its_block(stored):
    faults = faults_of(page_with("<p>Dobry.</p>", stored))
    assert len(faults) == 1
    assert faults[0].startswith("Blok 2 (tekst): Wyraz albo adres jest za długi")


def test_edition_that_gmail_would_cut_off_is_refused():
    [fault] = faults_of(page_with(f"<p>{'słowo ' * 30_000}</p>"))
    assert fault.startswith("Numer jest za długi")


@quick
@given(st.lists(st.text('ab<>"= żé', min_size=1, max_size=40), max_size=60))
def test_wrapping_changes_nothing_but_spaces(parts):
    line = " ".join(parts)
    assert wrapped(line).split() == line.split()
    assert all(len(one.encode()) <= 400 for one in wrapped(line).split("\n"))


def test_wrapping_leaves_conditional_comments_alone():
    line = "<td></td> <!--[if mso | IE]><td><![endif]--> " * 40
    assert wrapped(line).count("<!--[if mso | IE]>") == 40
