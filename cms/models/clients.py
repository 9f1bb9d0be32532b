"""Trusted clients of the API: named, with a token that is known to them alone."""

import hashlib
import re
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

# What secret scanners, and people who find one in a log, know a token of ours by.
TOKEN_PREFIX = "razem_"  # noqa: S105
TOKEN_PATTERN = re.compile(r"razem_[A-Za-z0-9_-]{43}")


class ApiClient(models.Model):
    """A program of a known institution that may ask the API more often than an address may.

    It sees nothing more than everyone. The token itself is kept nowhere: its hash is enough to
    know it again.
    """

    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        help_text=_("Whose program it is and what it does, for example „Municipal website”."),
    )
    contact = models.EmailField(
        _("contact"),
        help_text=_(
            "Whom to write to before the token is revoked. The address of an office or a team, "
            "not of a person."
        ),
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_on = models.DateField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether its token is still good."""
        return self.revoked_at is None


def new_token() -> str:
    """Return a token of 256 random bits. It is shown once, to be entered at the client."""
    return f"{TOKEN_PREFIX}{secrets.token_urlsafe(32)}"


def hash_of(token: str) -> str:
    """Return what is kept of a token.

    One round of SHA-256 without a key: nobody can try out 2^256 tokens, and a key would have to
    outlive every rotation of the configured ones.
    """
    return hashlib.sha256(token.encode()).hexdigest()
