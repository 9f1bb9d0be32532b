"""A real SMTP server on loopback (RFC 5321) that misbehaves on script.

    with SmtpServer() as server:
        server.script.rcpt = {"a@example.org": "550 5.1.1 No such user"}
        ...
        assert server.wait_for(3)
        assert server.recipients() == [...]

It runs in a thread of the test's own process; workers connect to it from theirs. The script is
read at every step, so that a test may change it while mails come in. Callables in it are called in
the server's thread.
"""

from tests.newsletters.smtp_server.script import Drop, Hang, Script, Stage, first_times
from tests.newsletters.smtp_server.server import SmtpServer
from tests.newsletters.smtp_server.session import Mail

__all__ = ["Drop", "Hang", "Mail", "Script", "SmtpServer", "Stage", "first_times"]
