import contextlib
import datetime
import multiprocessing
import socket
import ssl
import sys
import threading
import time

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.http import guarded as http_guarded
from integrations.municipal.connectors import ConnectorError, guarded
from integrations.municipal.connectors.webhook import WebhookConnector
from tests.integrations.municipal.helpers import a_change, resolving_to
from tests.integrations.municipal.receivers import SECRET


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["169.254.169.254"],
        ["8.8.8.8", "192.168.0.1"],
        [],
    ],
)
def test_host_with_any_private_address_is_refused(addresses, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(*addresses))

    with pytest.raises(ConnectorError) as refused:
        guarded.resolve("https://municipality.test/webhook")

    assert refused.value.is_about_destination


def test_host_with_public_addresses_is_resolved_to_them(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("8.8.8.8", "2a00:1450:4001::1"))

    target = guarded.resolve("https://municipality.test/webhook")

    assert [str(address) for address in target.addresses] == ["8.8.8.8", "2a00:1450:4001::1"]
    assert not target.is_loopback_only


def test_host_unknown_is_a_connector_error(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(ConnectorError):
        guarded.resolve("https://municipality.test/webhook")


@pytest.mark.parametrize(
    ("addresses", "is_loopback_only"),
    [(["127.0.0.1", "::1"], True), (["127.0.0.1", "8.8.8.8"], False)],
)
def test_host_is_loopback_only_when_all_its_addresses_are(
    addresses, is_loopback_only, monkeypatch, settings
):
    settings.IS_DEMO = True
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(*addresses))

    assert guarded.resolve("http://municipality.test/").is_loopback_only is is_loopback_only


def test_session_connects_to_the_checked_address_though_the_name_means_another_by_then(
    receiver, monkeypatch
):
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
    url = f"http://municipality.test:{receiver.port}/page"
    session = guarded.session_for(guarded.resolve(url))
    asked = []
    original = http_guarded.create_connection

    def create_connection(address, *args, **kwargs):
        asked.append(address[0])
        return original(address, *args, **kwargs)

    monkeypatch.setattr(http_guarded, "create_connection", create_connection)
    assert session.get(url).status_code == 200
    assert asked == ["127.0.0.1"]


def test_session_uses_no_proxy_of_the_environment(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "")
    session = guarded.session_for(guarded.resolve(receiver.url))

    assert session.get(receiver.url).status_code == 200


def test_session_tries_the_next_address_when_one_does_not_answer(receiver, monkeypatch, settings):
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.2", "127.0.0.1"))
    url = f"http://municipality.test:{receiver.port}/page"

    assert guarded.session_for(guarded.resolve(url)).get(url).status_code == 200


def self_signed(host: str) -> bytes:
    """Return a key and a certificate for the host, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def tls(receiver, tmp_path, monkeypatch):
    """Have the receiver speak TLS as municipality.test, and return its certificate's file."""
    pem = tmp_path / "municipality.pem"
    pem.write_bytes(self_signed("municipality.test"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
    return pem


def test_tls_checks_the_certificate_of_the_name_and_not_of_the_address(receiver, tls):
    url = f"https://municipality.test:{receiver.port}/page"
    session = guarded.session_for(guarded.resolve(url))
    session.verify = str(tls)
    assert session.get(url).status_code == 200

    elsewhere = f"https://other.test:{receiver.port}/page"
    session = guarded.session_for(guarded.resolve(elsewhere))
    session.verify = str(tls)
    with pytest.raises(requests.exceptions.SSLError):
        session.get(elsewhere)


def test_tls_with_a_certificate_that_nobody_vouches_for_gets_nothing(receiver, tls):
    connector = WebhookConnector(
        url=f"https://municipality.test:{receiver.port}/webhook",
        secrets=[SECRET],
        destination_id=3,
    )

    with pytest.raises(ConnectorError, match="Certyfikat") as refused:
        connector.upsert(a_change())

    assert refused.value.is_about_destination
    assert receiver.messages == []


def test_time_that_ends_while_connecting_sends_nothing(tls, monkeypatch):
    """A server that lets us wait for the handshake, and then drips, holds nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls)
    over = threading.Event()
    received = []

    def serve(listener: socket.socket) -> None:
        raw, _address = listener.accept()
        over.wait(10)
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as client:
            received.append(client.recv(1000))
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    original = http_guarded.TimeLimit.end
    monkeypatch.setattr(http_guarded.TimeLimit, "end", lambda limit: (original(limit), over.set()))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=[listener])
        server.start()
        url = f"https://municipality.test:{listener.getsockname()[1]}/page"
        session = guarded.session_for(guarded.resolve(url))
        session.verify = str(tls)
        with guarded.time_limit(0.2) as limit, pytest.raises(requests.RequestException):
            session.get(url, timeout=10)
        server.join()

    assert limit.has_ended
    assert received in ([], [b""])


def test_time_that_has_ended_lets_no_further_address_be_tried(receiver, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.2", "127.0.0.1"))
    url = f"http://municipality.test:{receiver.port}/page"
    session = guarded.session_for(guarded.resolve(url))
    tried = []

    with guarded.time_limit(60) as limit:

        def create_connection(address, *args, **kwargs):
            tried.append(address[0])
            limit.end()
            raise OSError

        monkeypatch.setattr(http_guarded, "create_connection", create_connection)
        with pytest.raises(requests.RequestException):
            session.get(url)

    assert tried == ["127.0.0.2"]


def test_time_ends_for_each_of_many_limits_the_shortest_first():
    with guarded.time_limit(60) as longest, guarded.time_limit(0.3) as shorter:
        with guarded.time_limit(0.05) as shortest:
            time.sleep(0.2)
            assert (shortest.has_ended, shorter.has_ended) == (True, False)
        time.sleep(0.3)

    assert (shorter.has_ended, longest.has_ended) == (True, False)


def test_time_that_a_request_did_not_need_ends_never():
    with guarded.time_limit(0.1) as limit:
        pass
    time.sleep(0.3)

    assert not limit.has_ended


def test_time_ends_also_in_a_process_that_was_forked():
    def wait_for_the_end() -> None:
        with guarded.time_limit(0.05) as limit:
            time.sleep(0.5)
        sys.exit(0 if limit.has_ended else 1)

    with guarded.time_limit(60):
        child = multiprocessing.get_context("fork").Process(target=wait_for_the_end)
        child.start()
        child.join()

    assert child.exitcode == 0
