"""What is kept of a person's second factor."""

import time
from base64 import b32decode
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.oath import TOTP

from cms import encryption

PURPOSE = b"razem: secrets of second factors"
# Clocks of phones go wrong: the code before and the one after are good too (RFC 6238 §5.2).
TOLERANCE = 1
DIGITS = 6


class SecondFactor(Device):
    """An app that shows codes (RFC 6238: SHA-1, 30 s, six digits, as all such apps know them).

    Its secret is encrypted. `last_step` is that of the last code: none is taken twice, nor one
    that is older (RFC 6238 §5.2).
    """

    key_encrypted = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=-1, editable=False)
    made_at = models.DateTimeField(_("set up"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], name="one_second_factor_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    def verify_token(self, token: Any) -> bool:
        """Take a code, once; of two that come at the same moment one wins.

        Raises UnreadableSecretError. Limits are with the caller (cms/accounts/throttling.py).
        """
        secret = encryption.decrypt(self.key_encrypted, purpose=PURPOSE)
        step = step_of(secret, str(token), after=self.last_step)
        if step is None:
            return False
        unused = SecondFactor.objects.filter(pk=self.pk, last_step__lt=step)
        return unused.update(last_step=step) == 1


class RecoveryCode(models.Model):
    """A code for one login without the app. Only its hash is kept, and when it was used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} #{self.pk}"


def step_of(secret: str, code: str, *, after: int = -1) -> int | None:
    """Return the time step whose code this is, or None. The secret is in base 32 (RFC 4648 §6)."""
    if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
        return None
    totp = TOTP(b32decode(secret), digits=DIGITS)
    totp.time = time.time()
    is_good = totp.verify(int(code), tolerance=TOLERANCE, min_t=after + 1)
    return totp.t() if is_good else None
