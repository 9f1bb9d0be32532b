"""How often a password may be tried, at each door; what is said is the same for all accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from cms.accounts.models import LoginAttempt
from cms.accounts.roles import EDITOR
from cms.accounts.throttling import ACCOUNT, FAILURES_KEPT, NETWORK, NETWORKS_KEPT, PAIR
from tests.permissions.people import person

pytestmark = pytest.mark.django_db
ADMIN, PRIVATE_PAGES = "/admin/login/", "/_util/login/"
PASSWORD = "haslo-do-testow"
HERE, THERE = "192.0.2.7", "198.51.100.7"


def log_in(name, password="zle", address=HERE, door=ADMIN):
    data = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post(door, data)


def fail(name, times, address=HERE):
    for _time in range(times):
        assert log_in(name, address=address).status_code == 200


def fail_elsewhere(name, times):
    """Fail from so many networks, once from each."""
    for number in range(times):
        log_in(name, address=f"10.{number // 250}.{number % 250}.1")


def let_time_pass(duration):
    for row in LoginAttempt.objects.all():
        LoginAttempt.objects.filter(pk=row.pk).update(at=row.at - duration)


def is_in(answer):
    return answer.status_code == 302 and not answer.headers["Location"].startswith("/admin/login")


@pytest.mark.parametrize("door", [ADMIN, PRIVATE_PAGES])
def test_after_five_failures_even_the_right_password_has_to_wait(door):
    person(EDITOR, "ola")
    for _time in range(PAIR.failures):
        assert log_in("ola", door=door).status_code == 200
    answer = log_in("ola", PASSWORD, door=door)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= PAIR.window.total_seconds() + 1
    said = answer.content.decode()
    assert "Zbyt wiele nieudanych prób. Spróbuj ponownie za 15 minut." in said

    let_time_pass(PAIR.window)
    assert is_in(log_in("ola", PASSWORD, door=door))


def test_both_doors_and_every_way_of_writing_the_name_count_together():
    person(EDITOR, "ola")
    log_in("OLA")
    log_in("ola", door=PRIVATE_PAGES)
    fail("Ola", PAIR.failures - 2)
    assert log_in("ola", PASSWORD).status_code == 429


def test_unknown_account_is_answered_like_a_known_one():
    person(EDITOR, "ola")
    answers = {}
    for name in ("ola", "nikt"):
        answers[name] = [log_in(name) for _time in range(PAIR.failures + 1)]
    for known, unknown in zip(answers["ola"], answers["nikt"], strict=True):
        assert known.status_code == unknown.status_code
        assert said(known) == said(unknown)


def said(answer):
    return [str(error) for error in answer.context["form"].non_field_errors()]


def test_who_waits_does_not_keep_the_others_of_the_office_waiting():
    person(EDITOR, "ola")
    person(EDITOR, "ala")
    fail("ola", PAIR.failures)
    assert log_in("ola", PASSWORD).status_code == 429
    assert is_in(log_in("ala", PASSWORD))


def test_stranger_elsewhere_does_not_lock_a_person_out():
    person(EDITOR, "ola")
    fail("ola", PAIR.failures, address=THERE)
    assert is_in(log_in("ola", PASSWORD, address=HERE))


def test_guessing_one_account_from_many_networks_is_stopped_but_not_where_it_belongs():
    person(EDITOR, "ola")
    assert is_in(log_in("ola", PASSWORD, address=HERE))
    fail_elsewhere("ola", ACCOUNT.failures)
    assert log_in("ola", PASSWORD, address=THERE).status_code == 429
    assert is_in(log_in("ola", PASSWORD, address=HERE))


def test_trying_one_password_at_many_accounts_is_stopped_but_not_for_who_works_there():
    person(EDITOR, "ola")
    person(EDITOR, "ala")
    assert is_in(log_in("ola", PASSWORD))
    for number in range(NETWORK.failures):
        log_in(f"konto-{number}")
    assert log_in("ala", PASSWORD).status_code == 429
    assert is_in(log_in("ola", PASSWORD))
    assert is_in(log_in("ala", PASSWORD, address=THERE))


def test_success_forgets_the_failures_before_it():
    person(EDITOR, "ola")
    fail("ola", PAIR.failures - 1)
    assert is_in(log_in("ola", PASSWORD))
    fail("ola", PAIR.failures - 1)
    assert is_in(log_in("ola", PASSWORD))


def test_trying_while_waiting_does_not_make_the_wait_longer():
    person(EDITOR, "ola")
    fail("ola", PAIR.failures)
    let_time_pass(PAIR.window - timedelta(seconds=30))
    for _time in range(20):
        assert log_in("ola").status_code == 429
    let_time_pass(timedelta(seconds=31))
    assert is_in(log_in("ola", PASSWORD))


def test_no_name_and_no_address_is_kept():
    fail("ola@example.org", 2)
    row = LoginAttempt.objects.first()
    kept = " ".join(str(value) for value in vars(row).values())
    assert "ola" not in kept
    assert HERE.rsplit(".", 1)[0] not in kept
    assert len(row.account_hash) == len(row.network_hash) == 64


def test_what_is_old_is_forgotten():
    person(EDITOR, "ola")
    log_in("ola", PASSWORD)
    fail("nikt", 1)
    let_time_pass(FAILURES_KEPT)
    log_in("ala")
    assert LoginAttempt.objects.filter(has_succeeded=False).count() == 1
    let_time_pass(NETWORKS_KEPT)
    log_in("ala")
    assert not LoginAttempt.objects.filter(has_succeeded=True).exists()


def test_code_that_asks_for_no_request_is_not_counted():
    person(EDITOR, "ola")
    assert authenticate(username="ola", password=PASSWORD)
    assert not LoginAttempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_try_no_more_passwords_than_one_after_the_other():
    person(EDITOR, "ola")

    def guess(_number):
        request = RequestFactory().post(ADMIN, REMOTE_ADDR=HERE)
        try:
            authenticate(request, username="ola", password="zle")
            return not hasattr(request, "login_wait_seconds")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(guess, range(40)))
    assert sum(tried) <= PAIR.failures
    assert LoginAttempt.objects.filter(at__lte=timezone.now()).count() <= PAIR.failures
