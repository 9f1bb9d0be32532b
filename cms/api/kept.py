"""Answers that are kept, and given again as long as the state of the documents is the same.

Before a kept answer is given, the state is read from the database (one query): epoch, sequence,
what has expired, and the local day, whose end is the next moment at which a question about today
reads differently. So a change is in the very next answer, in whichever process it was made, and no
cache has to be told of it. The store is this process's own: a shared one would cost a round trip
more, and spare nothing but the first answer in each process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cms.api.freshness import Validators, generation, published_state
from cms.api.json import is_json_accepted

PREFIX = "/api/v1/"
LONGEST_QUERY = 1000
# An answer that takes more than one of so many parts of the room is not kept.
SHARES = 8
# What a kept answer takes beside its body: question, headers, the store's own books.
OVERHEAD_BYTES = 2000
NOT_ON_304 = frozenset({"Content-Type", "Content-Length"})

GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Answer:
    """A finished answer with status 200."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    validators: Validators

    def response(self, if_none_match: str | None) -> HttpResponse:
        """Return the answer, or 304 if the client has it already."""
        if not self.validators.match(if_none_match):
            return HttpResponse(self.body, headers=dict(self.headers))
        headers = {name: value for name, value in self.headers if name not in NOT_ON_304}
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response


class KeptAnswers:
    """Answers of one state, the latest used last, within a bound of memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._state: Hashable = None
        self._bytes = 0

    def has(self, question: Hashable) -> bool:
        """Whether an answer is kept, of whichever state."""
        return question in self._answers

    def get(self, question: Hashable, state: Hashable) -> Answer | None:
        """Return the answer if it is of this state. Those of any other state are forgotten."""
        with self._lock:
            self._move_to(state)
            answer = self._answers.get(question)
            if answer:
                self._answers.move_to_end(question)
            return answer

    def keep(self, question: Hashable, state: Hashable, answer: Answer, most_bytes: int) -> None:
        """Keep an answer, and forget those not asked for the longest where room is lacking."""
        size = size_of(answer)
        if size * SHARES > most_bytes:
            return
        with self._lock:
            self._move_to(state)
            self._drop(question)
            self._answers[question] = answer
            self._bytes += size
            while self._bytes > most_bytes:
                self._drop(next(iter(self._answers)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._move_to(None)

    def _move_to(self, state: Hashable) -> None:
        if state != self._state:
            self._answers.clear()
            self._bytes, self._state = 0, state

    def _drop(self, question: Hashable) -> None:
        if answer := self._answers.pop(question, None):
            self._bytes -= size_of(answer)


def size_of(answer: Answer) -> int:
    """Return about how many bytes of memory a kept answer takes."""
    return len(answer.body) + OVERHEAD_BYTES


kept_answers = KeptAnswers()


class KeptAnswersMiddleware:
    """Gives kept answers, and keeps those that views declare to be decided by the state alone.

    It stands behind what counts requests and answers for one client only (ApiAccessMiddleware,
    CORS), and before everything that costs time.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_keepable(request):
            return self.get_response(request)
        question = question_of(request)
        if kept_answers.has(question):
            # The view takes it from here if it has to answer after all.
            state = published_state()
            request.published_state = state  # type: ignore[attr-defined]
            if answer := kept_answers.get(question, generation(state)):
                return answer.response(request.META.get("HTTP_IF_NONE_MATCH"))
        response = self.get_response(request)
        if decided_by := getattr(response, "decided_by", None):
            assert isinstance(response, HttpResponse)  # noqa: S101  (views declare no streams)
            answer = Answer(response.content, tuple(response.items()), Validators(response["ETag"]))
            kept_answers.keep(question, generation(decided_by), answer, settings.API_KEPT_BYTES)
        return response


def is_keepable(request: HttpRequest) -> bool:
    """Whether the question is one whose answer may be kept, or kept already."""
    return (
        request.path_info.startswith(PREFIX)
        and request.method in {"GET", "HEAD"}
        and settings.API_KEPT_BYTES > 0
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and is_json_accepted(request.META.get("HTTP_ACCEPT", ""))
    )


def question_of(request: HttpRequest) -> Hashable:
    """Return what is asked, and of which host; the order of parameters does not count.

    Raises DisallowedHost, as Django would further on.
    """
    parameters = sorted((name, tuple(values)) for name, values in request.GET.lists())
    return (request.get_host(), request.path, tuple(parameters))
