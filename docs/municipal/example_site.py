#!/usr/bin/env python3
"""A municipality's website that shows Razem's section. Python's standard library only.

    python3 example_site.py --pull https://razem.example.org/api/v1   asks for changes by itself
    python3 example_site.py --push whsec_…                 is sent signed changes, POST /webhook

Either way it keeps its own copy on its own disk and serves that whatever happens to Razem. Two
rules keep the copy right: a document gives way only to a higher version, and another epoch means
that Razem was restored, so that what is held from before no longer counts. README.md beside this
file is the contract; example_page.py makes the HTML. An argument @FILE reads arguments from FILE.
"""

import argparse
import base64
import hmac
import json
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

import example_page
from example_page import Document

Row = tuple[str, int, str, str, str | None]
log = logging.getLogger("example_site")
SIGNATURE_AGE_SECONDS = 300
LARGEST_BODY_BYTES = 2_000_000
SCHEMA = """
PRAGMA synchronous = EXTRA;   -- on the disk before we answer
PRAGMA secure_delete = ON;    -- what is withdrawn is overwritten
CREATE TABLE IF NOT EXISTS document
    (id TEXT PRIMARY KEY, version INTEGER, type TEXT, slug TEXT, body TEXT);  -- NULL: withdrawn
CREATE INDEX IF NOT EXISTS document_address ON document (type, slug);
CREATE TABLE IF NOT EXISTS state (epoch TEXT, sequence INTEGER, reached_at REAL);
INSERT INTO state SELECT NULL, 0, NULL WHERE NOT EXISTS (SELECT * FROM state);
"""
STORE_IF_NEWER = """
INSERT INTO document VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, type = excluded.type, slug = excluded.slug, body = excluded.body
    WHERE excluded.version > document.version
"""


class Copy:
    """Our copy of the section and how far it has come, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False)
        self.db.executescript(SCHEMA)

    def state(self) -> tuple[str | None, int, float | None]:
        """Return the epoch, the highest sequence number seen, when Razem was last heard."""
        with self.lock:
            query = "SELECT epoch, sequence, reached_at FROM state"
            epoch, sequence, reached_at = self.db.execute(query).fetchone()
        return epoch, sequence, reached_at

    def store(self, rows: list[Row], epoch: str, sequence: int, *, is_afresh: bool) -> bool:
        """Store all or nothing; afresh: in place of everything held. Return if any was newer."""
        with self.lock, self.db:
            if is_afresh:
                self.db.execute("DELETE FROM document")
            stored = self.db.executemany(STORE_IF_NEWER, rows).rowcount
            state = [epoch, sequence, time.time()]
            self.db.execute("UPDATE state SET epoch = ?, sequence = ?, reached_at = ?", state)
        return stored > 0

    def documents(self) -> dict[str, Document]:
        """Return the live documents by id."""
        query = "SELECT id, body FROM document WHERE body IS NOT NULL ORDER BY id"
        with self.lock:
            return {name: Document.read(body) for name, body in self.db.execute(query)}

    def find(self, kind: str, slug: str) -> tuple[int, Document | None]:
        """Return (200, document), (410, None) if it was withdrawn, or (404, None)."""
        query = """SELECT body FROM document WHERE type = ? AND slug = ?
            ORDER BY body IS NULL, version DESC"""
        with self.lock:
            found = self.db.execute(query, [kind, slug]).fetchone()
        if found is None:
            return 404, None
        return (200, Document.read(found[0])) if found[0] else (410, None)


def check_fields(change: Any, kinds: dict[str, type]) -> None:
    fields = change if isinstance(change, dict) else {}
    if wrong := [name for name, kind in kinds.items() if not isinstance(fields.get(name), kind)]:
        raise ValueError(f"missing, or of a wrong type: {', '.join(wrong)}")


def row_of(change: Any) -> Row:
    """Return the change as a row of our table; ValueError names what is wrong with it."""
    check_fields(change, {"id": str, "type": str, "slug": str, "version": int, "sequence": int})
    if not (0 < change["version"] < 2**63 and 0 < change["sequence"] < 2**63):
        raise ValueError("version, sequence: out of range")
    body = None
    if change.get("action") == "upsert":
        check_fields(change, {"document": dict})
        check_fields(change["document"], {"type": str, "slug": str, "title": str})
        body = json.dumps(change["document"])
    elif change.get("action") != "remove":
        raise ValueError("action: neither upsert nor remove")
    return change["id"], change["version"], change["type"], change["slug"], body


# ---- Pull: follow the change feed ------------------------------------------------------------


def pull(api: str, copy: Copy, etags: dict[str, str]) -> None:
    """Fetch all that is new, then store it and the new cursor in one transaction.

    A new copy gathers in memory while the old one is served. Raises OSError, HTTPException,
    LookupError, TypeError or ValueError if Razem is down or talks nonsense; nothing has changed.
    """
    epoch, sequence, _ = copy.state()
    query = urlencode({"since": sequence, "epoch": epoch} if epoch else {"since": 0})
    rows: list[Row] = []
    is_afresh = epoch is None
    page: dict[str, Any] = {}
    while query:
        status, page, etag = fetch(f"{api}/changes/?{query}", etags.get(query, ""))
        if status == 304 and epoch:  # nothing new since the same question was answered
            copy.store([], epoch, sequence, is_afresh=False)
            return
        if status == 410:  # Razem was restored: from 0
            if is_afresh:
                raise ConnectionError("restored while we read it")
            log.warning("building a new copy; the old one is served meanwhile")
            query, rows, is_afresh = "since=0", [], True
            continue
        rows += map(row_of, page["results"])
        etags.clear()
        etags[query] = etag
        query = urlsplit(page["next"] or "").query  # only this of `next`: we never leave the API
    copy.store(rows, page["epoch"], page["sequence"], is_afresh=is_afresh)


def fetch(url: str, etag: str) -> tuple[int, Any, str]:
    """Return (200, page, its ETag), or (304 or 410, None, "")."""
    headers = {"Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return 200, json.load(answer), answer.headers.get("ETag", "")
    except HTTPError as error:
        with error:
            if error.code not in (304, 410):
                raise
            return error.code, None, ""


def follow(api: str, copy: Copy, every_seconds: float) -> None:
    etags: dict[str, str] = {}
    while True:
        pause = every_seconds
        try:
            pull(api, copy, etags)
        except Exception as error:  # noqa: BLE001 - whatever it is: serve the last copy, try again
            log.warning("pull failed: %r", error)
            asked_for = error.headers.get("Retry-After", "") if isinstance(error, HTTPError) else ""
            if asked_for.isdecimal():
                pause = max(pause, min(int(asked_for), 3600))
        time.sleep(pause)


# ---- Push: receive signed webhooks (https://www.standardwebhooks.com) -------------------------


def is_authentic(headers: Any, body: bytes, secrets: list[bytes]) -> bool:
    """Whether one of the signatures is by one of our secrets, and the time stamp is recent."""
    name, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (sent_at.isdecimal() and len(sent_at) < 12):
        return False
    if abs(time.time() - int(sent_at)) > SIGNATURE_AGE_SECONDS:
        return False
    signed = f"{name}.{sent_at}.".encode("latin-1") + body
    right = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in secrets]
    given = headers.get("webhook-signature", "").encode("latin-1").split()
    return any(hmac.compare_digest(one, other) for one in given for other in right)


def receive(change: Any, copy: Copy) -> bool:
    """Store a pushed change; return False if what we hold is newer. ValueError: wrong shape."""
    check_fields(change, {"epoch": str})
    row, epoch, sequence = row_of(change), change["epoch"], change["sequence"]
    with copy.lock:
        held, highest, _ = copy.state()
        if held not in (None, epoch) and sequence <= highest:
            return False  # late, from before Razem was restored
        return copy.store([row], epoch, max(sequence, highest), is_afresh=held != epoch)


# ---- The website -----------------------------------------------------------------------------


class Site(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], copy: Copy, secrets: list[bytes]) -> None:
        super().__init__(address, Handler)
        self.copy, self.secrets = copy, secrets


class Handler(BaseHTTPRequestHandler):
    server: Site
    timeout = 20  # seconds without a byte

    def do_GET(self) -> None:
        copy, path = self.server.copy, unquote(urlsplit(self.path).path)
        with copy.lock:
            epoch, sequence, reached_at = copy.state()
            documents = copy.documents() if path in ("/", "/copy.json") else {}
        mode = example_page.mode_line(bool(self.server.secrets), reached_at)
        if path == "/healthz":
            self.answer_json(200, {"status": "ok", "sequence": sequence})
        elif path == "/copy.json":
            cursor = {"epoch": epoch, "sequence": sequence}
            self.answer_json(200, cursor | {"documents": documents})
        elif path == "/":
            self.answer(200, example_page.section(list(documents.values()), mode))
        else:
            kind, _, slug = path.strip("/").partition("/")
            status, document = copy.find(kind, slug)
            self.answer(status, example_page.detail(document, status, mode))

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/webhook" or not self.server.secrets:
            return self.answer_json(404, {"error": "there is nothing to POST to here"})
        if not (length.isdecimal() and len(length) < 12):
            return self.answer_json(411, {"error": "Content-Length is missing"})
        body = self.rfile.read(min(int(length), 2 * LARGEST_BODY_BYTES))
        if int(length) > LARGEST_BODY_BYTES:
            return self.answer_json(413, {"error": f"more than {LARGEST_BODY_BYTES} bytes"})
        if not is_authentic(self.headers, body, self.server.secrets):
            return self.answer_json(401, {"error": "the signature is wrong or too old"})
        try:
            is_newer = receive(json.loads(body), self.server.copy)
        except (ValueError, RecursionError) as error:
            return self.answer_json(400, {"error": f"not a change: {error}"})
        return self.answer_json(200, {"status": "stored" if is_newer else "ignored: not newer"})

    def answer_json(self, status: int, content: Any) -> None:
        self.answer(status, json.dumps(content, sort_keys=True), "application/json")

    def answer(self, status: int, content: str, kind: str = "text/html; charset=utf-8") -> None:
        body = content.encode(errors="replace")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", example_page.CONTENT_SECURITY_POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def secret(text: str) -> bytes:
    """Return the key in `whsec_<base64>`."""
    if not text.startswith("whsec_"):
        raise ValueError("no whsec_")
    return base64.b64decode(text.removeprefix("whsec_"), validate=True)


def web_address(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("not http")
    return text.rstrip("/")


def exit_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        fromfile_prefix_chars="@",
    )
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--pull", type=web_address, metavar="API_URL", help="…/api/v1 of Razem")
    way.add_argument("--push", type=secret, action="append", metavar="SECRET", help="repeatable")
    parser.add_argument("--every", type=float, default=2, metavar="SECONDS", help="between pulls")
    parser.add_argument("--data", type=Path, default=Path("municipal-data"), metavar="DIR")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0: a free one, see the log")
    parser.add_argument("--exit-with-parent", action="store_true", help="end when it ends")
    options = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    if options.exit_with_parent:
        threading.Thread(target=exit_with, args=[os.getppid()], daemon=True).start()
    copy = Copy(options.data / ("push.sqlite3" if options.push else "pull.sqlite3"))
    with Site((options.host, options.port), copy, options.push or []) as site:
        log.info("serving on http://%s:%s/", options.host, site.server_port)
        if options.pull:
            arguments = (options.pull, copy, options.every)
            threading.Thread(target=follow, args=arguments, daemon=True).start()
        site.serve_forever()


if __name__ == "__main__":
    main()
