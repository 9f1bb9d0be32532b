"""The posts and pages of a WordPress, as far as they may hold our documents."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress.answers import PAST_THE_END, Answer, problem
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.posts import FIELDS, Remote, mark, remote_of
from integrations.municipal.connectors.wordpress.theirs import collection_of

# "any" leaves the trash out.
EVERY_STATUS = "any,trash"
COLLECTIONS = ("posts", "pages")
ITEMS_A_PAGE = 50
# The most that WordPress lists at once.
IDS_A_PAGE = 100
# More take longer to list than a lease lasts where a website is slow.
MOST_IDS = 2_000


class Shelf:
    """Finds, reads and deletes posts and pages. Each method raises ConnectorError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def marked(self, document_id: UUID, *, collections: Iterable[str]) -> list[Remote]:
        found: list[Remote] = []
        for collection in dict.fromkeys(collections):
            hits, _total, _pages = self.search(mark(document_id), collection)
            found += [hit for hit in hits if hit.document_id == document_id]
        return found

    def search(self, text: str, collection: str, *, page: int = 1) -> tuple[list[Remote], int, int]:
        """Return a part of what holds the text, how many there are, and in how many parts."""
        answer = self._client.get(
            collection,
            search=text,
            status=EVERY_STATUS,
            context="edit",
            orderby="id",
            order="asc",
            per_page=ITEMS_A_PAGE,
            page=page,
            _fields=FIELDS,
        )
        if answer.code == PAST_THE_END:
            return [], 0, page
        if not answer.is_ok or not isinstance(answer.data, list):
            raise problem(answer, is_write=False)
        found = [post_from(collection, data) for data in answer.data]
        return found, answer.number("X-WP-Total"), answer.number("X-WP-TotalPages")

    def ids(self, text: str, collection: str) -> list[int] | None:
        """Return the ids of all that holds the text; None where that cannot be said for sure.

        Each part begins with the last id of the part before, so that one is never missed because
        somebody deletes another meanwhile.
        """
        ids: list[int] = []
        while True:
            answer = self._client.get(
                collection,
                search=text,
                status=EVERY_STATUS,
                orderby="id",
                order="asc",
                per_page=IDS_A_PAGE,
                offset=max(len(ids) - 1, 0),
                _fields="id",
            )
            part = _ids(answer)
            is_moving = bool(ids) and part[:1] != ids[-1:]
            if is_moving or answer.number("X-WP-Total") > MOST_IDS or len(ids) > MOST_IDS:
                return None
            ids += part[1:] if ids else part
            if len(part) < IDS_A_PAGE:
                return ids

    def read_all(self, collection: str, ids: Sequence[int]) -> list[Remote]:
        """Return those of at most `IDS_A_PAGE` posts that are there."""
        answer = self._client.get(
            collection,
            include=",".join(map(str, ids)),
            status=EVERY_STATUS,
            context="edit",
            per_page=IDS_A_PAGE,
            _fields=FIELDS,
        )
        if not answer.is_ok or not isinstance(answer.data, list):
            raise problem(answer, is_write=False)
        return [post_from(collection, data) for data in answer.data]

    def read(self, remote_id: str) -> Remote | None:
        """Return a post by its id; None where it was deleted for good."""
        collection = collection_of(remote_id)
        answer = self._client.get(remote_id, context="edit", _fields=FIELDS)
        if answer.status == 404 and answer.code == "rest_post_invalid_id":
            return None
        if not answer.is_ok:
            raise problem(answer, is_write=False)
        return post_from(collection, answer.data)

    def delete(self, found: Remote, *, is_final: bool) -> None:
        answer = self._client.delete(found.remote_id, is_final=is_final)
        if not answer.is_ok and not answer.is_gone:
            raise problem(answer, is_write=True)


def _ids(answer: Answer) -> list[int]:
    if not answer.is_ok or not isinstance(answer.data, list):
        raise problem(answer, is_write=False)
    return [int(one["id"]) for one in answer.data]


def post_from(collection: str, data: Any) -> Remote:
    try:
        return remote_of(collection, data)
    except ValueError as error:
        raise ConnectorError(
            say(_("Its answer cannot be understood.")), is_about_destination=True, is_unclear=True
        ) from error
