"""Stands for a web process: does in its own transaction what a line on its input names."""

import sys

import django
from django.db import close_old_connections, transaction

django.setup()

from django.conf import settings  # noqa: E402
from django_q.models import OrmQ  # noqa: E402

from cms.jobs import wake  # noqa: E402


def wake_probe() -> None:
    with transaction.atomic():
        (settings.DATA_DIR / "due").touch()
        wake("probe")


def wake_probe_and_lose_it() -> None:
    """The state after a wake-up is lost: noted as queued, and not in the queue."""
    with transaction.atomic():
        (settings.DATA_DIR / "due").touch()
        before = set(OrmQ.objects.values_list("pk", flat=True))
        wake("probe")
        OrmQ.objects.exclude(pk__in=before).delete()


def empty_queue() -> None:
    OrmQ.objects.all().delete()


COMMANDS = {
    "wake": wake_probe,
    "lose": wake_probe_and_lose_it,
    "empty": empty_queue,
    "count": OrmQ.objects.count,
}

for line in sys.stdin:
    close_old_connections()
    print(COMMANDS[line.strip()](), flush=True)
