"""How fast changes reach a municipal site that takes them at once, and how cheap it is to look.

The receiver shares the processors with the sender, and is the least that such a site can do, so
that the sender's own work is what is measured.
"""

import os
import statistics
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable

import requests
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from bench.environment import Environment, analyze
from bench.receivers import Receiver, receiver
from cms.jobs.deadline import Deadline
from cms.models import Document, EventPage
from integrations.municipal import job, reconcile, services
from integrations.municipal.changes import change_of
from integrations.municipal.connectors.wordpress.posts import marked, remote_of
from integrations.municipal.delivery import Delivery
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, SyncState

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOOKS = 20
UPSERT = SyncState.Action.UPSERT


def run(options: Namespace, environment: Environment) -> None:
    settings.DEBUG = True  # the receiver is on loopback
    call_command("load_scale", events=options.publishes * 30, organizations=100, verbosity=0)
    with receiver() as site:
        destination = added("webhook", site.url + "/webhook")
        report_push(destination, site, options.rounds)
        report_click(site, options.publishes)
    call_command("load_scale", events=20_000, organizations=0, verbosity=0)
    analyze()
    fan_out(destination.pk)
    settle(destination)
    looks = [timed(look) for _ in range(LOOKS)]
    count = destination.sync_states.count()
    print(f"a run with nothing to do, {count:,} documents: {statistics.median(looks):.1f} ms")
    Destination.objects.all().delete()
    with receiver() as site:
        report_comparison(site)


def added(kind: str, url: str) -> Destination:
    destination = Destination(name=kind, kind=kind, url=url, username="cop")
    services.store(destination, new_secret=SECRET)
    return destination


def report_push(destination: Destination, site: Receiver, rounds: int) -> None:
    """Print how fast all documents are sent, and how fast a bare loop sends the same bodies."""
    ours, bare = [], []
    for _round in range(rounds):
        SyncState.objects.all().delete()
        Destination.objects.update(scanned_sequence=0)
        ours.append(timed(lambda: send_all(destination)))
        bare.append(timed(lambda: post_all(destination, site)))
    count = Document.objects.count()
    mine, theirs = (count / statistics.median(runs) * 1000 for runs in (ours, bare))
    print(
        f"{count} documents pushed: {mine:.0f} a second; one connection with nothing but the "
        f"requests: {theirs:.0f}; {mine / theirs:.2f} of it"
    )


def send_all(destination: Destination) -> None:
    fan_out(destination.pk)
    while Delivery(destination.pk).run(Deadline(job.NAME, seconds=600)):
        pass


def post_all(destination: Destination, site: Receiver) -> None:
    destination.refresh_from_db()
    with requests.Session() as session:
        for document in Document.objects.iterator(chunk_size=100):
            body = change_of(document, UPSERT, destination).as_json()
            session.post(f"{site.url}/webhook", data=body, timeout=10)


def report_click(site: Receiver, count: int) -> None:
    """Print how long a published change takes to arrive, with the worker running."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"DEBUG": "1"},
    )
    try:
        publish_and_wait(site)  # until the worker is there
        waits = [publish_and_wait(site) for _ in range(count)]
    finally:
        worker.terminate()
        worker.wait()
    print(
        f"from the click to the site, {count} times: median {statistics.median(waits):.2f} s, "
        f"longest {max(waits):.2f} s"
    )


def publish_and_wait(site: Receiver) -> float:
    event = EventPage.objects.filter(slug__startswith="spotkanie-").order_by("pk")[0]
    event.title = f"Publikacja {time.monotonic_ns()} (przykład)"
    site.arrived.clear()
    started = time.monotonic()
    event.save_revision().publish()
    key = str(event.document.pk)
    while key not in site.arrived:
        if time.monotonic() - started > 120:
            sys.exit("A published change did not arrive within two minutes.")
        time.sleep(0.01)
    return site.arrived[key] - started


def settle(destination: Destination) -> None:
    """Have the ledger say that all of it has arrived."""
    destination.sync_states.update(
        state=SyncState.State.DONE, acked_action=UPSERT, last_success_at=timezone.now()
    )


def look() -> None:
    if job.is_due():
        sys.exit("There is something to do.")
    job.fan_out_to_all()


def report_comparison(site: Receiver) -> None:
    """Print how long a comparison takes that finds all as it ought to be."""
    destination = added("wordpress", site.url)
    fan_out(destination.pk)
    destination.refresh_from_db()
    states = list(destination.sync_states.select_related("document"))
    for number, state in enumerate(states, 1):
        data = post(number, state.document, destination)
        state.state, state.acked_action = SyncState.State.DONE, UPSERT
        state.remote_id, state.remote_version = f"posts/{number}", state.document.sequence
        state.answer_hash = remote_of("posts", data).answer_hash
        site.posts.append(data)
    fields = ["state", "acked_action", "remote_id", "remote_version", "answer_hash"]
    SyncState.objects.bulk_update(states, fields, batch_size=500)
    started = time.monotonic()
    reconcile.request(destination)
    made = destination.runs.filter(kind="compare").get()
    while made.state == made.State.RUNNING:
        made = reconcile.advance(destination, Deadline(reconcile.NAME, seconds=25))
    took = time.monotonic() - started
    print(f"comparison of {len(states):,} documents: {took:.1f} s")
    print(f"{made.state} {made.words} {made.tally}")


def post(number: int, document: Document, destination: Destination) -> dict[str, object]:
    content = marked("<p>Zapraszamy.</p>" * 60, change_of(document, UPSERT, destination))
    return {
        "id": number,
        "status": "publish",
        "slug": document.slug,
        "parent": 0,
        "tags": [],
        "link": f"http://127.0.0.1/{number}",
        "featured_media": 0,
        "categories": [1],
        "title": {"raw": document.title},
        "content": {"raw": content},
        "excerpt": {"raw": ""},
    }


def timed(action: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    started = time.monotonic()
    action()
    return (time.monotonic() - started) * 1000
