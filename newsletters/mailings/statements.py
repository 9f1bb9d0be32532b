"""The update that each mail costs, as SQL: one begins, and with it the one before is accepted.

To build one with the ORM takes ten times what the database takes to run it: with them so, a mail
would cost as much as by Django's own EmailMultiAlternatives (bench/newsletter.py).

PostgreSQL does not wait for the disk here, which would take several times as long as the mail. A
killed worker loses nothing by that; what a crash of the database loses is found out and becomes
uncertain, never a second copy (crash_mark.py).
"""

from datetime import datetime
from typing import Any

from django.db import connection

from newsletters.mailings.models import Delivery, Mailing
from newsletters.subscribers.models import Subscriber, Suppression

State = Delivery.State

# Only plain columns of the row itself are checked again by PostgreSQL after a lock wait.
_MAY_BEGIN = f"""
    id = %s AND token = %s AND state = '{State.CLAIMED}' AND lease_until > %s
      AND subscriber_id = %s
      AND EXISTS (
        SELECT 1 FROM {Mailing._meta.db_table} WHERE id = %s AND state = '{Mailing.State.SENDING}'
      )
      AND EXISTS (
        SELECT 1 FROM {Subscriber._meta.db_table} AS subscriber
        WHERE subscriber.id = %s AND left_at IS NULL AND consent_id IS NOT NULL
          AND NOT EXISTS (
            SELECT 1 FROM {Suppression._meta.db_table} AS suppression
            WHERE suppression.address_hash = subscriber.address_hash
          )
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

Values = list[tuple[str, Any]]


def begin(delivery: Delivery, now: datetime) -> bool:
    """claimed → sending, if all that ledger.begin asks for holds."""
    return bool(
        _changed(f"{_BEGIN} RETURNING id", [("changed_at", now), *_to_begin(delivery, now)])
    )


def accept(delivery: Delivery, now: datetime) -> bool:
    """sending → accepted, if the claim is still ours."""
    values = [("changed_at", now), *_to_accept(delivery)]
    return bool(_changed(f"{_ACCEPT} RETURNING id", values))


def accept_and_begin(accepted: Delivery, delivery: Delivery, now: datetime) -> bool:
    """Both in one commit, each under its own conditions; return whether the second has begun."""
    return delivery.pk in _changed(
        _ACCEPT_AND_BEGIN,
        [
            *[("id", accepted.pk)] * 4,
            ("changed_at", now),
            ("id", accepted.pk),
            ("id", delivery.pk),
            *_to_accept(accepted),
            *_to_begin(delivery, now),
        ],
    )


def _to_begin(delivery: Delivery, now: datetime) -> Values:
    return [
        ("id", delivery.pk),
        ("token", delivery.token),
        ("lease_until", now),
        ("subscriber", delivery.subscriber_id),
        ("mailing", delivery.mailing_id),
        ("subscriber", delivery.subscriber_id),
    ]


def _to_accept(delivery: Delivery) -> Values:
    return [("id", delivery.pk), ("token", delivery.token)]


def _changed(sql: str, values: Values) -> set[int]:
    """Run it with the values of these fields, in order; return the ids of the rows it changed."""
    fields = {field.name: field for field in Delivery._meta.concrete_fields}
    prepared = [fields[name].get_db_prep_value(value, connection) for name, value in values]
    if connection.vendor == "postgresql":
        sql = f"{sql}, {_WITHOUT_WAITING_FOR_THE_DISK}"
    with connection.cursor() as cursor:
        cursor.execute(sql, prepared)
        return {row[0] for row in cursor.fetchall()}
