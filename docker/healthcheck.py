"""Ask this container's own web server whether it lives; exit code 0 when it does.

The request names the host of SITE_URL, as Django refuses any other (ALLOWED_HOSTS).
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def status() -> int:
    """Return the HTTP status of /healthz; raises OSError when nothing answers."""
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    host = urlsplit(os.environ.get("SITE_URL", "http://localhost")).hostname or "localhost"
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()


if __name__ == "__main__":
    try:
        sys.exit(status() != 200)
    except (OSError, HTTPException) as error:
        sys.exit(f"/healthz does not answer: {error}")
