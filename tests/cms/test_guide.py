"""The editors' guide: one text in the docs and in the admin, with pictures that a script takes."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.urls import reverse

from cms.guide import GUIDE, guide
from scripts import guide_pictures


def test_every_picture_of_the_guide_is_there_described_and_taken_by_the_script():
    pictures = re.findall(r"!\[(.+?)\]\(\.\./static/(.+?)\)", GUIDE.read_text())
    assert {path.removeprefix("cms/guide/") for _, path in pictures} == {
        f"{name}.webp" for name in guide_pictures.PAGES
    }
    for words, path in pictures:
        assert len(words) > 10
        assert finders.find(path), path
        assert (GUIDE.parent / "../static" / path).exists()


def test_chapters_lead_to_headings_and_the_text_has_no_holes():
    soup = BeautifulSoup(guide().html, "html.parser")
    assert [heading["id"] for heading in soup.find_all("h2")] == [
        chapter.id for chapter in guide().chapters
    ]
    assert len({chapter.id for chapter in guide().chapters}) == len(guide().chapters) > 10
    assert soup.find("h1") is None
    assert all(image["src"].startswith("/static/") for image in soup.find_all("img"))
    assert "|---" not in soup.get_text()


@pytest.mark.django_db
def test_guide_is_for_whoever_may_enter_the_admin(client, admin_client):
    assert client.get(reverse("guide")).status_code == 302
    page = BeautifulSoup(admin_client.get(reverse("guide")).content, "html.parser")
    assert page.find("h2", string="Gdzie to jest")
    assert page.find("a", href="#gdzie-to-jest")
