"""What nobody honest sends, to the server that production runs. `make bench` tells how fast."""

import socket
import sys
from collections.abc import Iterator

import pytest

from bench.hostile import REFUSED, ask, request
from tests.cms.jobs.installation import installation, wait_until
from tests.cms.jobs.test_serve import free_port, get


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[int]:
    """Serve an installation of its own; return where."""
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    port = free_port()
    with installation(tmp_path_factory.mktemp("hostile")) as running:
        running.start("serve", "--port", str(port), "--web-workers", "1", "--workers", "0")
        wait_until(lambda: get(f"http://127.0.0.1:{port}/healthz")[0] == 200, 60)
        yield port


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_request_is_refused_and_the_server_goes_on(name, port):
    status, _seconds = ask(port, REFUSED[name])
    assert 400 <= status < 500
    assert ask(port, request())[0] == 200


def test_honest_request_with_a_small_body_is_answered(port):
    assert ask(port, request(body=b"{}"))[0] == 200


def test_head_and_options_have_no_body_on_the_wire(port):
    for method, status in ((b"HEAD", 200), (b"OPTIONS", 204)):
        for target in (b"/api/v1/", b"/api/v1/export/events.csv", b"/api/v1/export/events.json"):
            head, body = answer(port, request(target, method=method))
            assert f" {status} " in head.splitlines()[0]
            assert body == ""


def test_head_tells_the_same_length_as_get(port):
    target = b"/api/v1/vocabularies/legal-forms/"
    lengths = [
        [
            line
            for line in answer(port, request(target, method=method))[0].lower().splitlines()
            if line.startswith("content-length:")
        ]
        for method in (b"GET", b"HEAD")
    ]
    assert lengths[0] == lengths[1] != []


def test_export_is_whole_on_the_wire(port):
    head, body = answer(port, request(b"/api/v1/export/events.csv"))
    assert "transfer-encoding: chunked" in head.lower()
    assert "\ufeffid,url,slug" in body
    assert body.endswith("0\r\n\r\n")


def answer(port: int, message: bytes) -> tuple[str, str]:
    """Return the head and the body of an answer, as they come over the wire."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(message)
        received = connection.makefile("rb").read().decode()
    head, _, body = received.partition("\r\n\r\n")
    return head, body
