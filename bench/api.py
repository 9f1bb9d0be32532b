"""How fast the API answers, beside a static file and the usual ways to serve the same models.

All servers run at the same time and take turns, address by address, so that a machine that is busy
for a while is so for all of them. wrk shares the processors with them. The processor time for each
request repeats from run to run; requests a second do not.
"""

import json
import statistics
import sys
import urllib.request
from argparse import Namespace
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from bench import load
from bench.environment import Environment, analyze
from bench.servers import Server, django_server, nginx
from cms.models import EventPage

# Enough for each of the two workers to have answered.
WARM_UP = 8
UPCOMING = "/api/v1/events/?upcoming=true"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    server: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def run(options: Namespace, environment: Environment) -> None:
    call_command(
        "load_scale", events=options.events, organizations=options.organizations, verbosity=0
    )
    analyze()
    print(
        f"{options.events} events, {options.organizations} organizations; wrk "
        f"{load.CONNECTIONS} connections, {options.rounds} rounds of {options.seconds} s; medians"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="razem-bench-wrk-")))
        servers = {
            "kept": stack.enter_context(django_server()),
            "computed": stack.enter_context(django_server(API_KEPT_MB="0")),
            "peers": stack.enter_context(
                django_server(DJANGO_SETTINGS_MODULE="bench.peers.settings")
            ),
        }
        body, etag = answer_of(servers["computed"], UPCOMING)
        servers["nginx"] = stack.enter_context(nginx(folder, body))
        rows = rows_of(servers["computed"], etag)
        report(rows, measure_all(rows, servers, options, folder))
        for name in ("kept", "computed", "peers"):
            workers = load.family(servers[name].pid)[2:]
            sizes = " ".join(f"{load.resident_mb(pid):.0f}" for pid in workers)
            print(f"resident MB of the web workers ({name}): {sizes}")


def rows_of(server: Server, etag: str) -> list[Row]:
    """Return what is measured."""
    event = json.loads(answer_of(server, UPCOMING)[0])["results"][0]
    first, newest = (
        json.loads(answer_of(server, path)[0])["sequence"]
        for path in ("/api/v1/changes/?limit=1", "/api/v1/")
    )
    one = f"/api/v1/events/{event['slug']}/"
    topic, organizer = event["topics"][0]["slug"], event["organizers"][0]["slug"]
    filtered = f"topic={topic}&kind={event['kind']}&status=scheduled"
    middle = (first + newest) // 2
    known = {"If-None-Match": etag}
    page = EventPage.objects.get(slug=event["slug"]).pk
    v2 = "/v2/pages/?type=cms.EventPage&fields=*&order=start_date"
    return [
        Row("list: 20 upcoming events, computed", "computed", UPCOMING),
        Row("the same, kept", "kept", UPCOMING),
        Row("304 of the list, computed", "computed", UPCOMING, known),
        Row("304 of the list, kept", "kept", UPCOMING, known),
        Row("detail by slug, computed", "computed", one),
        Row("detail by slug, kept", "kept", one),
        Row("list with three filters, computed", "computed", f"/api/v1/events/?{filtered}"),
        Row("one organizer's, computed", "computed", f"/api/v1/events/?organizer={organizer}"),
        Row("200th page, computed", "computed", "/api/v1/events/?page=200"),
        Row("changes, middle, computed", "computed", f"/api/v1/changes/?since={middle}&limit=20"),
        Row("search, computed", "computed", "/api/v1/search/?q=warsztaty"),
        Row("nginx, static file of the same bytes", "nginx", "/body.json"),
        Row("Wagtail API v2: list", "peers", v2),
        Row("Wagtail API v2: detail", "peers", f"/v2/pages/{page}/"),
        Row("Wagtail API v2: 200th page", "peers", f"{v2}&offset=3980"),
        Row("DRF ModelViewSet: list", "peers", "/drf/events/"),
        Row("DRF ModelViewSet: detail", "peers", f"/drf/events/{event['slug']}/"),
    ]


def answer_of(server: Server, path: str) -> tuple[bytes, str]:
    """Return the body and the entity tag of an answer."""
    with urllib.request.urlopen(server.url(path)) as response:
        return response.read(), response.headers.get("ETag", "")


def measure_all(
    rows: list[Row], servers: dict[str, Server], options: Namespace, folder: Path
) -> dict[str, list[load.Measured]]:
    """Measure all rows in turn, round by round."""
    for row in rows:
        for _ in range(WARM_UP):
            answer_of(servers[row.server], row.path)
    found: dict[str, list[load.Measured]] = {row.name: [] for row in rows}
    for number in range(1, options.rounds + 1):
        for row in rows:
            server = servers[row.server]
            if sys.stderr.isatty():
                print(f"\r{number}/{options.rounds} {row.name:<50}", end="", file=sys.stderr)
            measured = load.measure(
                server.url(row.path),
                pid=server.pid,
                seconds=options.seconds,
                folder=folder,
                headers=row.headers,
            )
            found[row.name].append(measured)
    return found


def report(rows: list[Row], found: dict[str, list[load.Measured]]) -> None:
    print("\n| | CPU ms a request | requests a second | median ms | p99 ms |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        runs = found[row.name]
        cpu, rate, middle, late = (
            statistics.median(getattr(one, name) for one in runs)
            for name in ("cpu_ms", "per_second", "p50_ms", "p99_ms")
        )
        print(f"| {row.name} | {cpu:.3f} | {rate:,.0f} | {middle:.1f} | {late:.1f} |")
