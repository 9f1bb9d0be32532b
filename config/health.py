"""`/healthz`: this process answers. `/readyz`: the installation can do its work."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms.jobs.heartbeat import last_beat_at

WORKER_SILENT_SECONDS = 60

_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process can answer at all; no database is asked."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, migrations and worker are well, else 503 with what is not.

    A check is "ok" or says in a few words what is wrong; after the first that fails the others
    are "unknown", because each needs the one before.
    """
    checks = dict.fromkeys(CHECKS, "unknown")
    for name, check in CHECKS.items():
        checks[name] = _outcome(check)
        if checks[name] != "ok":
            break
    is_ready = set(checks.values()) == {"ok"}
    body = {"status": "ready" if is_ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if is_ready else 503)


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except DatabaseError as error:
        # The message may hold the server's address and user.
        return f"failed: {type(error).__name__}"


def check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def check_migrations() -> str:
    """Compare code and database; once they agree they do for the life of the process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            return f"{len(pending)} not applied: run `manage.py migrate`"
        _migrated = True
    return "ok"


def check_worker() -> str:
    """The sweep sends an echo through the queue every 15 s, so silence means a worker's trouble."""
    beat_at = last_beat_at()
    if beat_at is None:
        return "has not run yet: start `manage.py worker`"
    silent_seconds = int((timezone.now() - beat_at).total_seconds())
    if silent_seconds > WORKER_SILENT_SECONDS:
        return f"silent for {silent_seconds} seconds: is `manage.py worker` running?"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "worker": check_worker,
}
