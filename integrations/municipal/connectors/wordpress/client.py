"""Requests to one WordPress: to its own origin only, with a limit to their time and their size."""

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import orjson
import requests
from django.utils.translation import gettext_lazy as _
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from cms.stored_words import say
from integrations.municipal.connectors import guarded
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress import answers
from integrations.municipal.connectors.wordpress.answers import Answer

# A list of 50 long posts, as WordPress escapes them.
MOST_ANSWER_BYTES = 16 * 1024 * 1024
API = "wp/v2"
# For everything that one document needs: look up, picture, categories, writing. Below the lease.
BUDGET_SECONDS = 38.0


class Client:
    """Speaks to WordPress's REST API with an application password (HTTP Basic)."""

    def __init__(self, *, url: str, username: str, password: str) -> None:
        self._site = url.rstrip("/").removesuffix("/wp-json")
        self._headers = {
            "Accept-Encoding": "identity",
            "User-Agent": "Razem",
            "Authorization": "Basic "
            + base64.b64encode(f"{username}:{password}".encode()).decode(),  # RFC 7617 §2.1
        }
        self._target: guarded.Target | None = None
        self._session: requests.Session | None = None
        self._ends_at: float | None = None
        self.has_pretty_links = True

    @property
    def is_encrypted(self) -> bool:
        return self._site.lower().startswith("https://")

    @property
    def target(self) -> guarded.Target:
        if self._target is None:
            self._target = guarded.resolve(self._site)
        return self._target

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    @contextmanager
    def budget(self) -> Iterator[None]:
        """Limit the time of all requests inside together."""
        self._ends_at = time.monotonic() + BUDGET_SECONDS
        try:
            yield
        finally:
            self._ends_at = None

    def get(self, path: str, **parameters: Any) -> Answer:
        """Ask; whatever is answered is the caller's to judge."""
        return self._request("GET", f"{API}/{path}", parameters=parameters)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self._post(f"{API}/{path}", fields)

    def post_many(self, items: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Answer] | None:
        """Post each (path, fields) in one request, and return their answers in the same order.

        None: it takes no such requests (WordPress does from 5.6 on), or not this one; nothing was
        done. A site may do so much of one that breaks off that each item is in doubt.
        """
        parts = [
            {"method": "POST", "path": f"/{API}/{path}", "body": fields} for path, fields in items
        ]
        whole = self._post("batch/v1", {"requests": parts})
        if answers.is_refused_whole(whole):
            return None
        found = answers.parts_of(whole)
        if len(found) != len(parts):
            raise answers.problem(whole, is_write=True)
        if all(part.code == answers.NO_BATCH for part in found):
            return None
        return found

    def delete(self, path: str, *, is_final: bool) -> Answer:
        """Delete, or put into the trash. By POST: some hosts let no DELETE through."""
        headers = {"X-HTTP-Method-Override": "DELETE"}
        parameters = {"force": "true"} if is_final else {}
        return self._request("POST", f"{API}/{path}", parameters=parameters, headers=headers)

    def upload(
        self, path: str, *, name: str, media_type: str, content: bytes, **fields: str
    ) -> Answer:
        headers = {
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return self._request(
            "POST", f"{API}/{path}", parameters=fields, body=content, headers=headers
        )

    def _post(self, route: str, fields: Mapping[str, Any]) -> Answer:
        headers = {"Content-Type": "application/json"}
        return self._request("POST", route, body=orjson.dumps(fields), headers=headers)

    def _request(
        self,
        method: str,
        route: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        seconds = guarded.TOTAL_SECONDS
        if self._ends_at is not None:
            seconds = min(seconds, self._ends_at - time.monotonic())
        if seconds <= 0:
            raise ConnectorError(say(_("It is too slow.")), is_about_destination=True)
        if self._session is None:
            self._session = guarded.session_for(self.target)
        with guarded.time_limit(seconds) as limit:
            try:
                with self._session.request(
                    method,
                    self._address(route, parameters or {}),
                    data=body,
                    headers={**self._headers, **(headers or {})},
                    timeout=(guarded.CONNECT_SECONDS, guarded.READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    content = self._content(response)
                    if limit.has_ended:
                        raise requests.Timeout
                    return answers.read(response.status_code, dict(response.headers), content)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                self.close()
                is_write = method == "POST"
                raise _unanswered(error, is_write=is_write, is_slow=limit.has_ended) from error

    def _content(self, response: requests.Response) -> bytes:
        content: bytes = response.raw.read(MOST_ANSWER_BYTES + 1, decode_content=False)
        if len(content) > MOST_ANSWER_BYTES:
            raise ValueError("the answer is too long")
        return content

    def _address(self, route: str, parameters: Mapping[str, Any]) -> str:
        query = urlencode(parameters)
        if self.has_pretty_links:
            return f"{self._site}/wp-json/{route}" + (f"?{query}" if query else "")
        plain = urlencode({"rest_route": f"/{route}"})
        return f"{self._site}/?{plain}" + (f"&{query}" if query else "")


def _unanswered(error: Exception, *, is_write: bool, is_slow: bool) -> ConnectorError:
    """Say why there was no answer. A write may have been done, unless nothing was connected."""
    is_refused = isinstance(_cause(error), NewConnectionError)
    if is_slow or isinstance(error, requests.Timeout | ReadTimeoutError):
        reason = say(_("It did not answer in time."))
    elif isinstance(error, requests.exceptions.SSLError):
        reason = say(_("Its certificate is not valid, so nothing was sent."))
    elif isinstance(error, requests.ConnectionError | HTTPError | OSError):
        reason = say(_("It cannot be reached, or broke the connection off."))
    else:
        reason = say(_("Its answer cannot be understood."))
    return ConnectorError(reason, is_about_destination=True, is_unclear=is_write and not is_refused)


def _cause(error: Exception) -> Any:
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", inner)
