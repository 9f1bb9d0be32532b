"""Pushes changes as signed webhooks (Standard Webhooks 1.0: https://www.standardwebhooks.com)."""

import base64
import binascii
import secrets as random_secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from standardwebhooks import Webhook

from cms.stored_words import say
from integrations.http.retry_after import retry_after
from integrations.municipal.changes import Change
from integrations.municipal.connectors import guarded
from integrations.municipal.connectors.base import (
    CannotListError,
    ConnectorError,
    Receipt,
    RemotePage,
)

PREFIX = "whsec_"
# Standard Webhooks asks for 24 to 64 bytes.
SECRET_BYTES = 32
SHORTEST_SECRET_BYTES, LONGEST_SECRET_BYTES = 24, 64
# What says nothing about this change, only about now.
TEMPORARY = {408, 425, 429}
# The address or the secret is wrong: the other changes will fare alike.
MISCONFIGURED = {401, 403, 404, 405, 407}


def new_secret() -> str:
    """Return a new random signing secret."""
    return PREFIX + base64.b64encode(random_secrets.token_bytes(SECRET_BYTES)).decode()


def check_secret(secret: str) -> None:
    """Raise ValidationError unless the text is a signing secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    is_long_enough = SHORTEST_SECRET_BYTES <= len(key) <= LONGEST_SECRET_BYTES
    if not secret.startswith(PREFIX) or not is_long_enough:
        raise ValidationError(
            _("A secret is whsec_ and then 24 to 64 bytes in base64. Leave it to us to make one.")
        )


class WebhookConnector:
    """Posts each change to one address, signed with every secret in force."""

    # Receivers take only what is newer than what they hold, so late arrivals do no harm.
    settles_within = timedelta(0)

    def __init__(self, *, url: str, secrets: Sequence[str], destination_id: int) -> None:
        self._url = url
        self._signers = [Webhook(secret) for secret in secrets]
        self._destination_id = destination_id
        self._target: guarded.Target | None = None
        self._session: requests.Session | None = None

    def check(self) -> str:
        """Find the host. Nothing is sent: an address for changes knows no questions."""
        self._resolved()
        return say(_("Its host was found. Whether it takes changes shows with the first one."))

    def is_loopback_only(self) -> bool:
        return self._resolved().is_loopback_only

    def upsert(self, change: Change) -> Receipt:
        return self._post(change)

    def remove(self, change: Change) -> Receipt:
        return self._post(change)

    def list_remote(self, start: str = "") -> Iterator[RemotePage]:
        raise CannotListError(say(_("Receivers of webhooks cannot be asked what they hold.")))

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _resolved(self) -> guarded.Target:
        if self._target is None:
            self._target = guarded.resolve(self._url)
        return self._target

    def _post(self, change: Change) -> Receipt:
        if self._session is None:
            self._session = guarded.session_for(self._resolved())
        body = change.as_json()
        headers = self._headers(change, body)
        with guarded.time_limit(guarded.TOTAL_SECONDS) as limit:
            try:
                status, answer_headers = self._exchange(self._session, body, headers, limit)
            except requests.RequestException as error:
                self.close()
                raise _unanswered(error, is_too_slow=limit.has_ended) from error
        if 200 <= status < 300:
            return Receipt(status)
        raise _refused(status, answer_headers)

    def _exchange(
        self,
        session: requests.Session,
        body: bytes,
        headers: Mapping[str, str],
        limit: guarded.TimeLimit,
    ) -> tuple[int, Mapping[str, str]]:
        # By the session's adapter: the session would add cookies, and double what we spend.
        request = requests.Request("POST", self._url, data=body, headers=headers).prepare()
        with session.get_adapter(self._url).send(
            request, timeout=(guarded.CONNECT_SECONDS, guarded.READ_SECONDS), stream=True
        ) as response:
            if limit.has_ended:
                raise requests.Timeout  # Broken off by us among the headers.
            # Only so that the connection can be used again; what it says is not ours to trust.
            if 200 <= response.status_code < 300:
                self._drain(response)
            return response.status_code, response.headers

    def _drain(self, response: requests.Response) -> None:
        """Read the rest of an answer; one that is too long or breaks off costs the connection."""
        try:
            rest = response.raw.read(guarded.MOST_ANSWER_BYTES + 1, decode_content=False)
        except Exception:  # noqa: BLE001 - the status, which alone counts, has come
            rest = None
        if rest is None or len(rest) > guarded.MOST_ANSWER_BYTES:
            self.close()

    def _headers(self, change: Change, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        name = message_id(self._destination_id, change)
        signatures = [signer.sign(name, now, body.decode()) for signer in self._signers]
        return {
            "Content-Type": "application/json",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "keep-alive",
            "User-Agent": "Razem",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def message_id(destination_id: int, change: Change) -> str:
    """Return the id that every attempt to send this version carries.

    Of another epoch it is another message: receivers forget what they had before.
    """
    document = f"{change.document_id.hex}_{change.told_version}"
    return f"msg_{destination_id}_{change.epoch.hex[:8]}_{document}"


def _unanswered(error: requests.RequestException, *, is_too_slow: bool) -> ConnectorError:
    """Say why there was no answer. Nobody knows whether the change arrived."""
    match error:
        case _ if is_too_slow:
            reason = say(_("It did not answer in time."))
        case requests.exceptions.SSLError():
            reason = say(_("Its certificate is not valid, so nothing was sent."))
        case requests.Timeout():
            reason = say(_("It did not answer in time."))
        case requests.ConnectionError():
            reason = say(_("It cannot be reached, or broke the connection off."))
        case _:
            reason = say(_("Its answer cannot be understood."))
    return ConnectorError(reason, is_about_destination=True)


def _refused(status: int, headers: Mapping[str, str]) -> ConnectorError:
    """Say what a status other than 2xx means."""
    if status == 410:
        reason = say(_("It wants no more changes (HTTP 410), so it was switched off."))
        return ConnectorError(reason, permanent=True, is_about_destination=True, is_gone=True)
    is_busy = status in TEMPORARY or not 300 <= status < 500
    return ConnectorError(
        _words_for(status),
        permanent=not is_busy,
        retry_after=retry_after(headers.get("Retry-After")) if is_busy else None,
        is_about_destination=is_busy or status < 400 or status in MISCONFIGURED,
    )


def _words_for(status: int) -> str:
    if 300 <= status < 400:
        text = _("It redirects elsewhere (HTTP %(status)s). Enter its final address.")
    elif status in {401, 403, 407}:
        text = _("It refused the signature (HTTP %(status)s). Is the secret there the same?")
    elif status in {404, 405}:
        text = _("Nothing receives changes at its address (HTTP %(status)s). Check the address.")
    elif status in TEMPORARY or status == 503:
        text = _("It asks to try again later (HTTP %(status)s).")
    elif 400 <= status < 500:
        text = _("It refused this change (HTTP %(status)s).")
    else:
        text = _("It has an error of its own (HTTP %(status)s).")
    return say(text, status=status)
