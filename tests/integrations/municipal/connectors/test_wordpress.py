"""The connector against a scripted server: what WordPress, or a firewall before it, may answer."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from integrations.municipal.connectors import guarded
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress import WordPressConnector, answers, client
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.mapping import Mapping
from tests.integrations.municipal.helpers import resolving_to

ME = {
    "id": 1,
    "slug": "razem",
    "capabilities": dict.fromkeys(
        ("publish_posts", "publish_pages", "upload_files", "manage_categories"), True
    ),
}


class Site:
    """Gives every request the same answer and keeps what was asked."""

    def __init__(self) -> None:
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, json.dumps(ME).encode())
        self.asked: list[tuple[str, str, str | None]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.command, self.path, self.headers["Authorization"]))
                status, headers, body = site.answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Transfer-Encoding" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def scripted(settings) -> Iterator[Site]:
    settings.IS_DEMO = True
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def connector(url: str, **fields: Any) -> WordPressConnector:
    return WordPressConnector(
        client=Client(url=url, username="razem", password="zażółć 1234"),
        mapping=Mapping(),
        destination_id=1,
        is_ours_winning=False,
    )


@pytest.mark.parametrize(
    ("status", "body", "is_permanent", "is_about_destination", "is_unclear"),
    [
        (200, "<html>firewall</html>", False, True, True),
        (201, "Notice: undefined…\n{}", False, True, True),
        (301, "", True, True, False),
        (400, {"code": "rest_invalid_param"}, True, False, False),
        (400, {"code": "rest_invalid_date"}, True, False, True),
        (
            400,
            {
                "code": "rest_invalid_param",
                "data": {"details": {"status": {"code": "rest_forbidden_status"}}},
            },
            True,
            True,
            False,
        ),
        (400, {"code": "rest_upload_no_content_disposition"}, True, False, False),
        (401, {"code": "rest_cannot_create"}, True, True, False),
        (401, "<html>", True, True, False),
        (403, {"code": "rest_cannot_edit"}, True, True, False),
        (403, "<html>", True, True, False),
        (404, {"code": "rest_no_route"}, True, True, False),
        (404, "<html>", True, True, False),
        (412, {"code": "rest_upload_hash_mismatch"}, False, False, False),
        (413, "<html>", True, False, False),
        (429, "", False, True, False),
        (500, {"code": "rest_upload_sideload_error"}, True, False, False),
        (500, {"code": "db_insert_error"}, True, False, True),
        (500, {"code": "internal_server_error"}, False, True, True),
        (502, "<html>", False, True, True),
        (503, {"code": "x"}, False, True, True),
        (504, "<html>", False, True, True),
    ],
)
def test_answer_is_judged_by_status_code_and_whether_it_is_json(
    status, body, is_permanent, is_about_destination, is_unclear
):
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    error = answers.problem(answers.read(status, {}, content), is_write=True)

    judged = (error.permanent, error.is_about_destination, error.is_unclear)
    assert judged == (is_permanent, is_about_destination, is_unclear)
    assert not answers.problem(answers.read(status, {}, content), is_write=False).is_unclear


def test_retry_after_of_a_busy_site_is_honoured():
    answer = answers.read(503, {"Retry-After": "90"}, b"")

    error = answers.problem(answer, is_write=True)

    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 90
    assert not error.is_unclear, "it says that it did nothing"


def test_redirect_gets_no_credentials(scripted):
    other = Site()
    scripted.answer = (302, {"Location": f"{other.url}/wp-json/wp/v2/users/me"}, b"")
    with pytest.raises(ConnectorError, match="302"):
        connector(scripted.url).check()

    assert other.asked == []
    assert len(scripted.asked) == 1
    other.server.shutdown()
    other.server.server_close()


def test_password_is_in_utf8_and_in_no_address(scripted):
    connector(scripted.url).check()

    [(_method, path, header)] = scripted.asked
    assert header == "Basic cmF6ZW06emHFvMOzxYLEhyAxMjM0"
    assert "za" not in path


def test_password_does_not_travel_unencrypted(monkeypatch, settings):
    settings.DEBUG = False
    monkeypatch.setattr("socket.getaddrinfo", resolving_to("93.184.216.34"))

    with pytest.raises(ConnectorError, match="https"):
        connector("http://www.gmina.example").check()


def test_private_network_is_refused(monkeypatch, settings):
    settings.DEBUG, settings.IS_DEMO = False, False
    monkeypatch.setattr("socket.getaddrinfo", resolving_to("10.0.0.7"))

    with pytest.raises(ConnectorError):
        connector("https://www.gmina.example").check()


def test_site_without_pretty_links_is_asked_by_its_plain_address(scripted):
    scripted.answer = (404, {}, b"<html>Nie znaleziono</html>")
    with pytest.raises(ConnectorError):
        connector(scripted.url).check()

    assert [path.partition("&")[0] for _method, path, _header in scripted.asked] == [
        "/wp-json/wp/v2/users/me?context=edit",
        "/?rest_route=%2Fwp%2Fv2%2Fusers%2Fme",
    ]


def test_answer_without_end_is_not_read(scripted, monkeypatch):
    monkeypatch.setattr(client, "MOST_ANSWER_BYTES", 1000)
    scripted.answer = (200, {}, json.dumps(ME).encode() + b" " * 5000)

    with pytest.raises(ConnectorError):
        connector(scripted.url).check()


def test_answer_that_breaks_off_is_none(scripted):
    whole = json.dumps(ME).encode()
    scripted.answer = (200, {"Transfer-Encoding": "chunked"}, b"ff\r\n" + whole[:40])

    with pytest.raises(ConnectorError):
        connector(scripted.url).check()


def test_budget_ends_what_one_document_may_take(scripted, monkeypatch):
    monkeypatch.setattr(client, "BUDGET_SECONDS", 0.0)
    asking = Client(url=scripted.url, username="a", password="b")

    with asking.budget(), pytest.raises(ConnectorError):
        asking.get("users/me")

    assert scripted.asked == []


def test_nothing_that_was_refused_a_connection_is_in_doubt(settings):
    settings.IS_DEMO = True
    asking = Client(url="http://127.0.0.1:9", username="a", password="b")

    with pytest.raises(ConnectorError) as refused:
        asking.post("posts", {})

    assert not refused.value.is_unclear


def test_silent_site_leaves_a_write_in_doubt(settings, impatient):
    settings.IS_DEMO = True
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        url = f"http://127.0.0.1:{silent.server_port}"
        asking = Client(url=url, username="a", password="b")

        with pytest.raises(ConnectorError) as unanswered:
            asking.post("posts", {})

    assert unanswered.value.is_unclear
    assert guarded.TOTAL_SECONDS == 1.0
