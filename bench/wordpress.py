"""How fast the section of a real WordPress is filled, and what that WordPress alone would take.

It runs on the same processors (`tests/wordpress.py` starts it), so only figures of one run are to
be compared. "Alone" are the same posts over one kept connection, with nothing looked up before.
"""

import statistics
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.management import call_command

from bench.environment import Environment, analyze
from bench.sync import UPSERT, send_all, timed
from cms.models import Document
from integrations.municipal import services
from integrations.municipal.changes import change_of
from integrations.municipal.connectors.wordpress.posts import post_of
from integrations.municipal.fanout import fan_out
from integrations.municipal.mapping import Mapping
from integrations.municipal.models import Destination, SyncState
from tests.wordpress import WordPress, missing_parts

AT_ONCE = 10
FILLED, ALONE, BATCHES = "filled by Razem", "alone, one a request", f"alone, {AT_ONCE} a batch"


def run(options: Namespace, environment: Environment) -> None:
    if lacking := missing_parts():
        print(f"left out: {lacking}")
        return
    settings.DEBUG = True  # WordPress is on loopback
    call_command("load_scale", events=options.documents, organizations=0, verbosity=0)
    analyze()
    with tempfile.TemporaryDirectory(prefix="razem-wordpress-") as folder:
        site = WordPress(Path(folder))
        try:
            report(site, options.rounds)
        finally:
            site.stop()


def report(site: WordPress, rounds: int) -> None:
    """Print the medians of so many rounds, and what the last fill asked for."""
    site.fault("plugin-off")
    destination = added(site)
    bodies = bodies_for(destination)
    took: dict[str, list[float]] = {FILLED: [], ALONE: [], BATCHES: []}
    counts: Counter[str] = Counter()
    for _round in range(rounds):
        forget(site, destination)
        with counted(counts):
            took[FILLED].append(timed(lambda: send_all(destination)))
        if destination.sync_states.exclude(state=SyncState.State.DONE).exists():
            raise SystemExit("Not everything has arrived.")
        forget(site, destination)
        took[ALONE].append(timed(lambda: post_all(site, bodies)))
        forget(site, destination)
        took[BATCHES].append(timed(lambda: post_in_batches(site, bodies)))
    asked = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    rates = {way: len(bodies) / statistics.median(times) * 1000 for way, times in took.items()}
    for way, rate in rates.items():
        print(f"{len(bodies)} documents {way}: {rate:.1f} a second")
    print(
        f"Razem has {rates[FILLED] / rates[ALONE]:.2f} of what it takes one by one, "
        f"{rates[FILLED] / rates[BATCHES]:.2f} of what it takes in batches"
    )
    print(f"requests of a fill: {asked}")


def added(site: WordPress) -> Destination:
    destination = Destination(
        name="WordPress", kind="wordpress", url=site.url, username=site.settings["USER"]
    )
    services.store(destination, new_secret=site.settings["APP_PASSWORD"])
    fan_out(destination.pk)
    destination.refresh_from_db()
    return destination


def bodies_for(destination: Destination) -> list[dict[str, Any]]:
    """Return what Razem would send, but for category and tags."""
    posts = (
        post_of(change_of(document, UPSERT, destination), Mapping())
        for document in Document.objects.filter(is_live=True).iterator(chunk_size=100)
    )
    return [
        {
            "status": "publish",
            "slug": post.slug,
            "title": post.title,
            "content": post.content,
            "excerpt": post.excerpt,
        }
        for post in posts
    ]


def forget(site: WordPress, destination: Destination) -> None:
    """Make both sides as if nothing had ever been sent."""
    site.php('global $wpdb; $wpdb->query("DELETE FROM wp_posts WHERE post_author <> 1");')
    destination.sync_states.all().delete()
    Destination.objects.update(scanned_sequence=0)


def post_all(site: WordPress, bodies: list[dict[str, Any]]) -> None:
    with session_for(site) as session:
        for body in bodies:
            session.post(f"{site.settings['API']}/wp/v2/posts", json=body, timeout=60)


def post_in_batches(site: WordPress, bodies: list[dict[str, Any]]) -> None:
    with session_for(site) as session:
        for start in range(0, len(bodies), AT_ONCE):
            parts = [
                {"method": "POST", "path": "/wp/v2/posts", "body": body}
                for body in bodies[start : start + AT_ONCE]
            ]
            session.post(f"{site.settings['API']}/batch/v1", json={"requests": parts}, timeout=60)


def session_for(site: WordPress) -> requests.Session:
    session = requests.Session()
    session.auth = (site.settings["USER"], site.settings["APP_PASSWORD"])
    return session


@contextmanager
def counted(counts: Counter[str]) -> Iterator[None]:
    """Count the requests that are made inside, by method and kind: "GET posts"."""
    counts.clear()
    send = requests.Session.request

    def request(self: requests.Session, method: str, url: str, *rest: Any, **options: Any) -> Any:
        kind = urlsplit(url).path.removeprefix("/wp-json/").removeprefix("wp/v2/").partition("/")[0]
        counts[f"{method} {kind}"] += 1
        return send(self, method, url, *rest, **options)

    with mock.patch.object(requests.Session, "request", request):
        yield
