from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.newsletters.smtp_server import SmtpServer


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    """Give the mail server that the settings name; its `script` says how it behaves."""
    with SmtpServer() as server:
        settings.OUTBOX_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 5
        yield server
