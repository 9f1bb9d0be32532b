"""The update that each mail costs, as SQL: one begins, and with it the one before is accepted.

To build one with the ORM takes ten times what the database takes to run it: with them so, a mail
would cost as much as by Django's own EmailMultiAlternatives (bench/newsletter.py).

PostgreSQL does not wait for the disk here, which would take several times as long as the mail. A
killed worker loses nothing by that; what a crash of the database loses is found out and becomes
uncertain, never a second copy (crash_mark.py).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers.models import Subscriber, Suppression

State = Delivery.State

# Only plain columns of the row itself are checked again by PostgreSQL after a lock wait. The person
# is found by id alone: with more in that WHERE, a PostgreSQL without statistics would go through
# everybody who has not left, for each mail.
_MAY_BEGIN = f"""
    id = %s AND token = %s AND state = '{State.CLAIMED}' AND lease_until > %s
      AND subscriber_id = %s
      AND EXISTS (
        SELECT 1 FROM {Mailing._meta.db_table} WHERE id = %s AND state = '{Mailing.State.SENDING}'
      )
      AND (
        SELECT left_at IS NULL AND consent_id IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM {Suppression._meta.db_table} AS suppression
          WHERE suppression.address_hash = subscriber.address_hash
        )
        FROM {Subscriber._meta.db_table} AS subscriber WHERE subscriber.id = %s
      )
"""  # noqa: S608  (names of our own tables and states)
_IS_OURS = f"id = %s AND token = %s AND state IN ('{State.CLAIMED}', '{State.SENDING}')"
_BEGIN = f"""
    UPDATE {Delivery._meta.db_table} SET state = '{State.SENDING}', changed_at = %s
    WHERE {_MAY_BEGIN}
"""  # noqa: S608
_ACCEPT = f"""
    UPDATE {Delivery._meta.db_table}
    SET state = '{State.ACCEPTED}', reason = '', token = NULL, lease_until = NULL, changed_at = %s
    WHERE {_IS_OURS}
"""  # noqa: S608
_ACCEPT_AND_BEGIN = f"""
    UPDATE {Delivery._meta.db_table} SET
      state = CASE id WHEN %s THEN '{State.ACCEPTED}' ELSE '{State.SENDING}' END,
      reason = CASE id WHEN %s THEN '' ELSE reason END,
      token = CASE id WHEN %s THEN NULL ELSE token END,
      lease_until = CASE id WHEN %s THEN NULL ELSE lease_until END,
      changed_at = %s
    WHERE id IN (%s, %s) AND (({_IS_OURS}) OR ({_MAY_BEGIN}))
    RETURNING id
"""  # noqa: S608
# For this transaction alone; evaluated with the row, so within it.
_WITHOUT_WAITING_FOR_THE_DISK = "set_config('synchronous_commit', 'off', true)"


def begin(delivery: Delivery, now: datetime) -> bool:
    """claimed → sending, if all that ledger.begin asks for holds."""
    return bool(_changed(f"{_BEGIN} RETURNING id", [now, *_to_begin(delivery, now)]))


def accept(delivery: Delivery, now: datetime) -> bool:
    """sending → accepted, if the claim is still ours."""
    return bool(_changed(f"{_ACCEPT} RETURNING id", [now, *_to_accept(delivery)]))


def accept_and_begin(accepted: Delivery, delivery: Delivery, now: datetime) -> bool:
    """Both in one commit, each under its own conditions; return whether the second has begun."""
    values = [*[accepted.pk] * 4, now, accepted.pk, delivery.pk]
    values += [*_to_accept(accepted), *_to_begin(delivery, now)]
    return delivery.pk in _changed(_ACCEPT_AND_BEGIN, values)


def _to_begin(delivery: Delivery, now: datetime) -> list[Any]:
    person = delivery.subscriber_id
    return [delivery.pk, delivery.token, now, person, delivery.mailing_id, person]


def _to_accept(delivery: Delivery) -> list[Any]:
    return [delivery.pk, delivery.token]


def _changed(sql: str, values: list[Any]) -> set[int]:
    """Run it with the values; return the ids of the rows that it changed."""
    if connection.vendor == "postgresql":
        sql = f"{sql}, {_WITHOUT_WAITING_FOR_THE_DISK}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_as_stored(value) for value in values])
        return {row[0] for row in cursor.fetchall()}


def _as_stored(value: Any) -> Any:
    """Return a value as Django stores it: SQLite has neither ids of that kind nor moments."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
