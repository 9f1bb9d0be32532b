"""docs/wdrozenie.md, which the municipality decides by, tells the truth."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from cms.accounts import throttling
from cms.profiles import retention
from newsletters.subscribers import selectors
from newsletters.subscribers.services import care

ROOT = Path(settings.BASE_DIR)
NOTE = (ROOT / "docs/wdrozenie.md").read_text(encoding="utf-8")
CODE = ("cms", "config", "integrations", "newsletters")
# Names of vocabularies and standards, and addresses that only people follow: nothing asks them.
NAMES = {
    *("schema.org", "www.w3.org", "search.yahoo.com", "purl.org", "jsonfeed.org"),
    *("www.sitemaps.org", "creativecommons.org", "www.standardwebhooks.com", "domain.com"),
}
LOOPBACK = {"localhost", "127.0.0.1"}


def hosts_in(path: Path) -> set[str]:
    """Return the hosts of addresses in the module's texts, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docstrings
    )
    return {host for text in texts for host in re.findall(r"https?://([\w-]+(?:\.[\w-]+)+)", text)}


def test_every_host_that_the_code_names_is_listed():
    found = {
        host
        for folder in CODE
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        for host in hosts_in(path)
    }
    asked = {
        host for host in found - NAMES - LOOPBACK if not host.endswith(("example.org", "example"))
    }
    assert asked == set(re.findall(r"`([\w.-]+\.gov\.pl)`", NOTE))


def test_every_library_that_calls_out_is_used_where_the_note_says():
    """Mail, destinations and registers: whatever else opens a connection has to be added there."""
    calling = re.compile(
        r"^\s*(?:import|from) (requests|smtplib|http\.client|urllib\.request)\b", re.M
    )
    found = {
        path.relative_to(ROOT).parts[:2]
        for folder in CODE
        for path in (ROOT / folder).rglob("*.py")
        if calling.search(path.read_text(encoding="utf-8"))
    }
    assert found <= {
        ("newsletters", "mailings"),
        ("newsletters", "outbox"),
        ("integrations", "http"),
        ("integrations", "municipal"),
        ("integrations", "registers"),
    }


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (care.KEEP_LEFT, "30 dni dłużej"),
        (selectors.CONFIRMATION_LASTS, "niepotwierdzony zapis 14 dni"),
        (care.KEEP_PROOF, "3 lata od wycofania"),
        (retention.KEEP_PROOF, "dowód zgody 3 lata od jej końca"),
        (throttling.FAILURES_KEPT, "1 dzień"),
        (throttling.NETWORKS_KEPT, "sieć udanego logowania 90 dni"),
    ],
)
def test_periods_are_those_of_the_code(period, words):
    assert words in NOTE
    number, unit = re.search(r"(\d+) (dni|dzień|lat)", words).groups()
    assert period.days == int(number) * (365 if unit == "lat" else 1)


def test_cookies_are_those_that_are_set():
    named = set(re.findall(r"^\| `(\w+)` \|", NOTE, re.M)) - {"web", "worker"}
    assert named == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert settings.CSRF_COOKIE_AGE == 52 * 7 * 24 * 3600
