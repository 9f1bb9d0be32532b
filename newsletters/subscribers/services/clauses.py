"""New versions of the consent clause. What people agreed to is never changed under them."""

import hashlib
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Max

from newsletters.subscribers.models import Consent, ConsentClause, SignUp

# Two people saving at once take the same number; the second takes the next.
ATTEMPTS = 5


def add_clause(
    *,
    purpose: str,
    controller: str,
    controller_details: str,
    text: str,
    information: str,
    in_force_from: datetime,
) -> ConsentClause:
    """Store a clause as the next version and return it."""
    words = {
        "purpose": purpose,
        "controller": controller,
        "controller_details": controller_details,
        "text": text,
        "information": information,
    }
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return ConsentClause.objects.create(
                    version=_next_version(),
                    sha256=sha256_of(words),
                    in_force_from=in_force_from,
                    **words,
                )
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def sha256_of(words: dict[str, str]) -> str:
    """Return the hash of a clause: of its words as compact JSON in UTF-8 with sorted names."""
    return hashlib.sha256(orjson.dumps(words, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_used(clause: ConsentClause) -> bool:
    """Whether anybody agreed to it, or is about to: then it stays."""
    of_clause = {"clause_id": clause.pk}
    return (
        Consent.objects.filter(**of_clause).exists() or SignUp.objects.filter(**of_clause).exists()
    )


@transaction.atomic
def delete_clause(*, clause_id: int) -> bool:
    """Delete a clause that nobody has agreed to; return False if somebody has."""
    clause = ConsentClause.objects.select_for_update().filter(pk=clause_id).first()
    if clause is None or is_used(clause):
        return False
    clause.delete()
    return True


def _next_version() -> int:
    newest: int | None = ConsentClause.objects.aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1
