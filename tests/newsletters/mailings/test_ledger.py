"""The ledger: who may write what of a delivery, and what is left after a worker's end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from newsletters.mailings import ledger
from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers.models import Suppression
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db
State = Delivery.State


def claimed(count: int = 1) -> list[Delivery]:
    made = ledgers.mailing(ledgers.subscribers(count))
    return ledger.claim(made.pk, count)


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def test_claim_takes_each_delivery_once_and_counts_the_attempt() -> None:
    made = ledgers.mailing(ledgers.subscribers(3))

    first, second = ledger.claim(made.pk, 2), ledger.claim(made.pk, 2)

    assert [len(first), len(second), len(ledger.claim(made.pk, 2))] == [2, 1, 0]
    assert {row.pk for row in first}.isdisjoint(row.pk for row in second)
    assert {row.attempts for row in [*first, *second]} == {1}


@pytest.mark.parametrize("state", [Mailing.State.PAUSED, Mailing.State.CANCELLED])
def test_claim_of_a_mailing_that_is_not_being_sent_takes_nothing(state: str) -> None:
    made = ledgers.mailing(ledgers.subscribers(1), state=state)
    assert ledger.claim(made.pk, 1) == []


def test_outcome_of_a_claim_that_ran_out_is_not_written() -> None:
    [slept] = claimed()
    assert ledger.begin(slept)
    ledgers.let_time_pass(seconds=61)
    ledger.recover(timezone.now())

    assert not ledger.accepted(slept)
    assert not ledger.failed(slept, "za późno")
    assert state_of(slept) == State.UNCERTAIN


def test_transfer_is_not_begun_after_the_lease_or_by_an_older_claim() -> None:
    [slept] = claimed()
    ledgers.let_time_pass(seconds=61)
    assert not ledger.begin(slept)

    ledger.recover(timezone.now())
    [other] = ledger.claim(slept.mailing_id, 1)
    assert not ledger.begin(slept)
    assert ledger.begin(other)


STOPPED_BY = ["paused", "cancelled", "left", "withdrawn", "blocked"]


def stop(row: Delivery, what: str) -> None:
    """Let that happen after the claim."""
    assert row.subscriber is not None
    match what:
        case "paused" | "cancelled":
            Mailing.objects.update(state=what)
        case "left":
            row.subscriber.left_at = timezone.now()
        case "withdrawn":
            row.subscriber.consent = None
        case "blocked":
            Suppression.objects.create(
                address_hash=row.subscriber.address_hash, reason=Suppression.Reason.STAFF
            )
    row.subscriber.save()


@pytest.mark.parametrize("what", STOPPED_BY)
def test_transfer_is_not_begun_after(what: str) -> None:
    [row] = claimed()
    stop(row, what)

    assert not ledger.begin(row)
    assert state_of(row) == State.CLAIMED


def test_worker_lost_before_the_transfer_leaves_it_to_the_next() -> None:
    [row] = claimed()
    ledgers.let_time_pass(seconds=61)

    assert ledger.recover(timezone.now()) == 1
    assert state_of(row) == State.PENDING
    [again] = ledger.claim(row.mailing_id, 1)
    assert (again.attempts, again.message_id) == (2, row.message_id)


def test_worker_lost_within_the_transfer_leaves_it_uncertain_with_the_reason() -> None:
    [row] = claimed()
    ledger.begin(row)
    ledgers.let_time_pass(seconds=61)
    ledger.recover(timezone.now())

    row.refresh_from_db()
    assert row.state == State.UNCERTAIN
    assert "Program został zatrzymany" in row.reason
    assert ledger.claim(row.mailing_id, 1) == []


def test_claim_that_still_holds_is_not_recovered() -> None:
    [row] = claimed()
    assert ledger.recover(timezone.now()) == 0
    assert state_of(row) == State.CLAIMED


def test_delivery_that_ends_its_workers_is_given_up() -> None:
    [row] = claimed()
    Delivery.objects.update(attempts=ledger.MOST_ATTEMPTS)
    ledgers.let_time_pass(seconds=61)
    ledger.recover(timezone.now())
    assert state_of(row) == State.FAILED


def test_deferred_waits_longer_each_time_and_is_given_up_after_two_days() -> None:
    [row] = claimed()
    waits = []
    for attempts in range(1, 9):
        row.attempts = attempts
        Delivery.objects.filter(pk=row.pk).update(state=State.CLAIMED, token=row.token)
        assert ledger.deferred(row, "później", since=timezone.now())
        waits.append(Delivery.objects.get(pk=row.pk).next_at - timezone.now())
    assert timedelta(minutes=1) < waits[0] < timedelta(minutes=3)
    assert waits[0] < waits[1] < waits[3] < waits[5]
    assert max(waits) < timedelta(hours=5)

    # A mailing that rested for days owes everybody honest attempts.
    late = timezone.now() - timedelta(hours=49)
    Delivery.objects.filter(pk=row.pk).update(state=State.CLAIMED, token=row.token)
    assert ledger.deferred(row, "później", since=late)
    assert state_of(row) == State.DEFERRED

    row.attempts = ledger.HONEST_ATTEMPTS
    Delivery.objects.filter(pk=row.pk).update(state=State.CLAIMED, token=row.token)
    assert ledger.deferred(row, "później", since=late)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "później" in row.reason


def test_released_is_as_it_was_before() -> None:
    [row] = claimed()
    ledger.released([row])
    row.refresh_from_db()
    assert (row.state, row.attempts, row.token) == (State.PENDING, 0, None)


@pytest.mark.parametrize("end", ["accepted", "failed", "uncertain", "suppressed"])
def test_ended_delivery_is_never_claimed_or_ended_again(end: str) -> None:
    [row] = claimed()
    ended = {
        "accepted": lambda: ledger.accepted(row),
        "failed": lambda: ledger.failed(row, "powód"),
        "uncertain": lambda: ledger.uncertain(row, "powód"),
        "suppressed": lambda: ledger.suppressed(row, "powód"),
    }[end]
    assert ended()
    assert not ended()
    ledgers.let_time_pass(days=1)
    assert ledger.recover(timezone.now()) == 0
    assert ledger.claim(row.mailing_id, 1) == []
    assert state_of(row) == end


@pytest.mark.postgresql
@pytest.mark.parametrize("is_begun", [True, False])
def test_claim_from_before_a_crash_of_the_database_is_uncertain(is_begun: bool) -> None:
    [before] = claimed()
    if is_begun:
        ledger.begin(before)
    # What PostgreSQL does to an unlogged table when it recovers.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE newsletters_crashmark")
    after = ledgers.mailing([ledgers.subscriber("po@example.org")], page=ledgers.edition(title="2"))
    [later] = ledger.claim(after.pk, 1)
    ledgers.let_time_pass(seconds=61)
    ledger.recover(timezone.now())

    assert state_of(before) == State.UNCERTAIN
    assert state_of(later) == State.PENDING


@pytest.mark.postgresql
def test_crash_mark_is_in_a_table_that_a_crash_empties() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE oid = 'newsletters_crashmark'::regclass"
        )
        assert cursor.fetchone() == ("u",)


def test_one_commit_accepts_one_and_begins_the_next() -> None:
    first, second = claimed(2)
    assert ledger.begin(first)
    assert ledger.begin(second, accepted=first)

    assert (state_of(first), state_of(second)) == (State.ACCEPTED, State.SENDING)
    rows = {row.pk: row for row in Delivery.objects.all()}
    assert (rows[first.pk].token, rows[first.pk].lease_until) == (None, None)
    assert (rows[second.pk].token, rows[second.pk].lease_until) == (
        second.token,
        second.lease_until,
    )
    assert ledger.accepted(second)


@pytest.mark.parametrize("what", STOPPED_BY)
def test_accepted_is_recorded_though_the_next_must_not_begin(what: str) -> None:
    first, second = claimed(2)
    assert ledger.begin(first)
    stop(second, what)

    assert not ledger.begin(second, accepted=first)
    assert (state_of(first), state_of(second)) == (State.ACCEPTED, State.CLAIMED)


def test_claim_that_ran_out_is_not_accepted_with_the_beginning_of_another() -> None:
    [slept] = claimed()
    assert ledger.begin(slept)
    ledgers.let_time_pass(seconds=61)
    ledger.recover(timezone.now())
    [other] = ledger.claim(ledgers.mailing([ledgers.subscriber("inna@example.org")]).pk, 1)

    assert ledger.begin(other, accepted=slept)
    assert (state_of(slept), state_of(other)) == (State.UNCERTAIN, State.SENDING)
