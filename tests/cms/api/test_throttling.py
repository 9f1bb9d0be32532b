import re

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from cms.api import clients
from cms.models import ApiClient
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db
PATH = "/api/v1/vocabularies/legal-forms/"
NOON = "2018-03-16T09:00:10+00:00"


@pytest.fixture(autouse=True)
def rates(settings):
    """Allow an address three requests a minute, and a token five."""
    settings.API_RATES = {"default": (3, 60), "trusted": (5, 60)}


@pytest.fixture(autouse=True)
def clock():
    """Stop the time ten seconds after a window began."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def new_client(name: str = "Strona miasta") -> tuple[ApiClient, dict[str, str]]:
    client = ApiClient(name=name, contact="it@example.org")
    return client, {"Authorization": f"Bearer {clients.create(client)}"}


def statuses(count: int, path: str = PATH, **extra) -> list[int]:
    return [Client().get(path, **extra).status_code for _ in range(count)]


def test_client_that_asks_too_often_is_told_how_long_to_wait(client, clock):
    assert statuses(4) == [200, 200, 200, 429]
    response = client.get(PATH)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "50"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["type"].endswith("/problems/too-many-requests/")
    assert "50 seconds" in response.json()["detail"]
    clock.shift(49)
    assert client.get(PATH).status_code == 429
    clock.shift(1)
    assert client.get(PATH).status_code == 200


def test_answers_tell_how_much_is_left_and_when_it_begins_anew(client, clock):
    told = []
    for _ in range(4):
        headers = client.get(PATH).headers
        assert headers["RateLimit-Policy"] == '"default";q=3;w=60'
        told.append(headers["RateLimit"])
        clock.shift(10)
    assert told == [
        f'"default";r={left};t={wait}' for left, wait in ((2, 50), (1, 40), (0, 30), (0, 20))
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/events/", 200),
        ("/api/v1/events", 301),
        ("/api/v1/events/?x=1", 400),
        ("/api/v1/nie-ma/", 404),
        ("/api/v1/docs/", 200),
        ("/api/v1/openapi.json", 200),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_every_answer_tells(path, status, method, client):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response.headers["RateLimit"] == '"default";r=2;t=50'


def test_not_modified_withdrawn_refused_and_failed_answers_tell_too(client, monkeypatch):
    EventFactory(slug="gala").unpublish()
    etag = client.get("/api/v1/events/").headers["ETag"]
    asked = [
        (304, client.get("/api/v1/events/", headers={"If-None-Match": etag})),
        (410, client.get("/api/v1/events/gala/", REMOTE_ADDR="192.0.2.1")),
        (405, client.post("/api/v1/events/", REMOTE_ADDR="192.0.2.2")),
        (406, client.get(PATH, headers={"Accept": "image/png"}, REMOTE_ADDR="192.0.2.3")),
        (204, client.options(PATH, REMOTE_ADDR="192.0.2.4")),
        (400, client.get(PATH, headers={"Host": "zly.example.org"}, REMOTE_ADDR="192.0.2.5")),
    ]
    monkeypatch.setattr("cms.api.views.base.published_state", lambda: 1 / 0)
    broken = Client(raise_request_exception=False).get("/api/v1/events/", REMOTE_ADDR="192.0.2.6")
    for status, response in [*asked, (500, broken)]:
        assert response.status_code == status
        assert re.fullmatch(r'"default";r=\d;t=50', response.headers["RateLimit"]), status


def test_other_addresses_are_not_counted(client):
    assert statuses(5, "/healthz") == [200] * 5
    assert "RateLimit" not in client.get("/healthz").headers
    assert client.get(PATH).headers["RateLimit"] == '"default";r=2;t=50'


def test_clients_are_counted_apart(client):
    assert statuses(4, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert client.get(PATH, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_forged_forwarded_address_does_not_help(client):
    answers = [
        client.get(PATH, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(4)
    ]
    assert answers[-1] == 429


def test_cache_that_is_down_lets_everyone_through(client, monkeypatch):
    class DownCache:
        def incr(self, key):
            raise ConnectionError("refused")

    monkeypatch.setattr("cms.api.throttling.cache", DownCache())
    assert statuses(5) == [200] * 5
    headers = client.get(PATH).headers
    assert headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert "RateLimit" not in headers  # nobody knows


def test_address_of_a_client_is_not_kept_in_the_clear(client, monkeypatch):
    keys = []

    class Cache:
        def incr(self, key):
            keys.append(key)
            return 1

    monkeypatch.setattr("cms.api.throttling.cache", Cache())
    client.get(PATH, REMOTE_ADDR="192.0.2.77")
    assert keys
    assert "192.0.2.77" not in keys[0]


# --- Trusted clients ------------------------------------------------------------------------------


def test_token_raises_the_limit_wherever_it_comes_from(client):
    _, headers = new_client()
    for number in range(5):
        response = client.get(PATH, headers=headers, REMOTE_ADDR=f"192.0.2.{number}")
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == '"trusted";q=5;w=60'
        assert response.headers["RateLimit"] == f'"trusted";r={4 - number};t=50'
    refused = client.get(PATH, headers=headers)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "50"


def test_token_does_not_use_up_what_the_address_or_another_token_may(client):
    assert statuses(6, headers=new_client("pierwszy")[1])[-1] == 429
    assert client.get(PATH, headers=new_client("drugi")[1]).status_code == 200
    assert client.get(PATH).headers["RateLimit"] == '"default";r=2;t=50'


def test_token_is_kept_as_a_hash_only_and_is_known_by_its_prefix():
    trusted, headers = new_client()
    token = headers["Authorization"].split()[1]
    assert re.fullmatch(r"razem_[\w-]{43}", token)
    kept = ApiClient.objects.values().get()
    assert not any(token in str(value) or token[6:] in str(value) for value in kept.values())
    assert new_client("drugi")[1] != headers
    assert clients.find_active(token) == trusted


def test_revoked_token_is_refused_at_once_and_says_so(client):
    trusted, headers = new_client()
    assert client.get(PATH, headers=headers).status_code == 200
    assert clients.revoke(trusted)
    response = client.get(PATH, headers=headers)
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("/problems/unknown-token/")
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="Razem API"')
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert response.headers["Cache-Control"] == "no-store"
    assert not clients.revoke(trusted)  # once


@pytest.mark.parametrize(
    "given",
    [
        "Bearer",
        "Bearer ",
        "bearer razem_",
        "Bearer razem_" + "a" * 43,
        "BEARER razem_" + "a" * 42 + "\0",
        "Bearer " + "a" * 100_000,
        "Bearer razem_" + "ł" * 43,
        "Bearer ' OR 1=1 --",
    ],
)
def test_unknown_token_is_not_silently_anonymous(given, client):
    response = client.get(PATH, headers={"Authorization": given})
    assert response.status_code == 401
    assert given[-20:] not in response.content.decode()


@pytest.mark.parametrize("given", ["Basic cmF6ZW06cmF6ZW0=", "", "Digest x", "razem_token"])
def test_other_ways_to_authenticate_are_none_of_ours(given, client):
    response = client.get(PATH, headers={"Authorization": given})
    assert response.status_code == 200
    assert response.headers["RateLimit-Policy"] == '"default";q=3;w=60'


def test_trying_tokens_out_uses_up_what_the_address_may():
    wrong = {"Authorization": "Bearer razem_" + "a" * 43}
    assert statuses(5, headers=wrong) == [401, 401, 401, 429, 429]


def test_token_changes_neither_the_answer_nor_how_it_may_be_kept(client):
    EventFactory()
    _, headers = new_client()
    for path in ("/api/v1/events/", "/api/v1/", "/api/v1/changes/"):
        told = {"RateLimit", "RateLimit-Policy"}
        plain = client.get(path, REMOTE_ADDR=f"192.0.2.{len(path)}")
        trusted = client.get(path, headers=headers)
        assert plain.content == trusted.content
        assert {k: v for k, v in plain.headers.items() if k not in told} == {
            k: v for k, v in trusted.headers.items() if k not in told
        }
        assert "public" in trusted.headers["Cache-Control"]
        assert "Authorization" not in trusted.headers.get("Vary", "")


def test_day_of_the_last_use_is_written_once_a_day(client, clock, django_assert_num_queries):
    trusted, headers = new_client()
    assert trusted.last_used_on is None
    with django_assert_num_queries(2):
        client.get(PATH, headers=headers)
    with django_assert_num_queries(1):
        client.get(PATH, headers=headers)
    trusted.refresh_from_db()
    assert str(trusted.last_used_on) == "2018-03-16"
    clock.shift(14 * 3600)  # 00:00 in Poland, not yet in UTC
    client.get(PATH, headers=headers)
    trusted.refresh_from_db()
    assert str(trusted.last_used_on) == "2018-03-17"


def test_anonymous_request_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(PATH)


def test_windows_are_counted_in_the_cache_that_all_processes_share(client):
    client.get(PATH)
    assert caches["default"].get("throttle:default") is None
    assert statuses(3) == [200, 200, 429]
