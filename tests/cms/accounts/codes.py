"""The phone of a test: it shows the codes of a secret at any time."""

import time
from base64 import b32decode
from typing import Any

from django.contrib.auth import get_user_model
from django_otp.oath import TOTP

from cms.accounts.second_factor import services


def code_at(secret: str, *, later_seconds: int = 0) -> str:
    totp = TOTP(b32decode(secret))
    totp.time = time.time() + later_seconds
    return f"{totp.token():06d}"


def with_second_factor(user: Any) -> tuple[str, list[str]]:
    """Switch it on for the person; return the secret, and the recovery codes.

    The code with which that was done is the one before now, so that the present one is still good.
    """
    set_up = services.begin(user)
    code = code_at(set_up.secret, later_seconds=-30)
    _factor, codes = services.confirm(user=user, set_up=set_up, code=code)
    return set_up.secret, codes


def fresh(user: Any) -> Any:
    return get_user_model().objects.get(pk=user.pk)
