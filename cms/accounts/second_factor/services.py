"""Every change of a person's second factor, and proving it. All of it is logged."""

import hashlib
import json
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms import encryption
from cms.accounts.second_factor.models import (
    PURPOSE,
    RecoveryCode,
    SecondFactor,
    step_of,
)
from cms.accounts.throttling import CODES, Attempt, TooManyAttemptsError

logger = structlog.get_logger(__name__)

SECRET_OCTETS = 20  # RFC 4226 §4, R6
CODES_AT_ONCE = 10
# 80 random bits: with so many, one round of SHA-256 is as good as any slow hash.
CODE_OCTETS = 10
# So long the page with the secret may stay open before the first code is entered.
SET_UP_SECONDS = 3600
# Of the app, and for recovery. No password may be digits only, or be given to anybody in this form.
CODE_SHAPE = re.compile(r"[0-9]{6}|[a-z2-7]{16}")


class WrongCodeError(Exception):
    """The code, or the password, is not the person's, was used before, or is too old."""


class SetUpOverError(Exception):
    """The page that showed the secret was open for too long, or is another person's."""


@dataclass(frozen=True)
class SetUp:
    """A secret that becomes the person's second factor with its first code.

    `sealed` comes back with the form: nothing is stored before.
    """

    secret: str
    sealed: str
    address: str  # otpauth://…, for the QR code

    @property
    def grouped(self) -> str:
        """Return the secret as people type it over, in fours."""
        return in_fours(self.secret)


def factor_of(user: Any) -> SecondFactor | None:
    return SecondFactor.objects.filter(user_id=user.pk).first() if user.pk else None


def begin(user: Any) -> SetUp:
    """Return a new secret for the person."""
    return _set_up(user, b32encode(secrets.token_bytes(SECRET_OCTETS)).decode())


def resume(user: Any, sealed: str) -> SetUp:
    """Return the set-up that a form brings back. Raises SetUpOverError."""
    try:
        text = encryption.decrypt(sealed, purpose=PURPOSE, lasts_seconds=SET_UP_SECONDS)
        owner, secret, replaced = json.loads(text)
    except (encryption.UnreadableSecretError, ValueError, TypeError) as error:
        raise SetUpOverError from error
    if owner != user.pk or replaced != _present(user):
        raise SetUpOverError
    return _set_up(user, secret, sealed)


@transaction.atomic
def confirm(*, user: Any, set_up: SetUp, code: str) -> tuple[SecondFactor, list[str]]:
    """Make the secret the person's second factor; return it, and new recovery codes.

    It takes the place of an earlier one. Raises WrongCodeError.
    """
    step = step_of(set_up.secret, tidy(code))
    if step is None:
        raise WrongCodeError
    factor, is_new = SecondFactor.objects.update_or_create(
        user_id=user.pk,
        defaults={
            "name": "app",
            "key_encrypted": encryption.encrypt(set_up.secret, purpose=PURPOSE),
            "last_step": step,
            "made_at": timezone.now(),
        },
    )
    _log(user, "on" if is_new else "renew")
    return factor, _new_codes(user)


def prove(*, user: Any, code: str, request: HttpRequest) -> SecondFactor:
    """Return the second factor that the code proves: of the app, or a recovery code.

    Raises WrongCodeError, TooManyAttemptsError.
    """
    factor = factor_of(user)
    attempt = Attempt(request, f"second factor {user.pk}", limits=CODES)
    entered = tidy(code)
    if factor is None or not (_is_of_app(factor, entered) or _use(user, entered)):
        raise WrongCodeError
    attempt.succeed()
    return factor


def prove_again(*, user: Any, secret: str, request: HttpRequest) -> None:
    """Take the person's password, or a code, before something that a stranger must not do.

    Raises WrongCodeError, TooManyAttemptsError.
    """
    if CODE_SHAPE.fullmatch(tidy(secret)):
        prove(user=user, code=secret, request=request)
        return
    known = authenticate(request, username=user.get_username(), password=secret)
    if seconds := getattr(request, "login_wait_seconds", 0):
        raise TooManyAttemptsError(seconds)
    if known is None or known.pk != user.pk:
        raise WrongCodeError


@transaction.atomic
def renew_codes(*, user: Any) -> list[str]:
    """Return new recovery codes; the earlier ones are good no more."""
    _log(user, "codes")
    return _new_codes(user)


def codes_left(user: Any) -> int:
    return RecoveryCode.objects.filter(user_id=user.pk, used_at=None).count()


@transaction.atomic
def switch_off(*, user: Any) -> None:
    """Do without a second factor from now on."""
    _remove(user)
    _log(user, "off")


@transaction.atomic
def reset(*, user: Any, by: Any) -> bool:
    """Take away another person's second factor, who lost it, and tell that person by mail.

    Return False if there was none. Raises PermissionDenied: superusers are for superusers only.
    """
    if not may_reset(by, user):
        raise PermissionDenied
    return _reset(user, by)


@transaction.atomic
def reset_at_server(*, user: Any) -> bool:
    """Do the same by command, for the only administrator. Return False if there was none."""
    return _reset(user, None)


def _reset(user: Any, by: Any) -> bool:
    if not _remove(user):
        return False
    _log(user, "reset", by=by)
    logger.info("second_factor_reset", user=user.pk, by=by.pk if by else None)
    if user.email:
        words = render_to_string("cms/accounts/reset_mail.txt", {"user": user})
        send_mail(_("Your two-factor login was switched off"), words, None, [user.email])
    return True


def may_reset(by: Any, user: Any) -> bool:
    if not by.has_perm("accounts.change_user") or by.pk == user.pk:
        return False
    return bool(by.is_superuser or not user.is_superuser)


def rotate() -> tuple[int, list[int]]:
    """Encrypt all secrets with the first key; return how many, and the ids of the unreadable."""
    count, unreadable = 0, []
    for factor in SecondFactor.objects.order_by("pk"):
        before = factor.key_encrypted
        try:
            after = encryption.reencrypt(before, purpose=PURPOSE)
        except encryption.UnreadableSecretError:
            unreadable.append(factor.pk)
            continue
        SecondFactor.objects.filter(pk=factor.pk, key_encrypted=before).update(key_encrypted=after)
        count += 1
    return count, unreadable


def tidy(code: str) -> str:
    """Return a code as it was made, however it was typed over."""
    return "".join(code.split()).replace("-", "").lower()


def in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _log(user: Any, action: str, *, by: Any = None) -> None:
    """Keep it in the audit log. `request.user` is lazy, which Wagtail's log does not know."""
    person = get_user_model().objects.get(pk=user.pk)
    actor = get_user_model().objects.get(pk=by.pk) if by else person
    log(instance=person, action=f"accounts.second_factor.{action}", user=actor)


def _set_up(user: Any, secret: str, sealed: str = "") -> SetUp:
    sealed = sealed or encryption.encrypt(
        json.dumps([user.pk, secret, _present(user)]), purpose=PURPOSE
    )
    issuer = f"Razem ({urlsplit(settings.SITE_URL).hostname})"
    label = quote(f"{issuer}:{user.get_username()}")
    address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
    return SetUp(secret=secret, sealed=sealed, address=address.replace("+", "%20"))


def _present(user: Any) -> str:
    """Return what tells the person's present second factor from one before and after it."""
    factor = factor_of(user)
    return factor.made_at.isoformat() if factor else ""


def _new_codes(user: Any) -> list[str]:
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    made = [
        b32encode(secrets.token_bytes(CODE_OCTETS)).decode().lower()
        for _one in range(CODES_AT_ONCE)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user.pk, code_hash=_hash(code)) for code in made
    )
    return [in_fours(code).replace(" ", "-") for code in made]


def _is_of_app(factor: SecondFactor, code: str) -> bool:
    try:
        return factor.verify_token(code)
    except encryption.UnreadableSecretError:
        # SECRETS_KEY has lost its key: recovery codes still let the person in.
        logger.exception("second_factor_unreadable", factor=factor.pk)
        return False


def _use(user: Any, code: str) -> bool:
    """Use a recovery code up; of two who do so at the same moment one wins."""
    unused = RecoveryCode.objects.filter(user_id=user.pk, code_hash=_hash(code), used_at=None)
    if unused.update(used_at=timezone.now()) != 1:
        return False
    _log(user, "recovery")
    return True


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _remove(user: Any) -> bool:
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    count, _rows = SecondFactor.objects.filter(user_id=user.pk).delete()
    return bool(count)
