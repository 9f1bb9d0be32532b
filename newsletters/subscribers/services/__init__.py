"""Every change of subscribers, consents, clauses and suppressions: one transaction each."""

from newsletters.subscribers.services.care import has_care_due, purge, rehash
from newsletters.subscribers.services.clauses import add_clause, delete_clause, is_used
from newsletters.subscribers.services.sign_ups import (
    Answer,
    TooManySignUpsError,
    confirm,
    sign_up,
)
from newsletters.subscribers.services.subscriptions import (
    add_sample,
    change_preferences,
    erase,
    leave,
    record_written_consent,
    send_data_link,
)
from newsletters.subscribers.services.suppressions import UNBLOCKABLE, suppress, unblock

__all__ = [
    "UNBLOCKABLE",
    "Answer",
    "TooManySignUpsError",
    "add_clause",
    "add_sample",
    "change_preferences",
    "confirm",
    "delete_clause",
    "erase",
    "has_care_due",
    "is_used",
    "leave",
    "purge",
    "record_written_consent",
    "rehash",
    "send_data_link",
    "sign_up",
    "suppress",
    "unblock",
]
