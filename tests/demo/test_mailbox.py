"""The demo's mailbox: mails in by SMTP, out by HTTP, and a hostile one does no harm."""

import html
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect, sync_playwright

from demo.mailbox import pages
from demo.mailbox.reading import read
from demo.mailbox.smtp import MOST_BYTES
from demo.mailbox.store import FullError, Store, summary
from tests.conftest import CHROMIUM
from tests.demo.mailbox import SITE, RunningMailbox, newsletter
from tests.demo.running import CHROMIUM_OPTIONS

HOSTILE_HTML = """<html><head><title>T</title><base target="_self"></head><body>
<script>parent.document.title = document.title = "owned"; fetch("/mails.json")</script>
<img src="x" onerror="parent.document.title = 'owned'">
<a id="ours" href="http://127.0.0.1:8000/newsletter/potwierdz/x/">Potwierdź</a>
<a href="javascript:alert(1)">Nie klikaj</a></body></html>"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMailbox]:
    mailbox = RunningMailbox(tmp_path_factory.mktemp("mailbox") / "mails")
    mailbox.start()
    yield mailbox
    mailbox.kill()


def path_of(mailbox: RunningMailbox, recipient: str) -> str:
    return mailbox.mails(recipient)[0]["address"]


def test_mail_sent_is_listed_with_envelope_recipients(running: RunningMailbox) -> None:
    running.send_newsletter(
        "ania@example.org",
        "łucja@example.org",
        To="ktos-inny@example.org",
        List_Unsubscribe="<http://127.0.0.1:8000/newsletter/wypisz/x/>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        html='<a href="http://127.0.0.1:8000/o-centrum/?a=1&amp;b=2">O Centrum</a>',
        text="Zobacz http://127.0.0.1:8000/wydarzenia/.",
    )
    for recipient in ("ania@example.org", "łucja@example.org"):
        (mail,) = running.mails(recipient)
        assert mail["to"] == recipient
        assert mail["from"] == "cop@example.org"
        assert mail["subject"] == "Biuletyn – wrzesień"
        assert mail["message_id"] == "<1@example.org>"
        assert mail["list_unsubscribe"] == "<http://127.0.0.1:8000/newsletter/wypisz/x/>"
        assert mail["list_unsubscribe_post"] == "List-Unsubscribe=One-Click"
        assert mail["links"] == [
            "http://127.0.0.1:8000/o-centrum/?a=1&b=2",
            "http://127.0.0.1:8000/wydarzenia/",
        ]
    assert not running.mails("ktos-inny@example.org")
    page = running.get("/").text
    assert "Biuletyn – wrzesień" in page
    assert "łucja@example.org" in page


def test_mail_page_shows_text_headers_and_source(running: RunningMailbox) -> None:
    raw = newsletter(text="Spotkajmy się pod https://example.org/lipa, zaraz.")
    running.send(raw, "jan@example.org")
    path = path_of(running, "jan@example.org")
    page = running.get(path)
    assert (
        '<a href="https://example.org/lipa" target="_blank" rel="noopener noreferrer">'
        "https://example.org/lipa</a>, zaraz." in page.text
    )
    assert "From: Centrum Przykładowe" in html.unescape(page.text)
    source = running.get(f"{path}zrodlo")
    assert source.content.endswith(b"Delivered-To: jan@example.org\r\n" + raw)
    assert "attachment" in source.headers["Content-Disposition"]
    assert "<h1>Co słychać</h1>" in running.get(f"{path}html").text
    assert running.get("/wiadomosc/nie-ma-takiej/").status_code == 404
    assert running.get(f"{path}inny-widok").status_code == 404


def test_one_click_button_only_for_mails_of_the_site(running: RunningMailbox) -> None:
    post = "List-Unsubscribe=One-Click"
    for number, (address, headers) in enumerate(
        [
            (f"{SITE}/newsletter/wypisz/x/", {"List_Unsubscribe_Post": post}),
            (f"{SITE}.example.org/wypisz/", {"List_Unsubscribe_Post": post}),
            (f"{SITE}/newsletter/wypisz/x/", {}),
        ]
    ):
        recipient = f"lista{number}@example.org"
        running.send_newsletter(recipient, List_Unsubscribe=f"<{address}>", **headers)
        page = running.get(path_of(running, recipient)).text
        assert (f'<form method="post" action="{address}"' in page) == (number == 0)


def test_mail_survives_kill_and_restart(tmp_path: Path) -> None:
    mailbox = RunningMailbox(tmp_path / "mails")
    mailbox.start()
    try:
        mailbox.send_newsletter("ania@example.org", subject="Pierwszy")
        mailbox.kill()
        mailbox.start()
        mailbox.send_newsletter("ania@example.org", subject="Drugi")
        mailbox.kill()
        mailbox.start()
        assert [mail["subject"] for mail in mailbox.mails()] == ["Drugi", "Pierwszy"]
    finally:
        mailbox.kill()


def test_hostile_mail_is_escaped_and_framed_without_rights(running: RunningMailbox) -> None:
    running.send_newsletter(
        "ofiara@example.org",
        subject="<script>alert(1)</script>",
        text="<img src=x onerror=alert(2)> javascript:alert(3)",
        html=HOSTILE_HTML,
        X_Note='"><script>alert(4)</script>',
    )
    path = path_of(running, "ofiara@example.org")
    for page in (running.get("/"), running.get(path)):
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert 'href="javascript' not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert f'<iframe sandbox="{pages.SANDBOX}"' in running.get(path).text
    assert "allow-scripts" not in running.get(path).text
    policy = running.get(f"{path}html").headers["Content-Security-Policy"]
    assert policy.startswith(f"sandbox {pages.SANDBOX};")
    assert "default-src 'none'" in policy
    assert f"img-src data: {SITE};" in policy
    assert "sandbox" in running.get(f"{path}zrodlo").headers["Content-Security-Policy"]


@pytest.mark.browser
def test_hostile_mail_runs_nothing_and_its_link_opens_a_new_tab(running: RunningMailbox) -> None:
    running.send_newsletter("klik@example.org", html=HOSTILE_HTML, subject="Klik")
    path = path_of(running, "klik@example.org")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        context = browser.new_context()
        context.route("http://127.0.0.1:8000/**", lambda route: route.fulfill(body="Strona"))
        page = context.new_page()
        page.goto(f"{running.url}{path}")
        with context.expect_page() as opened:
            page.frame_locator("iframe").locator("#ours").click()
        opened.value.wait_for_load_state()
        assert opened.value.url == "http://127.0.0.1:8000/newsletter/potwierdz/x/"
        expect(page).to_have_title(f"Klik – {pages.TITLE}")
        page.goto(f"{running.url}{path}html")
        expect(page).to_have_title("T")
        assert page.evaluate("self.origin") == "null"
        browser.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe garbage without a header \x00",
        b"Subject: =?utf-8?b?broken?= =?klingon?q?x?=\r\n\r\nx",
        b"Content-Type: text/html; charset=klingon\r\n\r\n<p>x</p>",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: text/html\r\n\r\n<![klingon[ x ]]><a href='https://example.org/'>x</a>",
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
            for level in range(3000)
        ),
    ],
    ids=["empty", "garbage", "words", "charset", "base64", "declaration", "depth"],
)
def test_malformed_mail_leaves_list_and_page_readable(running: RunningMailbox, raw: bytes) -> None:
    running.send(raw, "zepsuta@example.org")
    assert running.mails("zepsuta@example.org")[0]["to"] == "zepsuta@example.org"
    assert running.get("/").status_code == 200
    path = path_of(running, "zepsuta@example.org")
    assert [running.get(path + view).status_code for view in ("", "html", "zrodlo")] == [200] * 3


@given(st.binary(max_size=400))
def test_any_bytes_are_shown_without_markup_of_their_own(raw: bytes) -> None:
    content = read(b"Subject: <b>x</b>\r\n" + raw)
    page = pages.reader(summary("1.M1P1Q1.host", content), content, SITE)
    assert "<b>" not in page
    assert page.endswith("</html>\n")


def test_list_is_paged_and_filtered_by_recipient(tmp_path: Path) -> None:
    mailbox = RunningMailbox(tmp_path / "mails")
    mailbox.start()
    try:
        with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as server:
            for number in range(52):
                mail = newsletter(subject=f"Numer {number}.")
                server.sendmail("cop@example.org", f"ala{number % 2}@example.org", mail)
        first, second = mailbox.get("/").text, mailbox.get("/?strona=2").text
        assert "Numer 51." in first
        assert "Numer 1." not in first
        assert "Numer 1." in second
        assert 'href="/?strona=2"' in first
        assert "Wiadomości: 26" in mailbox.get("/?do=ALA1@example.org").text
        assert "Wiadomości: 52" in mailbox.get("/?do=ala").text
        assert not mailbox.mails("la1@example.org")
    finally:
        mailbox.kill()


def test_mail_over_the_limit_is_refused(running: RunningMailbox) -> None:
    line = b"x" * 78 + b"\n"
    with pytest.raises(smtplib.SMTPException):
        running.send(b"Subject: x\n\n" + line * (MOST_BYTES // 79), "duzo@example.org")
    assert not running.mails("duzo@example.org")


def test_full_mailbox_takes_all_recipients_or_none(tmp_path: Path) -> None:
    store = Store(tmp_path, most=2)
    store.add(b"", sender="", recipients=["a@example.org"])
    with pytest.raises(FullError):
        store.add(b"", sender="", recipients=["b@example.org", "c@example.org"])
    assert [mail.recipient for mail in Store(tmp_path).mails()] == ["a@example.org"]


def test_recipient_that_would_end_its_header_is_refused(running: RunningMailbox) -> None:
    with smtplib.SMTP("127.0.0.1", running.smtp_port) as server:
        server.ehlo()
        server.docmd("MAIL FROM:<a@example.org>")
        assert server.docmd("RCPT TO:<x\x0bSubject:owned@example.org>")[0] >= 500


def test_foreign_host_name_is_refused(running: RunningMailbox) -> None:
    for path in ("/", "/mails.json"):
        assert running.get(path, headers={"Host": "zly.example.org"}).status_code == 421
        assert running.get(path, headers={"Host": f"localhost:{running.web_port}"}).ok
