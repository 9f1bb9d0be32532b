import pytest
import time_machine

from cms.api.throttling import ClientThrottle

pytestmark = pytest.mark.django_db
PATH = "/api/v1/vocabularies/legal-forms/"


@pytest.fixture
def rate(monkeypatch):
    """Allow each client three requests a minute."""
    monkeypatch.setattr(ClientThrottle, "THROTTLE_RATES", {"anon": "3/min"})


def test_client_that_asks_too_often_is_told_how_long_to_wait(client, rate):
    with time_machine.travel("2018-03-16T09:00:10+00:00", tick=False) as clock:
        assert [client.get(PATH).status_code for _ in range(4)] == [200, 200, 200, 429]
        response = client.get(PATH)
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Retry-After"] == "50"
        assert response.json()["type"].endswith("/problems/too-many-requests/")
        clock.shift(49)
        assert client.get(PATH).status_code == 429
        clock.shift(1)
        assert client.get(PATH).status_code == 200


def test_clients_are_counted_apart(client, rate):
    for _ in range(4):
        client.get(PATH, REMOTE_ADDR="192.0.2.1")
    assert client.get(PATH, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert client.get(PATH, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_forged_forwarded_address_does_not_help(client, rate):
    answers = [
        client.get(PATH, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(4)
    ]
    assert answers[-1] == 429


def test_cache_that_is_down_lets_everyone_through(client, rate, monkeypatch):
    class DownCache:
        def incr(self, key):
            raise ConnectionError("refused")

    monkeypatch.setattr("cms.api.throttling.cache", DownCache())
    assert [client.get(PATH).status_code for _ in range(5)] == [200] * 5


def test_address_of_a_client_is_not_kept_in_the_clear(client, rate, monkeypatch):
    keys = []

    class Cache:
        def incr(self, key):
            keys.append(key)
            return 1

    monkeypatch.setattr("cms.api.throttling.cache", Cache())
    client.get(PATH, REMOTE_ADDR="192.0.2.77")
    assert keys
    assert "192.0.2.77" not in keys[0]
