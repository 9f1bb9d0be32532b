"""What stays the same however much there is: the cost of a list, of publishing, of a worker.

The tables grow between two measurements in one database. Processor time is what counts.
"""

import statistics
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from bench import load
from bench.environment import Environment, analyze
from bench.servers import Server, django_server
from cms.documents.rewriting import due_documents, rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import Document, EventPage, OrganizationPage

ADDRESSES = {
    "20 upcoming events": "/api/v1/events/?upcoming=true",
    "20 events, by title": "/api/v1/events/?ordering=title",
    "20 events on a topic": "/api/v1/events/?topic={topic}&status=scheduled",
    "changes from the middle": "/api/v1/changes/?since={middle}&limit=20",
    "one event": "/api/v1/events/{slug}/",
}
DEPENDENTS = 500


def run(options: Namespace, environment: Environment) -> None:
    sizes = [int(size) for size in options.sizes.split(",")]
    costs: dict[str, list[float]] = {}
    there = 0
    for size in sizes:
        wanted = size - there
        first = not there
        call_command(
            "load_scale",
            events=wanted,
            organizations=options.organizations if first else 0,
            dependents=min(DEPENDENTS, wanted) if first else 0,
            verbosity=0,
        )
        there = size
        analyze()
        for name, cost in measured(options).items():
            costs.setdefault(name, []).append(cost)
        costs.setdefault("publish an event", []).append(cpu_of_publishing(options.publishes))
    report(sizes, costs)
    report_dependents()


def measured(options: Namespace) -> dict[str, float]:
    """Return the processor time in ms that each address takes, computed anew each time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="razem-bench-wrk-")))
        server = stack.enter_context(django_server(API_KEPT_MB="0"))
        found = {}
        for name, path in filled_addresses().items():
            runs = [cost_of(server, path, options.seconds, folder) for _ in range(options.rounds)]
            found[name] = statistics.median(runs)
        return found


def cost_of(server: Server, path: str, seconds: int, folder: Path) -> float:
    url = server.url(path)
    return load.measure(url, pid=server.pid, seconds=seconds, folder=folder).cpu_ms


def filled_addresses() -> dict[str, str]:
    documents = Document.objects.filter(type="event", is_live=True).order_by("sequence")
    known = {
        "topic": EventPage.topics.through._base_manager.values_list("topic__slug", flat=True)[0],
        "middle": documents[documents.count() // 2].sequence,
        "slug": documents[documents.count() // 2].slug,
    }
    return {name: path.format(**known) for name, path in ADDRESSES.items()}


def cpu_of_publishing(count: int) -> float:
    """Return the median processor time in ms of this process for publishing an event."""
    event = EventPage.objects.filter(slug__startswith="spotkanie-").order_by("pk")[0]

    def publish() -> None:
        event.title = f"Publikacja {time.monotonic_ns()} (przykład)"
        event.save_revision().publish()

    publish()
    return statistics.median(timed(publish) for _ in range(count))


def timed(action: Callable[[], None]) -> float:
    started = time.process_time()
    action()
    return (time.process_time() - started) * 1000


def report(sizes: list[int], costs: dict[str, list[float]]) -> None:
    print("\n| CPU ms | " + " | ".join(f"{size:,} events" for size in sizes) + " | ratio |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    for name, found in costs.items():
        figures = " | ".join(f"{cost:.2f}" for cost in found)
        print(f"| {name} | {figures} | {found[-1] / found[0]:.2f} |")


def report_dependents() -> None:
    """Print how long an editor waits for an organization that many events name, and the job."""
    held = OrganizationPage.objects.get(slug=first_organization())
    count = EventPage.objects.filter(organizers=held).count()
    held.title = "Inna nazwa (przykład)"
    started = time.monotonic()
    held.save_revision().publish()
    waited = time.monotonic() - started
    marked = due_documents().count()
    started = time.monotonic()
    while rewrite_due(Deadline("documents")):
        pass
    took = time.monotonic() - started
    print(
        f"\nAn organization with {count} events: the editor waited {waited * 1000:.0f} ms, "
        f"{marked} documents were marked, the job rewrote them in {took:.1f} s."
    )


def first_organization() -> str:
    named = OrganizationPage.objects.filter(slug__startswith="organizacja-").order_by("pk")
    return str(named.values_list("slug", flat=True)[0])
