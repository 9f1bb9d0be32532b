"""The script as it is served, and the page that says how to use it."""

import base64
import hashlib
import re
import shutil
import subprocess

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import EventFactory, home_page

SCRIPT = "/embed/v1.js"
ORIGIN = {"Origin": "https://www.gmina.example"}
PUBLISHED_INTEGRITY = "sha384-E667C4dGYC6j7juaSP7IXndyPgF/dzxJizYk9N/GflFgx1c/er5P2usa5oPvCoTq"


def integrity_of(body: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"


def page() -> BeautifulSoup:
    response = Client().get("/embed/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_script_never_changes():
    """Pages of others pin this hash. What has to change becomes /embed/v2.js."""
    assert integrity_of(Client().get(SCRIPT).content) == PUBLISHED_INTEGRITY


def test_script_is_small_and_for_every_page():
    response = Client().get(SCRIPT, headers=ORIGIN)
    assert response.status_code == 200
    assert len(response.content) <= 5 * 1024
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_script_needs_nothing_that_strict_policies_forbid():
    code = Client().get(SCRIPT).content.decode()
    for word in ("eval", "Function(", "innerHTML", "outerHTML", "insertAdjacentHTML", "DOMParser"):
        assert word not in code
    for word in ("document.write", "cookie =", "localStorage", "style", "sendBeacon"):
        assert word not in code


def test_script_is_asked_for_again_with_its_etag():
    first = Client().get(SCRIPT)
    assert first.headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    again = Client().get(SCRIPT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Client().head(SCRIPT).headers == first.headers


def test_script_has_one_answer_whatever_wordpress_adds_to_its_address():
    assert Client().get(f"{SCRIPT}?ver=6.2").content == Client().get(SCRIPT).content


@pytest.mark.django_db
def test_page_shows_snippets_with_the_hash_of_what_is_served():
    home_page()
    codes = [code.get_text() for code in page().select("pre code")]
    scripts = [code for code in codes if "<script" in code]
    assert len(scripts) == 3
    served = Client().get(SCRIPT).content
    for code, name, url in zip(
        scripts,
        ("events", "organizations", "news"),
        ("/wydarzenia/", "/organizacje/", "/aktualnosci/"),
        strict=True,
    ):
        snippet = BeautifulSoup(code, "html.parser")
        assert snippet.script["src"] == "http://testserver/embed/v1.js"
        assert snippet.script["integrity"] == integrity_of(served)
        assert snippet.script["crossorigin"] == "anonymous"
        assert snippet.script["data-section"] == name
        assert snippet.select_one(".razem-embed a")["href"] == f"http://testserver{url}"
        given = {
            key[5:]: value for key, value in snippet.script.attrs.items() if key[:5] == "data-"
        }
        given.pop("section")
        assert Client().get(f"/embed/{name}.html", given).status_code == 200


@pytest.mark.django_db
def test_page_names_addresses_that_are_there():
    home_page()
    found = page()
    assert found.html["lang"] == "pl"
    links = [link["href"].removeprefix("http://testserver") for link in found.main.select("a")]
    assert finders.find(links.pop().removeprefix("/static/"))
    assert len(links) == 4
    for link in links:
        assert Client().get(link).status_code == 200
    assert "connect-src http://testserver" in found.get_text()


@pytest.mark.django_db
@pytest.mark.skipif(not shutil.which("php"), reason="needs PHP: apt-get install php-cli")
def test_php_snippet_shows_the_list_and_its_last_copy_later(tmp_path, live_server, settings):
    settings.SITE_URL = live_server.url
    EventFactory(title="Gala")
    code = next(code.get_text() for code in page().select("pre code") if "<?php" in code.get_text())
    file = tmp_path / "strona.php"
    file.write_text(code)

    def shown() -> str:
        return subprocess.run(["php", str(file)], capture_output=True, text=True, check=True).stdout

    assert re.search(r">Gala</a>", shown())
    file.write_text(code.replace(live_server.url, "http://127.0.0.1:1").replace("- 60", "+ 60"))
    assert re.search(r">Gala</a>", shown())
