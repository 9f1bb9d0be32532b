"""HEAD, OPTIONS and the methods that are not there, at every address of the OpenAPI document."""

import orjson
import pytest
import time_machine
from django.test import Client

from cms.api import examples
from cms.api.schema import openapi_document
from newsletters.editions.documents import EXAMPLE as EDITION
from tests.factories import (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    NewsletterFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
)

pytestmark = pytest.mark.django_db
NOT_THERE = ["post", "put", "patch", "delete", "trace"]


@pytest.fixture(autouse=True)
def clock():
    """Stop the time, so that two answers can be the same."""
    with time_machine.travel("2030-03-16T09:00:10+00:00", tick=False):
        yield


@pytest.fixture
def addresses() -> list[str]:
    """Add the documents of the examples, and return every documented address with their keys."""
    project = ProjectFactory(slug=examples.PROJECT["slug"])
    organization = OrganizationFactory(slug=examples.ORGANIZATION["slug"])
    activity = ActivityFactory(slug=examples.ACTIVITY["slug"], parent=project)
    EventFactory(
        slug=examples.EVENT["slug"],
        project=project,
        organizers=[organization],
        activity=activity,
    )
    NewsFactory(slug=examples.NEWS["slug"])
    ContestFactory(slug=examples.CONTEST["slug"])
    ResourceFactory(slug=examples.RESOURCE["slug"])
    NewsletterFactory(slug=EDITION["slug"])
    return [filled(path, item["get"]) for path, item in documented().items()]


def documented() -> dict:
    openapi_document.cache_clear()
    paths: dict = orjson.loads(openapi_document())["paths"]
    return paths


def filled(path: str, operation: dict) -> str:
    """Return the path with an example, or the first allowed value, for each of its parameters."""
    query = []
    for parameter in operation["parameters"]:
        if parameter["in"] == "header":
            continue
        found = parameter.get("examples")
        value = next(iter(found.values()))["value"] if found else None
        value = value or parameter["schema"].get("enum", ["wydarzenie"])[0]
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(value))
        elif parameter.get("required"):
            query.append(f"{parameter['name']}={value}")
    assert "{" not in path
    return f"{path}?{'&'.join(query)}" if query else path


def told(response) -> dict[str, str]:
    """Return the headers, but what is left of the rate and what a streamed file does not know."""
    left_out = {"RateLimit", "Content-Length"}
    return {name: value for name, value in response.headers.items() if name not in left_out}


def test_head_is_get_without_the_body_and_with_the_same_headers(addresses):
    for path in addresses:
        get, head = Client().get(path), Client().head(path)
        assert get.status_code == head.status_code == 200, (path, get.getvalue())
        assert get.getvalue(), path
        assert not head.getvalue(), path
        assert told(get) == told(head), path


def test_head_is_conditional_too(addresses):
    for path in addresses:
        etag = Client().head(path).headers["ETag"]
        for method in ("get", "head"):
            again = getattr(Client(), method)(path, headers={"If-None-Match": etag})
            assert again.status_code == 304, path
            assert not again.getvalue()
            assert again.headers["ETag"] == etag


def test_options_say_which_methods_there_are(addresses):
    for path in addresses:
        response = Client().options(path)
        assert response.status_code == 204, path
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert not response.content


@pytest.mark.parametrize("method", NOT_THERE)
def test_other_methods_are_405_with_those_that_there_are(method, addresses):
    for path in addresses:
        response = getattr(Client(), method)(path)
        assert response.status_code == 405, path
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["type"].endswith("/problems/method-not-allowed/")


def test_method_that_nobody_knows_is_405(addresses):
    for method in ("PROPFIND", "GET2", "X" * 200):
        assert Client().generic(method, addresses[0]).status_code == 405, method


def test_errors_have_no_body_for_head_either():
    for path, status in (("/api/v1/nie-ma/", 404), ("/api/v1/events/?x=1", 400)):
        response = Client().head(path)
        assert response.status_code == status
        assert not response.content
        assert response.headers["Content-Type"] == "application/problem+json"
