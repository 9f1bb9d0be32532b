import pytest
from django.test import Client

from cms.api.problems import PROBLEMS
from tests.cms.api.answers import ask
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


def assert_problem(response, status: int, name: str) -> dict:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"http://testserver/api/v1/problems/{name}/"
    assert problem["status"] == status
    assert problem["title"] == PROBLEMS[name].title
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    "path",
    ["nic/", "events/a/b/", "vocabularies/", "vocabularies/nic/", "openapi.json/", "nic", "%00/"],
)
def test_unknown_address_below_the_api_is_a_problem(path, client):
    assert_problem(client.get(f"/api/v1/{path}"), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("events", "events/"),
        ("events?limit=2&topic=%C5%BC", "events/?limit=2&topic=%C5%BC"),
        ("events/gala", "events/gala/"),
        ("events/a%0d%0aSet-Cookie:x", "events/a%0D%0ASet-Cookie:x/"),
        ("vocabularies/topics", "vocabularies/topics/"),
    ],
)
def test_address_without_its_last_slash_leads_to_the_one_with_it(path, location, client):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 301
    assert response.headers["Location"] == f"http://testserver/api/v1/{location}"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "events/", "events/nie-ma/", "changes/", "docs/"])
def test_writing_is_405_with_the_methods_allowed(method, path, client):
    response = getattr(client, method)(f"/api/v1/{path}")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON;q=0.2",
        "application/*",
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/problem+json",
        "image/png, application/json",
    ],
)
def test_json_is_served_to_whoever_can_take_it_and_to_browsers(accept, client):
    response = client.get("/api/v1/events/", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "accept", ["application/xml", "image/*", "application/json;q=0", ";;;", "a" * 9000]
)
def test_whoever_cannot_take_json_gets_406(accept, client):
    response = client.get("/api/v1/events/", headers={"Accept": accept})
    assert_problem(response, 406, "not-acceptable")


def test_too_many_parameters_are_a_problem(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    response = client.get("/api/v1/events/?" + "&".join(["limit=1"] * 200))
    assert_problem(response, 400, "bad-request")


def test_request_for_another_host_is_a_problem(client):
    response = client.get("/api/v1/events", headers={"Host": "evil.example.org"})
    assert response.status_code in {301, 400}
    assert b"evil" not in response.content
    assert "evil" not in response.headers.get("Location", "")


def test_fault_of_ours_is_a_problem_without_any_detail(monkeypatch):
    def fail(*args):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("cms.api.views.base.published_state", fail)
    response = Client(raise_request_exception=False).get("/api/v1/events/")
    assert_problem(response, 500, "server-error")
    assert b"hunter2" not in response.content


def test_texts_are_english_although_the_site_is_polish(client):
    assert ask("/events/", 406, accept="image/png")["title"] == "Not acceptable"
    assert "not allowed" in client.post("/api/v1/events/").json()["detail"]


def test_type_of_each_problem_can_be_looked_up():
    for name, problem in PROBLEMS.items():
        found = ask(f"/problems/{name}/")
        assert found["type"] == problem.uri
        assert found["status"] == problem.status
        assert found["description"]
    ask("/problems/nie-ma/", status=404)


def test_body_of_a_request_is_not_read_and_a_large_one_is_refused(client):
    EventFactory()
    address = ("/api/v1/events/", b"x" * 60_000, "application/json")
    assert client.generic("GET", *address).status_code == 200
    for method in ("GET", "POST"):
        response = client.generic(method, "/api/v1/events/", b"[" * 10_000_000, "application/json")
        assert_problem(response, 413, "content-too-large")


def test_other_addresses_keep_their_own_error_pages(client):
    response = client.get("/nie-ma-takiej-strony/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
