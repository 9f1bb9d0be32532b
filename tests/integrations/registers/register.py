"""A KRS on loopback: answers in the recorded shapes, with faults on a script."""

import json
import threading
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KRS = "0009999001"
# Names that the register masks, and one that it does not: none of them may reach us.
PERSON = "ZMYŚLONA"

NOT_FOUND = {
    "type": "https://tools.ietf.org/html/rfc7231#section-6.5.4",
    "title": "Not Found",
    "status": 404,
    "traceId": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-00",
}

EXTRACT: dict[str, Any] = {
    "odpis": {
        "rodzaj": "Aktualny",
        "naglowekA": {
            "rejestr": "RejS",
            "numerKRS": KRS,
            "dataCzasOdpisu": "24.09.2026 02:32:27",
            "stanZDnia": "20.11.2025",
            "dataRejestracjiWKRS": "25.07.2011",
            "numerOstatniegoWpisu": 7,
            "dataOstatniegoWpisu": "03.04.2025",
            "stanPozycji": 3,
        },
        "dane": {
            "dzial1": {
                "danePodmiotu": {
                    "formaPrawna": "STOWARZYSZENIE",
                    "identyfikatory": {"nip": "9990000014", "regon": "99000001600000"},
                    "nazwa": 'STOWARZYSZENIE SĄSIEDZKIE "ZIELONY ZEGAR" W LESZCZYNACH',
                    "daneOWczesniejszejRejestracji": {},
                    "czyPosiadaStatusOPP": False,
                },
                "siedzibaIAdres": {
                    "siedziba": {"kraj": "POLSKA", "miejscowosc": "CZERWIONKA-LESZCZYNY"},
                    "adres": {
                        "ulica": "WYMYŚLONA",
                        "nrDomu": "5",
                        "nrLokalu": "2",
                        "miejscowosc": "CZERWIONKA-LESZCZYNY",
                        "kodPocztowy": "44-230",
                        "poczta": "CZERWIONKA-LESZCZYNY",
                        "kraj": "POLSKA",
                    },
                    "adresPocztyElektronicznej": "BIURO@ZEGAR.EXAMPLE.ORG",
                    "adresStronyInternetowej": "WWW.ZEGAR.EXAMPLE.ORG",
                },
                "umowaStatut": {"informacja": [{"zawarcie": f"STATUT PODPISAŁA ANNA {PERSON}"}]},
            },
            "dzial2": {
                "reprezentacja": {
                    "nazwaOrganu": "ZARZĄD",
                    "sposobReprezentacji": f"PREZES ANNA {PERSON} SAMODZIELNIE",
                    "sklad": [
                        {
                            "nazwisko": {"nazwiskoICzlon": "Z*******"},
                            "imiona": {"imie": "A***"},
                            "identyfikator": {"pesel": "5**********"},
                            "funkcjaWOrganie": "PREZES ZARZĄDU",
                        }
                    ],
                },
            },
            "dzial3": {"celDzialaniaOrganizacji": {"celDzialania": f"1.\tCEL\nANNA {PERSON}"}},
            "dzial4": {},
            "dzial5": {},
            "dzial6": {},
        },
    }
}

Fault = Callable[["Handler"], None]


def extract(krs: str = KRS, register: str = "S", **changes: Any) -> dict[str, Any]:
    """Return an extract; `changes` are keyed by the last name of their path."""
    made = deepcopy(EXTRACT)
    head = made["odpis"]["naglowekA"]
    head["numerKRS"], head["rejestr"] = krs, f"Rej{register}"
    for name, value in changes.items():
        change(made, name, value)
    return made


def json_of(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def change(made: Any, name: str, value: Any) -> bool:
    """Set the first key of the name, wherever it is; None takes it away."""
    for key in list(made):
        if key == name:
            if value is None:
                del made[key]
            else:
                made[key] = value
            return True
        if isinstance(made[key], dict) and change(made[key], name, value):
            return True
    return False


class Register:
    """Holds what the registers S and P say, bulletins by day, and what was asked of it.

    `script` holds what to do with the next requests instead, `always` with each, `faults` with
    those for a number.
    """

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.bulletins: dict[str, Any] = {}
        self.script: deque[Fault] = deque()
        self.always: Fault | None = None
        self.faults: dict[str, Fault] = {}
        self.asked: list[str] = []
        self.released = threading.Event()
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.register = self
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/api/krs"

    @property
    def numbers(self) -> list[str]:
        """Return the numbers that were asked about, in order."""
        return [path.split("/")[4][:10] for path in self.asked if "OdpisAktualny" in path]

    def enter(self, krs: str, register: str = "S", **changes: Any) -> None:
        self.entries[krs, register] = extract(krs, register, **changes)

    def remove(self, krs: str, register: str = "S") -> None:
        self.entries[krs, register] = None

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    register: Register
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        register = self.server.register
        register.asked.append(self.path)
        url = urlsplit(self.path)
        _, _, _, kind, what = url.path.split("/")
        fault = register.script.popleft() if register.script else register.always
        fault = fault or register.faults.get(what)
        if fault is not None:
            fault(self)
        elif kind == "Biuletyn":
            self.answer_json(200, register.bulletins.get(what, []))
        else:
            self._answer_entry(what, parse_qs(url.query)["rejestr"][0])

    def _answer_entry(self, krs: str, register: str) -> None:
        entries = self.server.register.entries
        if (krs, register) not in entries:
            self.answer_json(404, NOT_FOUND)
        elif entries[krs, register] is None:
            self.answer(204, b"")
        else:
            self.answer_json(200, entries[krs, register])

    def answer_json(self, status: int, data: Any) -> None:
        self.answer(status, json_of(data))

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    return lambda handler: handler.answer(code, body, **headers)


def body(text: str | bytes) -> Fault:
    """Answer 200 with this instead of JSON."""
    data = text.encode() if isinstance(text, str) else text
    return lambda handler: handler.answer(200, data)


def lose(handler: Handler) -> None:
    """Break the connection off without an answer."""
    handler.close_connection = True


def hang(handler: Handler) -> None:
    handler.server.register.released.wait(30)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """Send a body byte by byte, each well within any read time-out."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.register.released.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def flood(handler: Handler) -> None:
    """Answer with a body without end."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    try:
        while not handler.server.register.released.is_set():
            handler.wfile.write(b"[" * 65536)
    except OSError:
        return
