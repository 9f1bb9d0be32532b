"""`python -m demo.mailbox --data DIR --smtp-port 8025 --web-port 8003 --site http://…`."""

import argparse
import re
import signal
import sys
from pathlib import Path

from demo.mailbox.smtp import smtp_server
from demo.mailbox.store import Store
from demo.mailbox.web import MailboxServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="demo.mailbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="Maildir")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    parser.add_argument("--site", type=origin, default="", help="whose images mails may show")
    options = parser.parse_args()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    store = Store(options.data)
    smtp = smtp_server(store, options.smtp_port)
    smtp.start()
    try:
        with MailboxServer(options.web_port, store, options.site) as web:
            web.serve_forever()
    finally:
        smtp.stop()


def origin(text: str) -> str:
    """Return an origin, or nothing: it goes into the Content-Security-Policy as it is."""
    if text and not re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", text):
        raise ValueError("no origin")
    return text


if __name__ == "__main__":
    main()
