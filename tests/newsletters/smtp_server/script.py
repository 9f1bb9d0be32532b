"""How the server behaves, and what a test may have it do wrong."""

import enum
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

# A whole reply ("450 4.2.0 Later"), one by address, or what makes one; "" or None: as usual.
Answer = str | Mapping[str, str] | Callable[[str], str | None]


class Stage(enum.Enum):
    """Where the server may fail to answer."""

    CONNECT = "before the greeting"
    MAIL = "at MAIL"
    RCPT = "at RCPT"
    DATA = "at DATA, before the 354"
    CONTENT = "after the 354, when the first of the content has come"
    DOT = "after the final dot, before the 250"


@dataclass
class Fault:
    """What happens at a stage instead of an answer.

    It concerns these `addresses` (None: all; the sender's at MAIL, a recipient's later), once
    `after_mails` mails were accepted, and so many `times` (None: always). `is_taken` says of a
    mail at DOT whether it was delivered all the same.
    """

    stage: Stage
    addresses: Collection[str] | None = None
    after_mails: int = 0
    times: int | None = None
    is_taken: bool = False

    def strikes(self, stage: Stage, addresses: list[str], accepted: int) -> bool:
        is_meant = self.addresses is None or not set(self.addresses).isdisjoint(addresses)
        if stage is not self.stage or not is_meant or accepted < self.after_mails:
            return False
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return True


class Drop(Fault):
    """The connection breaks."""


class Hang(Fault):
    """Nothing comes until `SmtpServer.release`, then all goes on as usual."""


@dataclass
class Script:
    """How the server behaves; as it stands here, well."""

    # 421 instead of the greeting: while set, or for the next so many connections.
    is_unavailable: bool = False
    unavailable_times: int = 0
    # 421 beyond.
    most_connections: int | None = None
    most_mails_per_connection: int | None = None
    # Replies to MAIL (asked with the sender's address), RCPT, DATA and the final dot (with the
    # recipient's). A 421 closes the connection.
    mail: Answer = ""
    rcpt: Answer = ""
    data: Answer = ""
    dot: Answer = ""
    # The reply to every login ("235 2.7.0 Welcome", "535 5.7.8 Wrong"); "": not offered.
    auth: str = ""
    is_auth_required: bool = False
    # To ask for the content of a mail without a recipient is allowed (RFC 2920 §3.1), if odd.
    is_data_open_to_nobody: bool = False
    extensions: list[str] = field(
        default_factory=lambda: ["PIPELINING", "8BITMIME", "SIZE 10485760"]
    )
    # How late the greeting, each reply, and the reply to the final dot (beside that) come.
    greeting_seconds: float = 0
    reply_seconds: float = 0
    dot_seconds: float = 0
    faults: list[Fault] = field(default_factory=list)

    def size_limit(self) -> int | None:
        sizes = [int(name.split()[1]) for name in self.extensions if name.startswith("SIZE ")]
        return sizes[0] if sizes else None


def first_times(times: int, reply: str) -> Callable[[str], str | None]:
    """Return an answer that is `reply` the first `times` that each address is asked about."""
    asked: Counter[str] = Counter()

    def answer(address: str) -> str | None:
        asked[address] += 1
        return reply if asked[address] <= times else None

    return answer
