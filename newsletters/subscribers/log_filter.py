"""Keeps tokens out of Django's own log lines, which quote the path of every refused request."""

import logging
import re

LOGGERS = ("django.request", "django.security.csrf")
_TOKEN = re.compile(
    r"(/(?:newsletter/(?:potwierdz|wypisz|ustawienia|moje-dane)|podglad|preview)/)[^/\s]+"
)


def hide_tokens(record: logging.LogRecord) -> bool:
    """Replace the token in each argument of a log record by "…"; let the record pass."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _TOKEN.sub(r"\1…", one) if isinstance(one, str) else one for one in record.args
        )
    return True


def install() -> None:
    for name in LOGGERS:
        logging.getLogger(name).addFilter(hide_tokens)
