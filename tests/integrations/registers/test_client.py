"""The client against a register that tells the truth, lies, is slow, or leads elsewhere."""

import socket
from dataclasses import replace
from datetime import date, timedelta

import pytest

from integrations.registers.krs import client as krs_client
from integrations.registers.krs.client import KrsClient, Outcome
from integrations.registers.krs.errors import KrsError
from tests.integrations.municipal.helpers import resolving_to
from tests.integrations.registers.register import (
    KRS,
    NOT_FOUND,
    PERSON,
    Register,
    body,
    change,
    drip,
    flood,
    hang,
    status,
)

DAY = date(2026, 9, 22)


@pytest.fixture
def client(register: Register) -> KrsClient:
    return KrsClient(register.url, pace=lambda: None)


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Give the register a second at most."""
    quick = replace(krs_client.LIMITS, connect_seconds=0.5, read_seconds=0.5, total_seconds=1.0)
    monkeypatch.setattr(krs_client, "LIMITS", quick)


def refused(client: KrsClient) -> KrsError:
    with pytest.raises(KrsError) as error:
        client.extract(KRS)
    return error.value


def test_extract_is_what_the_register_says_and_no_person(client, register):
    register.enter(KRS)
    answer = client.extract(KRS)

    assert answer.outcome == Outcome.FOUND
    found = answer.extract
    assert (found.register, found.nip, found.regon) == ("S", "9990000014", "99000001600000")
    assert (found.registered_on, found.as_of) == (date(2011, 7, 25), date(2025, 11, 20))
    assert (found.is_opp, found.is_in_liquidation) == (False, False)
    assert PERSON not in repr(answer)
    assert "***" not in repr(answer)


@pytest.mark.parametrize(
    "missing",
    [
        "regon",
        "nip",
        "identyfikatory",
        "adresPocztyElektronicznej",
        "adres",
        "siedzibaIAdres",
        "formaPrawna",
        "czyPosiadaStatusOPP",
        "stanZDnia",
        "dzial6",
        "dzial2",
    ],
)
def test_extract_without_a_nested_field_is_read_all_the_same(client, register, missing):
    register.enter(KRS, **{missing: None})
    assert client.extract(KRS).extract.name.startswith("STOWARZYSZENIE")


@pytest.mark.parametrize("first", ["S", "P"])
def test_number_in_the_other_register_is_found_there(client, register, first):
    other = "P" if first == "S" else "S"
    register.enter(KRS, other)
    assert client.extract(KRS, first=first).extract.register == other
    assert len(register.asked) == 2


def test_number_in_neither_register_is_not_found(client, register):
    assert client.extract(KRS).outcome == Outcome.NOT_FOUND
    assert len(register.asked) == 2


@pytest.mark.parametrize("first", ["S", "P"])
def test_number_removed_from_one_register_is_removed_unless_the_other_has_it(
    client, register, first
):
    other = "P" if first == "S" else "S"
    register.remove(KRS, first)
    assert client.extract(KRS, first=first).outcome == Outcome.REMOVED

    register.enter(KRS, other)
    assert client.extract(KRS, first=first).outcome == Outcome.FOUND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!DOCTYPE html><html><body>Przerwa techniczna</body></html>",
        "[]",
        "null",
        '"odpis"',
        "{",
        '{"odpis": []}',
        '{"odpis": {"rodzaj": "Pełny"}}',
        "[" * 100_000,
        b"\xff\xfe\x00",
        '{"odpis": {"rodzaj": "Aktualny", "naglowekA": {"rejestr": "RejS"}, "dane": "brak"}}',
    ],
)
def test_garbage_is_an_error_about_this_number_alone(client, register, text):
    register.always = body(text)
    assert not refused(client).is_about_register


@pytest.mark.parametrize(
    "changes",
    [
        {"nazwa": None},
        {"nazwa": 7},
        {"nazwa": "A" * 5000},
        {"nazwa": "Z*****"},
        {"identyfikatory": ["9990000014"]},
        {"nip": {"wartosc": "9990000014"}},
        {"czyPosiadaStatusOPP": "NIE"},
        {"stanZDnia": "2025-11-20"},
        {"rejestr": "RejX"},
        {"numerKRS": "0000000001"},
    ],
)
def test_extract_of_another_shape_is_refused_whole(client, register, changes):
    register.enter(KRS)
    for name, value in changes.items():
        assert change(register.entries[KRS, "S"], name, value)
    assert refused(client)


@pytest.mark.parametrize("form", [{"otwarcieLikwidacji": "UCHWAŁA"}, [{"likwidatorzy": []}]])
def test_liquidation_is_seen_in_chapter_six_and_in_the_name(client, register, form):
    register.enter(KRS, dzial6={"likwidacja": form})
    assert client.extract(KRS).extract.is_in_liquidation
    register.enter(KRS, nazwa="FUNDACJA W LIKWIDACJI")
    assert client.extract(KRS).extract.is_in_liquidation


def test_what_the_register_masks_is_nothing_that_it_says(client, register):
    register.enter(KRS, adresPocztyElektronicznej="A****@EXAMPLE.ORG", ulica="J*****")
    found = client.extract(KRS).extract
    assert (found.email, found.seat.street) == ("", "")


@pytest.mark.parametrize(
    ("fault", "words", "wait"),
    [
        (status(429, Retry_After="120"), "później", timedelta(seconds=120)),
        (status(503, Retry_After="7"), "później", timedelta(seconds=7)),
        (status(500), "błąd", None),
        (status(502, b"<html>"), "błąd", None),
        (status(301, Location="http://127.0.0.1:9/api/krs"), "przekierowuje", None),
        (status(404, b"<html>not here</html>"), "zrozumieć", None),
        (status(404), "zrozumieć", None),
        (status(404, b'{"message": "no such page"}'), "zrozumieć", None),
    ],
)
def test_trouble_of_the_register_is_told_in_words(client, register, fault, words, wait):
    register.always = fault
    error = refused(client)
    assert error.is_about_register
    assert error.retry_after == wait
    assert words in error.reason
    assert len(register.asked) == 1


def test_redirect_is_not_followed_not_even_to_the_same_host(client, register):
    register.enter(KRS)
    location = f"{register.url}/OdpisAktualny/{KRS}?rejestr=S&format=json"
    register.script.append(status(302, Location=location))
    assert refused(client)
    assert len(register.asked) == 1


def test_question_refused_says_nothing_of_other_numbers(client, register):
    register.always = status(400)
    assert not refused(client).is_about_register


@pytest.mark.parametrize("fault", [hang, drip])
def test_register_that_is_too_slow_is_given_up(client, register, impatient, fault):
    register.always = fault
    error = refused(client)
    assert error.is_about_register
    assert "na czas" in error.reason


def test_answer_without_end_is_cut_off(client, register):
    register.always = flood
    assert "za długa" in refused(client).reason


def test_register_that_is_down_is_said_to_be(client, register):
    register.stop()
    assert refused(client).is_about_register


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_register_inside_our_network_is_not_asked(address, settings, monkeypatch, register):
    settings.IS_DEMO = False
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(address))
    port = register.server.server_port
    client = KrsClient(f"http://krs.test:{port}/api/krs", pace=lambda: None)
    assert "KRS_API_URL" in refused(client).reason
    assert register.asked == []


def test_bulletin_is_a_set_of_numbers(client, register):
    register.bulletins["2026-09-22"] = ["0009999001", "9999002", "0009999001"]
    assert client.bulletin(DAY) == {"0009999001", "0009999002"}


@pytest.mark.parametrize("text", ["{}", "<html>", "[1]", '["abc"]', '["12345678901"]', '["²"]', ""])
def test_bulletin_of_another_shape_is_refused_whole(client, register, text):
    register.always = body(text)
    with pytest.raises(KrsError):
        client.bulletin(DAY)


def test_day_without_a_bulletin_has_no_changes(client, register):
    register.always = lambda handler: handler.answer_json(404, NOT_FOUND)
    assert client.bulletin(DAY) == set()
    register.always = status(204)
    assert client.bulletin(DAY) == set()
    register.always = status(404, b"<html>")
    with pytest.raises(KrsError):
        client.bulletin(DAY)
