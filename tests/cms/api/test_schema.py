"""The published schema is true: it is valid itself, and every answer and payload fits it."""

import copy
from typing import Any

import orjson
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker

from cms.api import examples
from cms.api.kinds import kinds
from cms.api.problems import MEDIA_TYPE
from cms.api.schema import openapi_document
from cms.documents.selectors import live_documents
from tests.cms.api.answers import ask
from tests.cms.api.content import add_rich_content
from tests.factories import EventFactory

FORMS = (".ics", ".rss", ".atom", ".json", ".csv")  # such an address leaves nothing to choose
COMPONENTS = {kind.document_type.value: kind.component for kind in kinds()}


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    openapi_document.cache_clear()
    document: dict[str, Any] = orjson.loads(openapi_document())
    return document


@pytest.fixture(scope="module")
def components(openapi) -> dict[str, Any]:
    """Return the components, with no field allowed beside those that are documented."""
    return closed(copy.deepcopy(openapi["components"]))


def closed(node: Any) -> Any:
    if isinstance(node, dict):
        if "properties" in node:
            node["additionalProperties"] = False
        for child in node.values():
            closed(child)
    elif isinstance(node, list):
        for child in node:
            closed(child)
    return node


def errors_in(instance: Any, component: str, components: dict[str, Any]) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{component}", "components": components}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def test_openapi_document_is_valid_and_made_without_a_warning(openapi):
    validate_schema(openapi)
    assert openapi["openapi"] == "3.1.0"
    assert not GENERATOR_STATS


def test_each_component_is_a_valid_json_schema(openapi):
    for schema in openapi["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_address_of_the_api_is_documented_with_its_errors(openapi):
    paths = openapi["paths"]
    assert {path.removeprefix("/api/v1") for path in paths} == {
        "/",
        "/projects/",
        "/projects/{key}/",
        "/events/",
        "/events/{key}/",
        "/events.ics",
        "/events/{key}.ics",
        "/feeds/events.rss",
        "/feeds/events.atom",
        "/feeds/events.json",
        "/feeds/news.rss",
        "/feeds/news.atom",
        "/feeds/news.json",
        "/organizations/",
        "/organizations/{key}/",
        "/activities/",
        "/activities/{key}/",
        "/news/",
        "/news/{key}/",
        "/contests/",
        "/contests/{key}/",
        "/resources/",
        "/resources/{key}/",
        "/newsletters/",
        "/newsletters/{key}/",
        "/changes/",
        "/search/",
        "/vocabularies/spheres/",
        "/vocabularies/localities/",
        "/vocabularies/topics/",
        "/vocabularies/audiences/",
        "/vocabularies/offer-types/",
        "/vocabularies/programmes/",
        "/vocabularies/legal-forms/",
        "/export/organizations.csv",
        "/export/organizations.csv-metadata.json",
        "/export/organizations.json",
        "/export/events.csv",
        "/export/events.csv-metadata.json",
        "/export/events.json",
        "/problems/{name}/",
    }
    for path, operations in paths.items():
        assert set(operations) == {"get"}
        operation = operations["get"]
        assert operation["summary"]
        assert operation["description"]
        assert {"200", "304", "400", "429"} <= set(operation["responses"]), path
        is_form_in_address = path.endswith(FORMS)
        assert ("406" in operation["responses"]) is not is_form_in_address, path
        assert "example" in str(operation["responses"]["200"])
        assert MEDIA_TYPE in operation["responses"]["400"]["content"]
        for parameter in operation["parameters"]:
            assert parameter["description"], (path, parameter["name"])


def test_examples_fit_the_schemas(openapi, components):
    for operations in openapi["paths"].values():
        for answer in operations["get"]["responses"].values():
            for content in answer.get("content", {}).values():
                if content["schema"].get("type") == "string":
                    assert isinstance(content["examples"]["Example"]["value"], str)
                    continue
                if "$ref" not in content["schema"]:
                    schema = Draft202012Validator(content["schema"])
                    assert schema.is_valid(content["examples"]["Example"]["value"])
                    continue
                component = content["schema"]["$ref"].rpartition("/")[2]
                for example in content["examples"].values():
                    assert errors_in(example["value"], component, components) == []


def test_examples_of_removals_and_all_blocks_are_there():
    assert {change["action"] for change in examples.CHANGES["results"]} == {"upsert", "remove"}
    blocks = {block["type"] for block in examples.EVENT["body"]}
    assert blocks == {"heading", "paragraph", "image", "quote"}


@pytest.mark.django_db
def test_every_stored_payload_fits_its_schema_and_has_no_other_field(components):
    add_rich_content()
    documents = list(live_documents())
    assert {document.type for document in documents} == set(COMPONENTS)
    for document in documents:
        payload = orjson.loads(bytes(document.payload))
        assert errors_in(payload, COMPONENTS[document.type], components) == []
        properties = components["schemas"][COMPONENTS[document.type]]["properties"]
        assert set(payload) == set(properties)


@pytest.mark.django_db
def test_answers_that_are_no_documents_fit_their_schemas(components):
    add_rich_content()
    EventFactory(slug="usuniete").delete()
    for path, component in [
        ("/", "Root"),
        ("/projects/?count=true", "ProjectList"),
        ("/events/?limit=3", "EventList"),
        ("/organizations/", "OrganizationList"),
        ("/newsletters/", "NewsletterList"),
        ("/changes/", "ChangeFeed"),
        ("/search/?q=wydarzenie&limit=2", "Search"),
        ("/vocabularies/spheres/", "SphereList"),
        ("/vocabularies/localities/", "LocalityList"),
        ("/vocabularies/topics/", "TopicList"),
        ("/vocabularies/legal-forms/", "LegalFormList"),
        ("/problems/withdrawn/", "ProblemKind"),
    ]:
        assert errors_in(ask(path), component, components) == [], path
    for path, status in [
        ("/events/?x=1", 400),
        ("/events/?status=x", 400),
        ("/events/nie-ma/", 404),
        ("/events/usuniete/", 410),
        (f"/changes/?since={10**18}", 410),
    ]:
        assert errors_in(ask(path, status), "Problem", components) == [], path


def test_validator_of_these_tests_finds_what_is_wrong(components):
    event = {**examples.EVENT, "status": "happy", "start_time": "9:00", "secret": 1}
    del event["title"]
    found = " ".join(errors_in(event, "Event", components))
    for word in ("happy", "9:00", "secret", "title"):
        assert word in found
