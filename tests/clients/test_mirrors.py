"""The reference clients, as processes, against the real server: each ends with an exact copy."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import time_machine
from django.utils import timezone

from cms.documents.sequence import start_epoch
from cms.models import Document
from cms.scheduling import expire
from tests.clients.servers import Answer, Between
from tests.factories import EventFactory, OrganizationFactory, document_of, publish

CLIENTS = Path(__file__).parents[2] / "docs" / "clients"
COMMANDS = {
    "python": [sys.executable, str(CLIENTS / "mirror.py")],
    "php": ["php", str(CLIENTS / "mirror.php")],
}
PATIENCE_SECONDS = 30

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def between(live_server) -> Iterator[Between]:
    server = Between(live_server.url)
    yield server
    server.stop()


class Mirror:
    """One of the clients, with its folder."""

    def __init__(self, name: str, folder: Path, api: str) -> None:
        self.folder = folder
        self.command = [*COMMANDS[name], api, str(folder)]
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *mode: str) -> subprocess.Popen[str]:
        command = [*self.command, *(mode or ("--once",))]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def run(self) -> tuple[int, str]:
        """Return the exit code and what was said of failures."""
        process = self.start()
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, said

    def succeed(self) -> None:
        assert self.run() == (0, "")

    def fail(self) -> str:
        status, said = self.run()
        assert status == 1, said
        assert said.startswith("mirror.")
        return said

    def documents(self) -> dict[str, Any]:
        """Return all that the folder holds of documents, by path."""
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        names = {str(file.relative_to(self.folder)): file for file in files}
        return {
            name: json.loads(file.read_text())
            for name, file in names.items()
            if name not in {".lock", "state.json"}
        }

    def state(self) -> Any:
        return json.loads((self.folder / "state.json").read_text())


@pytest.fixture(params=list(COMMANDS))
def mirror(request, tmp_path: Path, between: Between) -> Iterator[Mirror]:
    assert shutil.which(COMMANDS[request.param][0]), "scripts/install-debian-packages"
    mirror = Mirror(request.param, tmp_path / "copies" / "copy", between.api)
    yield mirror
    for process in mirror.processes:
        process.kill()
        process.wait()


def replayed(server_url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the whole feed leads to: documents by path, and the cursor."""
    answer = requests.get(f"{server_url}/api/v1/changes/?since=0&limit=500", timeout=30).json()
    assert answer["next"] is None
    live = [change for change in answer["results"] if change["action"] == "upsert"]
    documents = {f"{change['type']}/{change['id']}.json": change["document"] for change in live}
    return documents, {"epoch": answer["epoch"], "sequence": answer["sequence"]}


def assert_exact(mirror: Mirror, live_server: Any, count: int) -> None:
    documents, cursor = replayed(live_server.url)
    assert len(documents) == count
    assert mirror.documents() == documents
    assert mirror.state() == cursor


def path_of(page: Any) -> str:
    document = document_of(page)
    return f"{document.type}/{document.pk}.json"


def kill_at(mirror: Mirror, path: str) -> None:
    """Start the client and kill -9 it just as it looks at what it holds under that path.

    A FIFO stands there in place of the file: who reads it waits for as long as we write nothing.
    """
    fifo = mirror.folder / path
    held = fifo.read_bytes() if fifo.exists() else None
    fifo.unlink(missing_ok=True)
    fifo.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(fifo)
    process = mirror.start()
    writer = open_when_read(fifo)
    process.kill()
    process.communicate(timeout=PATIENCE_SECONDS)
    os.close(writer)
    fifo.unlink()
    if held is not None:
        fifo.write_bytes(held)


def open_when_read(fifo: Path) -> int:
    """Return the writing end once somebody reads: before that, opening it is refused (ENXIO)."""
    gives_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < gives_up_at, "nobody reads it"
            time.sleep(0.02)


@pytest.mark.parametrize("name", ["mirror.py", "mirror.php"])
def test_client_has_at_most_eighty_lines_that_fit_a_screen(name):
    lines = (CLIENTS / name).read_text().splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 105


def test_copy_is_exact_at_first_and_after_edits_removals_and_expiry(mirror, between, live_server):
    events = [EventFactory(body=[]) for _ in range(5)]
    OrganizationFactory(title="Łąka „Zegar” \\ </script> 🌻")
    between.page_size = 2
    mirror.succeed()
    assert_exact(mirror, live_server, 6)
    assert len(between.asked) == 3

    publish(events[0], title="Zmienione")
    events[1].unpublish()
    events[2].delete()
    events[3] = publish(events[3], expire_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        expire(events[3].pk)
    OrganizationFactory()
    mirror.succeed()
    assert_exact(mirror, live_server, 4)

    asked = len(between.asked)
    mirror.succeed()
    assert_exact(mirror, live_server, 4)
    assert len(between.asked) == asked + 1
    assert "since=0&" not in between.asked[-1]


def test_server_with_nothing_published_gives_an_empty_copy_that_grows(mirror, live_server):
    mirror.succeed()
    assert mirror.documents() == {}
    EventFactory()
    mirror.succeed()
    assert_exact(mirror, live_server, 1)


def test_client_killed_between_two_documents_is_completed_by_the_next_run(mirror, live_server):
    EventFactory()
    mirror.succeed()
    state = mirror.state()
    events = [EventFactory() for _ in range(4)]
    kill_at(mirror, path_of(events[2]))

    held = mirror.documents()
    assert path_of(events[1]) in held
    assert path_of(events[3]) not in held
    assert mirror.state() == state
    events[0].unpublish()
    mirror.succeed()
    assert_exact(mirror, live_server, 4)


def test_client_killed_while_pages_come_has_touched_nothing(mirror, between, live_server):
    EventFactory()
    mirror.succeed()
    before = mirror.documents()
    for _ in range(3):
        EventFactory()
    between.page_size = 1
    first = len(between.asked)
    processes = []

    def kill_at_the_third_page(number: int) -> Answer | None:
        if number == first + 2:
            processes[0].kill()
        return None

    between.instead = kill_at_the_third_page
    processes.append(mirror.start())
    _, _ = processes[0].communicate(timeout=PATIENCE_SECONDS)
    assert processes[0].returncode == -9
    assert mirror.documents() == before

    between.instead = lambda number: None
    mirror.succeed()
    assert_exact(mirror, live_server, 4)


def restore_backup(*, older: Any, lost: Any) -> None:
    """Put the database where a backup has it: one document older, one not there yet."""
    document_of(lost).delete()
    row = document_of(older)
    row.sequence = Document.objects.order_by("sequence")[0].sequence - 1
    row.payload = bytes(row.payload).replace(b"Nowsze", b"Starsze")
    row.save()
    start_epoch()


def test_restored_server_replaces_the_copy_even_after_a_kill(mirror, live_server):
    kept, older, lost = EventFactory(), EventFactory(title="Nowsze"), EventFactory()
    mirror.succeed()
    restore_backup(older=older, lost=lost)
    foreign = mirror.folder / "event" / "notes.json"
    foreign.write_text('"of somebody else"')

    kill_at(mirror, path_of(kept))
    mirror.succeed()
    assert foreign.exists()
    foreign.unlink()
    assert_exact(mirror, live_server, 2)
    assert mirror.documents()[path_of(older)]["title"] == "Starsze"


def test_copy_without_a_state_or_with_files_cut_off_is_made_whole(mirror, live_server):
    events = [EventFactory() for _ in range(3)]
    mirror.succeed()
    (mirror.folder / "state.json").write_text('{"epoch": "')
    (mirror.folder / path_of(events[0])).write_text("")
    (mirror.folder / ".new").write_text("half a docu")
    stray = mirror.folder / "event" / f"{uuid4()}.json"
    stray.write_text("{}")
    mirror.succeed()
    assert_exact(mirror, live_server, 3)


def test_newer_document_is_not_replaced_by_an_older_answer(mirror, between, live_server):
    event, other = EventFactory(), EventFactory()
    mirror.succeed()
    epoch, old = mirror.state()["epoch"], mirror.documents()[path_of(event)]
    publish(event, title="Nowsze")
    mirror.succeed()
    newest = mirror.documents()
    common = {"type": "event", "slug": "x", "version": old["version"], "sequence": old["version"]}
    late = [
        common | {"id": old["id"], "action": "upsert", "document": old},
        common | {"id": str(document_of(other).pk), "action": "remove", "document": None},
    ]
    sequence = mirror.state()["sequence"]
    page = {"epoch": epoch, "next": None, "sequence": sequence, "results": late}
    between.instead = lambda number: (200, {}, json.dumps(page).encode())
    mirror.succeed()
    assert mirror.documents() == newest


def test_reader_of_a_file_never_sees_it_half_written(mirror, live_server):
    event = EventFactory(title="Pierwsze")
    mirror.succeed()
    with (mirror.folder / path_of(event)).open() as being_read:
        publish(event, title="Drugie")
        mirror.succeed()
        assert json.load(being_read)["title"] == "Pierwsze"
    assert_exact(mirror, live_server, 1)


def test_second_run_waits_until_the_first_is_over(mirror, between, live_server):
    EventFactory()
    mirror.folder.mkdir(parents=True)
    with (mirror.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = mirror.start()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        assert between.asked == []
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert_exact(mirror, live_server, 1)


def test_server_that_is_down_leaves_the_copy_as_it_is(mirror, between, live_server):
    EventFactory()
    mirror.succeed()
    before, state = mirror.documents(), mirror.state()
    between.stop()
    assert "onnect" in mirror.fail()
    assert (mirror.documents(), mirror.state()) == (before, state)


def test_server_that_comes_up_late_is_followed_with_every(mirror, between, live_server):
    EventFactory()
    between.instead = lambda number: (500, {}, b"") if number == 0 else None
    process = mirror.start("--every", "1")
    gives_up_at = time.monotonic() + PATIENCE_SECONDS
    while not (mirror.folder / "state.json").exists():
        assert time.monotonic() < gives_up_at
        time.sleep(0.05)
    EventFactory()
    while len(mirror.documents()) < 2:
        assert time.monotonic() < gives_up_at
        time.sleep(0.05)
    process.kill()
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert "500" in said
    mirror.succeed()
    assert_exact(mirror, live_server, 2)


@pytest.mark.parametrize("status", [429, 503])
def test_busy_server_is_asked_again_after_retry_after(mirror, between, live_server, status):
    EventFactory()
    times = []

    def busy_once(number: int) -> Answer | None:
        times.append(time.monotonic())
        return (status, {"Retry-After": "1"}, b"") if number == 0 else None

    between.instead = busy_once
    mirror.succeed()
    assert_exact(mirror, live_server, 1)
    assert times[1] - times[0] >= 1


def test_server_that_stays_busy_is_given_up_and_the_copy_stays(mirror, between):
    EventFactory()
    mirror.succeed()
    before, asked = mirror.documents(), len(between.asked)
    between.instead = lambda number: (429, {"Retry-After": "1"}, b"{}")
    assert "429" in mirror.fail()
    assert len(between.asked) == asked + 3
    assert mirror.documents() == before


def page(**fields: Any) -> bytes:
    return json.dumps({"epoch": str(uuid4()), "sequence": 10**15, "next": None} | fields).encode()


def change(**fields: Any) -> dict[str, Any]:
    right = {"id": str(uuid4()), "type": "event", "version": 1, "action": "upsert", "document": {}}
    return right | fields


GARBAGE = {
    "page of a login": b"<html>Log in to the network</html>",
    "nothing": b"",
    "cut off": b'{"epoch": "a", "sequence": 5, "next": null, "results": [',
    "null": b"null",
    "list": b"[]",
    "other JSON": b'{"status": "ok"}',
    "deeply nested": b"[" * 100_000,
    "epoch is a number": page(epoch=5, results=[change()]),
    "sequence is text": page(sequence="7", results=[change()]),
    "results are null": page(results=None),
    "results are an object": page(results={}),
    "no results at all": page(results=[]),
    "goes in circles": page(next="https://razem.example.org/", sequence=0, results=[change()]),
    "change is text": page(results=["x"]),
    "id leaves the folder": page(results=[change(id="../../../escaped")]),
    "type leaves the folder": page(results=[change(type="..")]),
    "id with a line end": page(results=[change(id=f"{uuid4()}\n")]),
    "unknown action": page(results=[change(action="purge")]),
    "upsert of nothing": page(results=[change(document=None)]),
    "version is missing": page(results=[{k: v for k, v in change().items() if k != "version"}]),
}


@pytest.mark.parametrize("is_new_epoch", [False, True])
def test_garbage_is_refused_in_words_and_the_copy_stays(mirror, between, live_server, is_new_epoch):
    """In one run: all kinds, each as the first answer, or after a 410."""
    EventFactory()
    mirror.succeed()
    before, state = mirror.documents(), mirror.state()
    for kind, body in GARBAGE.items():
        if kind == "no results at all" and not is_new_epoch:
            continue  # the ordinary answer when nothing is new
        answers = iter([(410, {}, b"{}"), (200, {}, body)][not is_new_epoch :])
        between.instead = lambda number, answers=answers: next(answers, None)
        said = mirror.fail()
        assert len(said) < 2000, kind
        assert (mirror.documents(), mirror.state()) == (before, state), kind
        assert [one.name for one in mirror.folder.parent.iterdir()] == ["copy"], kind


def test_second_page_that_is_garbage_undoes_nothing_of_the_copy(mirror, between, live_server):
    events = [EventFactory() for _ in range(3)]
    mirror.succeed()
    before = mirror.documents()
    for event in events:
        publish(event, title="Zmienione")
    between.page_size = 1
    second = len(between.asked) + 1
    between.instead = lambda number: (200, {}, b"<html>") if number == second else None
    mirror.fail()
    assert mirror.documents() == before
    mirror.succeed()
    assert_exact(mirror, live_server, 3)


def listing(folder: Path) -> str:
    code = f"$folder = {str(folder)!r}; include {str(CLIENTS / 'upcoming.php')!r};"
    shown = subprocess.run(["php", "-r", code], capture_output=True, text=True, check=True)
    assert not shown.stderr
    return shown.stdout


@pytest.mark.parametrize("mirror", ["php"], indirect=True)
def test_example_lists_the_events_to_come_with_their_states_in_words(mirror):
    EventFactory(title="Proponowane", proposed=True)
    EventFactory(title="Odwołane spotkanie", cancelled=True, full=True)
    EventFactory(title="W sieci", moved_online=True, timed=True)
    EventFactory(title="<script>alert('x')</script>")
    EventFactory(title="Dawne", past=True)
    EventFactory(title="Czeka", postponed=True)
    EventFactory(title="Zmyślone", is_sample=True)
    mirror.succeed()
    shown = listing(mirror.folder)
    items = [line for line in shown.splitlines() if line.startswith("<li>")]
    assert len(items) == 4
    by_title = {
        title: next(one for one in items if title in one) for title in ("Prop", "Odw", "sieci")
    }
    assert "<strong>termin proponowany</strong>" in by_title["Prop"]
    assert "godzina do ustalenia" in by_title["Prop"]
    assert "<strong>odwołane, brak wolnych miejsc</strong>" in by_title["Odw"]
    assert "godz. 17:00" in by_title["sieci"]
    assert "przeniesione do internetu" in by_title["sieci"]
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
