"""Where the demo lives: ports, and the mail server that it may use."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from demo import environment
from demo.environment import Environment, free_port


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the demo; what `prepare` sets in the environment is undone afterwards."""
    monkeypatch.setattr(environment.os, "environ", {"DATA_DIR": str(tmp_path)})
    return tmp_path


def prepare() -> Environment:
    prepared = environment.prepare()
    prepared.lock.close()
    return prepared


def test_prepare_sends_mail_to_its_own_mailbox_from_the_centre(folder: Path) -> None:
    prepared = prepare()
    ports = prepared.kept.ports
    assert environment.os.environ["EMAIL_URL"] == f"smtp://127.0.0.1:{ports['smtp']}"
    assert "Centrum" in environment.os.environ["DEFAULT_FROM_EMAIL"]
    assert environment.os.environ["DEFAULT_FROM_EMAIL"].endswith("@example.org>")
    assert prepared.url("mail") == f"http://127.0.0.1:{ports['mail']}"
    assert not prepared.own_mail_server


def test_prepare_keeps_ports_of_an_older_demo_and_adds_the_new_ones(folder: Path) -> None:
    kept = environment.first_run()
    old_ports = {name: free_port() for name in ("web", "pull", "push")}
    kept.ports = old_ports
    (folder / "demo.json").write_text(json.dumps(asdict(kept)))
    ports = prepare().kept.ports
    assert {name: ports[name] for name in old_ports} == old_ports
    assert {"mail", "smtp"} <= set(ports)
    assert len(set(ports.values())) == 5


def test_prepare_gives_no_port_to_two_servers(folder: Path) -> None:
    kept = environment.first_run()
    kept.ports = dict.fromkeys(environment.PREFERRED_PORTS, free_port())
    (folder / "demo.json").write_text(json.dumps(asdict(kept)))
    assert len(set(prepare().kept.ports.values())) == 5


@pytest.mark.parametrize("address", ["smtp://127.0.0.1:1025", "smtp+tls://u:p@localhost:587"])
def test_prepare_takes_a_mail_server_on_this_machine(folder: Path, address: str) -> None:
    environment.os.environ["EMAIL_URL"] = address
    assert prepare().own_mail_server == address
    assert environment.os.environ["EMAIL_URL"] == address


@pytest.mark.parametrize(
    "address",
    [
        "smtp://user:secret@smtp.example.com:587",
        "smtp://127.0.0.1.example.com",
        "smtps://10.0.0.1",
        "consolemail://",
        "127.0.0.1:25",
    ],
)
def test_prepare_refuses_a_mail_server_elsewhere_in_words(folder: Path, address: str) -> None:
    environment.os.environ["EMAIL_URL"] = address
    with pytest.raises(RuntimeError, match="only to a mail server on this machine") as refusal:
        prepare()
    assert "secret" not in str(refusal.value)
