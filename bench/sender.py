"""A process that sends as a worker does: `python -m bench.sender`.

It says "ready", reads "<mailing's id> <senders>" lines, and says "done" when the mailing is
finished, whoever else works at it.
"""

import sys
import time

import django

PAUSE_SECONDS = 0.01


def main() -> None:
    django.setup()
    from django.test.utils import override_settings

    print("ready", flush=True)
    for line in sys.stdin:
        mailing_id, senders = map(int, line.split())
        with override_settings(MAIL_SENDERS=senders):
            finish(mailing_id)
        print("done", flush=True)


def finish(mailing_id: int) -> None:
    """Run the product's job, slice by slice, until the mailing is finished."""
    from cms.jobs.deadline import Deadline
    from newsletters.mailings import job
    from newsletters.mailings.models import Mailing

    while (mailing := Mailing.objects.get(pk=mailing_id)).state != Mailing.State.FINISHED:
        if mailing.state != Mailing.State.SENDING:
            sys.exit(f"The mailing is {mailing.state}: {mailing.pause_reason}")
        if not job.run(Deadline(job.JOB.name)):
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
