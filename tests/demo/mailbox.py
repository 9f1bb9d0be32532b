"""The demo's mailbox as a process of its own, as the demo runs it."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import requests

from demo.environment import free_port
from tests.demo.running import ROOT, wait_until

SITE = "http://127.0.0.1:8000"


class RunningMailbox:
    """A mailbox on free ports with its mails in a folder; start it again after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp_port, self.web_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ports = ["--smtp-port", str(self.smtp_port), "--web-port", str(self.web_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo.mailbox", "--data", self.folder, *ports, "--site", SITE],
            cwd=ROOT,
        )
        assert wait_until(self.answers, 30)

    def answers(self) -> bool:
        try:
            return self.get("/").status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=10, **options)

    def mails(self, recipient: str = "") -> list[dict[str, Any]]:
        return self.get("/mails.json", params={"do": recipient}).json()["mails"]

    def send(self, raw: bytes, *recipients: str, sender: str = "cop@example.org") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
            options = ["SMTPUTF8"] if not all(map(str.isascii, recipients)) else []
            server.sendmail(sender, recipients, raw, mail_options=options)

    def send_newsletter(self, *recipients: str, **headers: str) -> None:
        self.send(newsletter(**headers), *recipients)


def newsletter(
    *, html: str = "<h1>Co słychać</h1>", text: str = "Co słychać", **more: str
) -> bytes:
    message = EmailMessage()
    message["From"] = "Centrum Przykładowe <cop@example.org>"
    message["Subject"] = more.pop("subject", "Biuletyn – wrzesień")
    message["Message-ID"] = more.pop("message_id", "<1@example.org>")
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes(policy=SMTP)
