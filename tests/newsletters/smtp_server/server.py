"""The server itself: what has come in, and the thread in which it runs."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from tests.newsletters.smtp_server.script import Fault, Script, Stage
from tests.newsletters.smtp_server.session import Mail, Session

BACKLOG = 200


class SmtpServer:
    """The server; connections and mails stay recorded after it was stopped.

    `mails` were answered with 250. `unanswered` had their final dot sent, and got no answer (yet).
    `attempts` counts the RCPT commands for each address, `transfers` the mails of which some
    content came in, `connections` those that were made, and `most_at_once` how many of them were
    open at the same time.
    """

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.port = 0
        self.mails: list[Mail] = []
        self.unanswered: list[Mail] = []
        self.attempts: Counter[str] = Counter()
        self.transfers = 0
        self.connections = 0
        self.most_at_once = 0
        self._sessions: set[Session] = set()
        self._hanging: list[Callable[[], None]] = []
        self._changed = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "SmtpServer":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before if it was stopped."""
        started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=[started], daemon=True)
        self._thread.start()
        self.port = started.result(timeout=10)

    def stop(self) -> None:
        """Break every connection, refuse new ones; nothing happens if it is stopped."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop = self._thread = None

    def release(self) -> None:
        """Go on wherever the script has let a connection hang."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._go_on)

    def open_connections(self) -> int:
        return len(self._sessions)

    def recipients(self) -> list[str]:
        """Return who accepted mails went to, in the order of the mails."""
        return [address for mail in list(self.mails) for address in mail.recipients]

    def copies(self) -> Counter[str]:
        """Return how many copies each address really got, answered or not."""
        taken = [mail for mail in list(self.unanswered) if mail.is_taken]
        return Counter(self.recipients()) + Counter(
            address for mail in taken for address in mail.recipients
        )

    def wait_for(self, count: int, seconds: float = 10) -> bool:
        """Wait until so many mails were accepted; return whether they were."""
        return self.wait_until(lambda: len(self.mails) >= count, seconds)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 10) -> bool:
        """Wait until it holds, asking whenever something has happened here."""
        with self._changed:
            return self._changed.wait_for(condition, timeout=seconds)

    # What follows is the sessions', in the server's thread.

    def opened(self, session: Session) -> tuple[int, str]:
        """Count a connection; return its number and the greeting."""
        self._sessions.add(session)
        self.connections += 1
        self.most_at_once = max(self.most_at_once, len(self._sessions))
        self._notify()
        return self.connections, self._greeting()

    def _greeting(self) -> str:
        script = self.script
        if script.is_unavailable or script.unavailable_times > 0:
            script.unavailable_times = max(0, script.unavailable_times - 1)
            return "421 4.3.2 Not available"
        if script.most_connections is not None and len(self._sessions) > script.most_connections:
            return "421 4.7.0 Too many connections"
        return "220 localhost ESMTP"

    def closed(self, session: Session) -> None:
        self._sessions.discard(session)
        self._notify()

    def begun(self) -> None:
        self.transfers += 1
        self._notify()

    def asked(self, address: str) -> None:
        self.attempts[address] += 1

    def fault(self, stage: Stage, addresses: list[str]) -> Fault | None:
        for fault in self.script.faults:
            if fault.strikes(stage, addresses, len(self.mails)):
                return fault
        return None

    def hang(self, go_on: Callable[[], None]) -> None:
        self._hanging.append(go_on)
        self._notify()

    def withhold(self, mail: Mail) -> None:
        self.unanswered.append(mail)
        self._notify()

    def is_withheld(self, mail: Mail) -> bool:
        return mail in self.unanswered

    def accept(self, mail: Mail) -> None:
        if mail in self.unanswered:
            self.unanswered.remove(mail)
        self.mails.append(replace(mail, is_taken=True))
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _go_on(self) -> None:
        hanging, self._hanging = self._hanging, []
        for go_on in hanging:
            go_on()

    def _run(self, started: Future[int]) -> None:
        loop = self._loop = asyncio.new_event_loop()
        listening = loop.create_server(
            lambda: Session(self), "127.0.0.1", self.port, backlog=BACKLOG
        )
        try:
            listener = loop.run_until_complete(listening)
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(listener.sockets[0].getsockname()[1])
        loop.run_forever()
        listener.close()
        for session in list(self._sessions):
            session.transport.abort()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
