"""Serves the mailbox to a browser on this machine and, as JSON, to the checks of DEMO_ONCE."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from demo.mailbox import pages
from demo.mailbox.store import Mail, Store

MAILS_PER_PAGE = 50
MAILS_PER_ANSWER = 1000
OUR_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")


class MailboxServer(ThreadingHTTPServer):
    """The web server of one mailbox; mails may show images of `site`."""

    request_queue_size = 128

    def __init__(self, port: int, store: Store, site: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.store, self.site = store, site


class Handler(BaseHTTPRequestHandler):
    server: MailboxServer
    timeout = 20  # seconds without a byte

    def do_GET(self) -> None:
        # Another name for this machine would be a page elsewhere, reading along (DNS rebinding).
        if not OUR_HOST.fullmatch(self.headers.get("Host", "")):
            self.answer(421, pages.missing())
            return
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        match unquote(address.path).split("/")[1:]:
            case [""]:
                self.show_list(asked.get("do", ""), number(asked.get("strona", "")))
            case ["mails.json"]:
                self.show_json(asked.get("do", ""), number(asked.get("strona", "")))
            case ["wiadomosc", key, view]:
                self.show_mail(key, view)
            case _:
                self.answer(404, pages.missing())

    do_HEAD = do_GET

    def show_list(self, recipient: str, page: int) -> None:
        store = self.server.store
        found = store.mails(recipient)
        self.answer(
            200,
            pages.listing(
                part(found, page, MAILS_PER_PAGE),
                recipient=recipient,
                recipients=sorted({mail.recipient for mail in store.mails()}),
                total=len(found),
                page=page,
                pages=-(-len(found) // MAILS_PER_PAGE),
            ),
        )

    def show_json(self, recipient: str, page: int) -> None:
        found = self.server.store.mails(recipient)
        has_more = len(found) > page * MAILS_PER_ANSWER
        more = "/mails.json?" + urlencode({"do": recipient, "strona": page + 1})
        mails = [as_json(mail) for mail in part(found, page, MAILS_PER_ANSWER)]
        content = json.dumps({"mails": mails, "next": more if has_more else None})
        self.answer(200, content, "application/json")

    def show_mail(self, key: str, view: str) -> None:
        store = self.server.store
        try:
            mail = store.mail(key)
            match view:
                case "":
                    self.answer(200, pages.reader(mail, store.content(key), self.server.site))
                case "html":
                    policy = pages.frame_policy(self.server.site)
                    self.answer(200, pages.frame(store.content(key).html), policy=policy)
                case "zrodlo":
                    self.answer_source(store.source(key))
                case _:
                    self.answer(404, pages.missing())
        except KeyError:
            self.answer(404, pages.missing())

    def answer_source(self, raw: bytes) -> None:
        disposition = {"Content-Disposition": 'attachment; filename="wiadomosc.eml"'}
        self.answer_bytes(200, raw, "message/rfc822", "default-src 'none'; sandbox", disposition)

    def answer(
        self,
        status: int,
        content: str,
        kind: str = "text/html; charset=utf-8",
        policy: str = "",
    ) -> None:
        policy = policy or pages.page_policy(self.server.site)
        self.answer_bytes(status, content.encode(errors="replace"), kind, policy, {})

    def answer_bytes(
        self, status: int, body: bytes, kind: str, policy: str, more: dict[str, str]
    ) -> None:
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            **more,
        }
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet: the addresses that were asked for are personal data."""


def number(text: str) -> int:
    """Return the number of a page; 1 for what is none."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1


def part(mails: list[Mail], page: int, size: int) -> list[Mail]:
    return mails[(page - 1) * size : page * size]


def as_json(mail: Mail) -> dict[str, Any]:
    return {
        "address": pages.address(mail),
        "to": mail.recipient,
        "from": mail.sender,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "list_unsubscribe": mail.list_unsubscribe,
        "list_unsubscribe_post": mail.list_unsubscribe_post,
        "links": mail.links,
        "arrived_at": mail.arrived_at,
    }
