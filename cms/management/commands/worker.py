import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.jobs.supervisor import Child, Supervisor
from cms.jobs.watchdog import Watchdog

# Longer than a slice (10 s), which a stopping cluster lets end.
CLUSTER_STOP_SECONDS = 15.0
SWEEP_STOP_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Runs the background jobs: the django-q2 cluster (JOB_WORKERS processes) and the sweep "
        "(every SWEEP_EVERY_SECONDS), each restarted when it ends or stands still. Run it under "
        "a service manager that restarts it; as many as wanted, on as many machines. SIGTERM "
        "ends it within 20 seconds, after the work in hand."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
        supervisor = Supervisor(
            [
                Child("cluster", ["cms.jobs.cluster"], stop_seconds=CLUSTER_STOP_SECONDS),
                Child(
                    "sweep",
                    ["django", "sweep", "--every", str(settings.SWEEP_EVERY_SECONDS)],
                    stop_seconds=SWEEP_STOP_SECONDS,
                ),
            ]
        )
        Watchdog(
            started_at=lambda: supervisor.started_at("cluster"),
            restart=lambda: supervisor.restart("cluster"),
        ).start()
        supervisor.run()
