"""A job whose work is files: due while `due` is there, slow while `block` is; `runs` counts."""

import os
import time

from django.conf import settings

from cms.jobs.deadline import Deadline
from cms.jobs.registry import Job


def is_due() -> bool:
    return (settings.DATA_DIR / "due").exists()


def run(deadline: Deadline) -> bool:
    (settings.DATA_DIR / "busy").write_text(str(os.getpid()))
    while (settings.DATA_DIR / "block").exists() and not deadline.is_over():
        deadline.beat()
        time.sleep(0.05)
    with (settings.DATA_DIR / "runs").open("a") as runs:
        runs.write(f"{os.getpid()}\n")
    (settings.DATA_DIR / "due").unlink(missing_ok=True)
    (settings.DATA_DIR / "busy").unlink(missing_ok=True)
    return False


JOB = Job("probe", run=run, is_due=is_due)
