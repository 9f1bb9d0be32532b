"""Rules of editions through the admin's own forms: wrong content hinders publishing, no draft."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from newsletters.editions.checks import faults_of
from newsletters.editions.models import RESERVED_SLUGS, NewsletterIndexPage, NewsletterPage
from newsletters.urls import urlpatterns
from tests.factories import ImageFactory, NewsletterFactory, TopicFactory, home_page, publish
from tests.newsletters.editions.helpers import again, soup, text

pytestmark = pytest.mark.django_db

Items = list[tuple[str, Any]]


def submit(editor: Client, items: Items, *, publishing: bool, **fields: Any) -> Any:
    """Fill in the form of a new edition, press „Opublikuj” or „Zapisz szkic”."""
    home_page()
    parent = NewsletterIndexPage.objects.get()
    form = {
        "title": "Wieści",
        "slug": "wiesci",
        "summary": "",
        "preheader": "",
        "body": streamfield(items),
        "comments": comments(),
    }
    data = nested_form_data(form) | fields
    if publishing:
        data["action-publish"] = "action-publish"
    address = reverse("wagtailadmin_pages:add", args=["newsletters", "newsletterpage", parent.pk])
    return editor.post(address, data)


def comments() -> dict[str, Any]:
    """Return the form's part that holds comments: none."""
    return {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}


def paragraph(html: str = "<p>Dzień dobry.</p>") -> tuple[str, Any]:
    return "paragraph", rich_text(html)


def button(url: str, label: str = "Zapisz się") -> tuple[str, Any]:
    return "button", {"label": label, "url": url}


def picture(**fields: Any) -> tuple[str, Any]:
    values = {"image": ImageFactory().pk, "alt_text": "", "decorative": ""}
    return "image", values | fields


def wrong_image() -> Items:
    image = again(ImageFactory(), alt="")
    return [("paragraph", text("<p>x</p>")), ("image", image)]


BAD_ADDRESS = "Adres przycisku jest błędny. Powinien zaczynać się od https:// albo mailto:."
WRONG: list[tuple[str, Callable[[], Items], str]] = [
    ("empty", list, "Numer jest pusty. Dodaj blok z treścią."),
    ("script", lambda: [button("javascript:alert(1)")], f"Blok 1 (przycisk): {BAD_ADDRESS}"),
    ("path", lambda: [button("/wydarzenia/")], f"Blok 1 (przycisk): {BAD_ADDRESS}"),
    ("words", lambda: [paragraph(), button("nasza strona")], f"Blok 2 (przycisk): {BAD_ADDRESS}"),
    ("nobody", lambda: [button("mailto:")], f"Blok 1 (przycisk): {BAD_ADDRESS}"),
    (
        "long word",
        lambda: [paragraph(f"<p>{'x' * 700}</p>")],
        "Blok 1 (tekst): Wyraz albo adres jest za długi",
    ),
    ("long mail", lambda: [paragraph(f"<p>{'słowo ' * 30_000}</p>")], "Numer jest za długi"),
]
CASES = [pytest.param(items, message, id=name) for name, items, message in WRONG]


@pytest.mark.parametrize(("items", "message"), CASES)
def test_wrong_content_is_not_published_and_the_reason_stands_beside_it(editor, items, message):
    answer = submit(editor, items(), publishing=True)

    assert answer.status_code == 200
    assert message in answer.context["form"].errors["body"][0]
    # What Wagtail's script shows above the blocks.
    form = soup(answer.content)
    shown = json.loads(form.find(id="body")["data-w-block-arguments-value"])[1]
    assert message in shown["messages"][0]
    assert not NewsletterPage.objects.exists()


@pytest.mark.parametrize(("items", "message"), CASES)
def test_wrong_content_is_kept_as_a_draft(editor, items, message):
    assert submit(editor, items(), publishing=False).status_code == 302
    page = NewsletterPage.objects.get()
    assert not page.live


@pytest.mark.parametrize(
    "url",
    ["https://example.org/zapisy?x=1&y=2#z", "http://example.org/", "mailto:kontakt@example.org"],
)
def test_right_content_is_published(editor, url):
    topic = TopicFactory()
    items = [paragraph(), picture(alt_text="Ludzie"), button(url)]
    answer = submit(editor, items, publishing=True, topics=[topic.pk])
    assert answer.status_code == 302
    page = NewsletterPage.objects.get()
    assert page.live
    assert list(page.topics.all()) == [topic]


def test_image_without_alternative_text_is_not_published_unless_it_only_decorates(editor):
    assert submit(editor, [picture()], publishing=True).status_code == 200
    assert submit(editor, [picture(decorative="on")], publishing=True).status_code == 302


def test_image_without_alternative_text_is_named_with_its_block():
    page = NewsletterFactory(draft=True, body=wrong_image())
    assert faults_of(page) == [
        "Blok 2 (obraz): Obraz nie ma tekstu alternatywnego. Dodaj go albo oznacz obraz jako "
        "dekoracyjny."
    ]


def test_all_faults_are_named_at_once():
    body = [
        ("button", {"label": "", "url": "https://example.org/"}),
        ("button", {"label": "Dalej", "url": "dalej"}),
    ]
    faults = faults_of(NewsletterFactory(draft=True, body=body))
    assert [fault.split(":")[0] for fault in faults] == [
        "Blok 1 (przycisk)",
        "Blok 2 (przycisk)",
    ]


def test_topics_are_offered_as_boxes_and_the_preheader_is_explained(editor):
    TopicFactory(name="Fundusze")
    page = NewsletterFactory()
    form = soup(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content)
    assert form.find("input", {"type": "checkbox", "name": "topics"})
    assert "zanim ktoś otworzy wiadomość" in form.get_text()


# --- Addresses -----------------------------------------------------------------------------------


def test_every_address_of_the_newsletter_itself_is_reserved():
    taken = {str(pattern.pattern).split("/")[0] for pattern in urlpatterns}
    assert taken <= RESERVED_SLUGS


@pytest.mark.parametrize("publishing", [True, False])
@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_reserved_address_is_refused_in_words(editor, slug, publishing):
    answer = submit(editor, [paragraph()], publishing=publishing, slug=slug)
    assert answer.status_code == 200
    assert answer.context["form"].errors["slug"] == [
        "Tej części adresu używa sam newsletter. Wybierz inną."
    ]


def test_title_like_a_reserved_address_gets_another():
    assert NewsletterFactory(title="Ustawienia").slug == "ustawienia-2"


def test_edition_is_reached_below_the_newsletters_own_addresses(client):
    page = NewsletterFactory(title="Wieści majowe")
    assert page.get_url() == "/newsletter/wiesci-majowe/"
    assert client.get(page.get_url()).status_code == 200
    assert client.get("/newsletter/nie-ma/").status_code == 404
    assert resolve("/newsletter/zapisz-sie/").url_name == "newsletter_subscribe"


def test_every_installation_has_one_archive():
    for _ in range(2):
        home_page()
    archive = NewsletterIndexPage.objects.get()
    assert archive.live
    assert archive.get_url() == "/newsletter/"


def test_edition_may_be_saved_again_when_its_events_are_gone():
    page = NewsletterFactory(body=[("events", {"heading": "", "events": [], "limit": 3})])
    assert publish(page, title="Po wydarzeniu").title == "Po wydarzeniu"
