"""Scripts of other websites: who may read, and what they get to know (Fetch standard)."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.factories import EventFactory, home_page

pytestmark = pytest.mark.django_db
PATH = "/api/v1/events/"
OTHER = "https://www.gmina.example"


@pytest.fixture
def only_one(settings):
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = [OTHER]


def preflight(path: str = PATH, origin: str = OTHER, method: str = "GET", headers: str = ""):
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return Client().options(
        path, headers=asked | ({"Access-Control-Request-Headers": headers} if headers else {})
    )


def test_scripts_of_every_website_may_read_and_no_cookie_is_involved():
    response = Client().get(PATH, headers={"Origin": OTHER})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)


def test_errors_not_modified_and_refused_answers_can_be_read_too(settings):
    EventFactory()
    etag = Client().get(PATH).headers["ETag"]
    asked = [
        (304, PATH, {"If-None-Match": etag}),
        (400, f"{PATH}?x=1", {}),
        (404, "/api/v1/nie-ma/", {}),
        (401, PATH, {"Authorization": "Bearer x"}),
    ]
    for status, path, headers in asked:
        response = Client().get(path, headers={"Origin": OTHER, **headers})
        assert response.status_code == status
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    settings.API_RATES = {"default": (1, 3600)}
    refused = [Client().get(PATH, headers={"Origin": OTHER}) for _ in range(2)][1]
    assert refused.status_code == 429
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_preflight_allows_reading_and_conditional_requests_for_a_day():
    response = preflight(headers="if-none-match")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "if-none-match" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Max-Age"] == "86400"
    assert not response.content


def test_preflight_lets_no_token_through_since_a_web_page_keeps_no_secret():
    assert "authorization" not in preflight().headers["Access-Control-Allow-Headers"].lower()


def test_options_without_a_preflight_are_answered_by_the_api():
    response = Client().options(PATH, headers={"Origin": OTHER})
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", ["/", "/admin/login/", "/healthz", "/apiary/", "/media/x.webp", "/podglad/x/"]
)
def test_other_addresses_are_for_our_own_pages_only(path):
    home_page()
    response = Client().get(path, headers={"Origin": OTHER})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Access-Control-Allow-Origin" not in preflight(path).headers


@pytest.mark.parametrize("path", [PATH, "/feeds/nie-ma", "/embed/nie-ma"])
def test_api_feeds_and_embeds_are_for_others(path):
    response = Client().get(path, headers={"Origin": OTHER})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_one_website_alone_may_read_when_only_it_is_listed(only_one):
    allowed = Client().get(PATH, headers={"Origin": OTHER})
    assert allowed.headers["Access-Control-Allow-Origin"] == OTHER
    assert "origin" in allowed.headers["Vary"].lower()
    assert "origin" in Client().get(PATH).headers["Vary"].lower()  # a cache must not mix them up


@pytest.mark.parametrize(
    "origin",
    [
        "https://zla.example",
        "https://www.gmina.example.zla.example",
        "http://www.gmina.example",
        "https://www.gmina.example:8443",
        "https://zla.example/https://www.gmina.example",
        "null",
        "https://[",
        "\0",
        "a" * 10_000,
        "https://www.gmina.example, https://zla.example",
    ],
)
def test_other_websites_may_not_when_one_is_listed(origin, only_one):
    response = Client().get(PATH, headers={"Origin": origin})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Access-Control-Allow-Origin" not in preflight(origin=origin).headers


# --- The environment -----------------------------------------------------------------------------

SHOWN = (
    "from django.conf import settings as s;"
    "print(s.CORS_ALLOW_ALL_ORIGINS, s.CORS_ALLOWED_ORIGINS, s.API_RATES)"
)


def settings_with(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {SHOWN}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("*", "True []"),
        ("", "False []"),
        (OTHER, f"False ['{OTHER}']"),
        (f"{OTHER},http://127.0.0.1:8080", f"False ['{OTHER}', 'http://127.0.0.1:8080']"),
    ],
)
def test_environment_chooses_the_websites(value, shown):
    assert settings_with(API_CORS_ORIGINS=value).stdout.startswith(shown)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_CORS_ORIGINS", "www.gmina.example"),
        ("API_CORS_ORIGINS", f"{OTHER}/"),
        ("API_CORS_ORIGINS", f"*,{OTHER}"),
        ("API_CORS_ORIGINS", "https://*.gmina.example"),
        ("API_RATE", "600"),
        ("API_RATE", "0/min"),
        ("API_RATE", "many/min"),
        ("API_TRUSTED_RATE", "-1/min"),
        ("API_TRUSTED_RATE", "6000/fortnight"),
    ],
)
def test_wrong_environment_stops_the_start_with_its_name(name, value):
    outcome = settings_with(**{name: value})
    assert outcome.returncode != 0
    assert f"ImproperlyConfigured: {name} " in outcome.stderr


def test_switched_off_nothing_of_it_is_left(settings):
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = []
    settings.CORS_URLS_REGEX = r"(?!)"  # as config/settings.py sets it for an empty list
    response = Client().get(PATH, headers={"Origin": OTHER})
    assert not [name for name in response.headers if name.startswith("Access-Control")]
    assert preflight().status_code == 204
