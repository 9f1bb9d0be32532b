"""Which addresses a destination may have (integrations/http/addresses.py)."""

from integrations.http.addresses import (
    Address,
    check_url,
    host_of,
    is_allowed,
    is_loopback,
    literal_address,
)

__all__ = ["Address", "check_url", "host_of", "is_allowed", "is_loopback", "literal_address"]
