"""Whatever stands where a cursor should: it is one of ours, or it is refused in words."""

import base64
from datetime import UTC, date
from uuid import UUID

import orjson
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.api.pagination import ORDERINGS, Cursor

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=6,
)
VALUES = {
    "starts_on": st.dates(),
    "sort_key": st.text("0123456789", max_size=300),
    "sequence": st.integers(0, 2**63 - 1),
    "published_at": st.datetimes(timezones=st.just(UTC)),
}
# A list and one of its orderings: all orderings that there are.
LISTED = [
    ("news", name) if "published_at" in name else ("events", name) for name in sorted(ORDERINGS)
]
query_settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def encoded(value: object) -> str:
    text = orjson.dumps(value, default=str, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@given(data=st.data(), name=st.sampled_from(sorted(ORDERINGS)), is_backward=st.booleans())
def test_cursor_survives_the_way_to_the_client_and_back(data, name, is_backward):
    value = data.draw(VALUES[ORDERINGS[name].column])
    cursor = Cursor(name, value, data.draw(st.uuids()), is_backward)
    assert Cursor.decode(cursor.encode(), name) == cursor


@given(text=st.text())
def test_text_is_no_cursor(text):
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.decode(text, "start_date")


def test_cursor_of_another_ordering_is_refused():
    cursor = Cursor("start_date", date(2018, 9, 15), UUID(int=1))
    with pytest.raises(ValueError, match="another list"):
        Cursor.decode(cursor.encode(), "-start_date")


@pytest.mark.django_db
@query_settings
@given(cursor=st.text(max_size=80))
def test_any_text_as_cursor_is_answered_400(cursor):
    response = Client().get("/api/v1/events/", {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["errors"][0]["name"] == "cursor"


@pytest.mark.django_db
@query_settings
@given(
    listed=st.sampled_from(LISTED),
    value=anything
    | st.sampled_from(["2018-09-15", "0001-01-01", "9999-12-31", "\0", "\ud800", "1" * 5000, "x"])
    | st.integers(-(2**70), 2**70),
    document_id=anything | st.uuids().map(str),
    is_backward=anything,
)
def test_forged_cursor_is_answered_with_a_page_or_400_never_with_a_fault(
    listed, value, document_id, is_backward
):
    name, ordering = listed
    try:
        cursor = encoded([ordering, value, document_id, is_backward])
    except TypeError:  # JSON cannot say it: neither can a forger
        return
    response = Client().get(f"/api/v1/{name}/", {"cursor": cursor, "ordering": ordering})
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert response.json()["errors"][0]["name"] == "cursor"
