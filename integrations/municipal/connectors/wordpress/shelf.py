"""The posts and pages of a WordPress, as far as they may hold our documents."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress.answers import PAST_THE_END, problem
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.posts import FIELDS, Remote, mark, remote_of
from integrations.municipal.connectors.wordpress.theirs import collection_of

# "any" leaves the trash out.
EVERY_STATUS = "any,trash"
COLLECTIONS = ("posts", "pages")
ITEMS_A_PAGE = 50


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


def post_from(collection: str, data: Any) -> Remote:
    try:
        return remote_of(collection, data)
    except ValueError as error:
        raise ConnectorError(
            say(_("Its answer cannot be understood.")), is_about_destination=True, is_unclear=True
        ) from error
