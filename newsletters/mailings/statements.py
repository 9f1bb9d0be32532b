"""The two updates that each mail costs, as SQL.

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
_BEGIN = f"""
    UPDATE {Delivery._meta.db_table} SET state = '{State.SENDING}', changed_at = %s
    WHERE id = %s AND token = %s AND state = '{State.CLAIMED}' AND lease_until > %s
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
_ACCEPT = f"""
    UPDATE {Delivery._meta.db_table}
    SET state = '{State.ACCEPTED}', reason = '', token = NULL, lease_until = NULL, changed_at = %s
    WHERE id = %s AND token = %s AND state IN ('{State.CLAIMED}', '{State.SENDING}')
"""  # noqa: S608
# For this transaction alone; evaluated with the row, so within it.
_WITHOUT_WAITING_FOR_THE_DISK = "RETURNING set_config('synchronous_commit', 'off', true)"


def begin(delivery: Delivery, now: datetime) -> bool:
    """claimed → sending, if all that ledger.begin asks for holds."""
    values = [
        ("changed_at", now),
        ("id", delivery.pk),
        ("token", delivery.token),
        ("lease_until", now),
        ("subscriber", delivery.subscriber_id),
        ("mailing", delivery.mailing_id),
        ("subscriber", delivery.subscriber_id),
    ]
    return _changes_one(_BEGIN, values)


def accept(delivery: Delivery, now: datetime) -> bool:
    """sending → accepted, if the claim is still ours."""
    return _changes_one(
        _ACCEPT, [("changed_at", now), ("id", delivery.pk), ("token", delivery.token)]
    )


def _changes_one(sql: str, values: list[tuple[str, Any]]) -> bool:
    """Run it with the values of these fields of Delivery, in the order of its placeholders."""
    fields = {field.name: field for field in Delivery._meta.concrete_fields}
    prepared = [fields[name].get_db_prep_value(value, connection) for name, value in values]
    if connection.vendor == "postgresql":
        sql = f"{sql} {_WITHOUT_WAITING_FOR_THE_DISK}"
    with connection.cursor() as cursor:
        cursor.execute(sql, prepared)
        return bool(cursor.rowcount == 1)
