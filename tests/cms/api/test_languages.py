"""The OpenAPI document and its reader in Polish: each text, for each of both."""

import ast
import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client

from cms.api.schema import openapi_document, texts_of

LIST = Path(settings.BASE_DIR) / "cms/api/texts.py"
HEAD = '''\
# ruff: noqa: E501  (as the OpenAPI document has them)
"""What the OpenAPI document says in English, for the catalogue.

The texts stand where they belong: at fields, parameters and views. A test holds that all of them
are listed here, and none besides; `GOLDEN=write` writes this file.
"""

from django.utils.translation import gettext_noop as _

TEXTS = (
'''
# The same in both languages.
NAMES = {"Atom.", "RSS 2.0.", "CSV (RFC 4180).", "iCalendar (RFC 5545).", "JSON Feed."}


def document(language: str) -> dict[str, Any]:
    openapi_document.cache_clear()
    found: dict[str, Any] = orjson.loads(openapi_document(language))
    return found


def listed() -> list[str]:
    """Return the texts of the list, as the catalogue's collector reads them."""
    calls = [node for node in ast.walk(ast.parse(LIST.read_text())) if isinstance(node, ast.Call)]
    return [node.args[0].value for node in calls]


def test_each_text_is_in_the_list_for_the_catalogue():
    texts = sorted(texts_of(document("en")))
    if os.environ.get("GOLDEN") == "write":
        lines = (f"    _({orjson.dumps(text).decode()}),\n" for text in texts)
        LIST.write_text(f"{HEAD}{''.join(lines)})\n")
    assert listed() == texts


def test_each_text_is_polish_in_the_polish_document():
    english, polish = texts_of(document("en")), texts_of(document("pl"))
    assert english & polish <= NAMES
    assert len(polish) > 0.9 * len(english)


def test_polish_document_differs_in_texts_only():
    def bare(node: Any) -> Any:
        if isinstance(node, list):
            return [bare(child) for child in node]
        if not isinstance(node, dict):
            return node
        texts = {"description", "summary"}
        return {
            name: bare(value)
            for name, value in node.items()
            if not (name in texts and isinstance(value, str))
        }

    assert bare(document("pl")) == bare(document("en"))


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "en"),
        ("", "pl", "pl"),
        ("", "pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("", "de,en;q=0.5", "en"),
        ("", "fr", "en"),
        ("?lang=en", "pl", "en"),
        ("?lang=pl", "en", "pl"),
    ],
)
@pytest.mark.django_db
def test_language_is_that_of_the_address_or_of_the_reader(query, header, language):
    headers = {"Accept-Language": header} if header else {}
    response = Client().get(f"/api/v1/openapi.json{query}", headers=headers)
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    summary = response.json()["paths"]["/api/v1/events/"]["get"]["summary"]
    assert summary == {"en": "List events", "pl": "Lista wydarzeń"}[language]
    page = Client().get(f"/api/v1/docs/{query}", headers=headers).content.decode()
    assert f'<html lang="{language}">' in page
    assert f"openapi.json?lang={language}" in page.replace("\\u003D", "=").replace("\\u003F", "?")


@pytest.mark.django_db
def test_each_language_has_a_tag_of_its_own_and_others_are_refused():
    tags = {Client().get(f"/api/v1/openapi.json?lang={code}")["ETag"] for code in ("en", "pl")}
    assert len(tags) == 2
    assert Client().get("/api/v1/openapi.json?lang=de").status_code == 400
