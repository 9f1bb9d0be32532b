"""The picture of a document in WordPress's media library: uploaded once.

It is known by its content and description, of which its name there is made. Its description there
is the mark of the document that it was uploaded with, in a comment that nobody sees: thus it is
found though the post was refused, or the worker killed, before we had a record of it.
"""

import hashlib
import mimetypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.models.images import PublishedRendition
from cms.stored_words import say
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress.answers import problem
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.posts import mark
from integrations.municipal.models import SyncState

MOST_BYTES = 8 * 1024 * 1024


def upload(client: Client, image: dict[str, Any], *, document_id: UUID) -> int:
    """Have a payload's image in the library with its alternative text, and return its id there.

    Raises ConnectorError. A picture that is there already is not sent again.
    """
    name, content = _file_of(image)
    # Another description is another picture there: it has one for all who show it.
    slug = f"razem-{hashlib.sha256(content + image['alt'].encode()).hexdigest()[:32]}"
    found = client.get("media", slug=slug, context="edit", _fields="id,slug,alt_text")
    if not found.is_ok or not isinstance(found.data, list):
        raise problem(found, is_write=False)
    there = [one for one in found.data if isinstance(one, dict) and one.get("slug") == slug]
    if there:
        media_id, alt = int(there[0]["id"]), there[0].get("alt_text")
    else:
        name = f"{slug}{PurePosixPath(name).suffix}"
        media_id, alt = _sent(client, name, content, document_id), None
    if alt != image["alt"]:
        described = client.post(f"media/{media_id}", {"alt_text": image["alt"]})
        if not described.is_ok:
            raise problem(described, is_write=True)
    return media_id


def forget(client: Client, image_id: str, *, destination_id: int, but: Any) -> None:
    """Delete a picture that no document there uses but that one. Raises ConnectorError."""
    states = SyncState.objects.filter(destination_id=destination_id, image_id=image_id)
    if image_id and not states.exclude(document_id=but).exists():
        answer = client.delete(f"media/{image_id}", is_final=True)
        if not answer.is_ok and not answer.is_gone:
            raise problem(answer, is_write=True)


def uploaded_with(client: Client, document_id: UUID) -> list[str]:
    """Return the ids of the pictures that were uploaded with a document."""
    answer = client.get(
        "media",
        search=mark(document_id),
        context="edit",
        per_page=100,
        _fields="id,slug,description",
    )
    if not answer.is_ok or not isinstance(answer.data, list):
        raise problem(answer, is_write=False)
    return [str(one["id"]) for one in answer.data if _is_marked(one, document_id)]


def _is_marked(found: Any, document_id: UUID) -> bool:
    try:
        text, slug = str(found["description"]["raw"]), str(found["slug"])
    except (KeyError, TypeError):
        return False
    return slug.startswith("razem-") and mark(document_id) in text


def _file_of(image: dict[str, Any]) -> tuple[str, bytes]:
    """Return the name and content of the widest public copy, read from our own storage."""
    name = PurePosixPath(urlsplit(image["url"]).path).name
    copy = PublishedRendition.objects.filter(name__endswith=name, withdrawn_at=None).first()
    original = copy.original() if copy else None
    if original is None:
        raise ConnectorError(say(_("The picture is being made anew on our side.")))
    try:
        with original.open("rb") as file:
            content: bytes = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConnectorError(say(_("The picture is being made anew on our side."))) from error
    if len(content) > MOST_BYTES:
        raise ConnectorError(say(_("It is larger than the website takes.")), permanent=True)
    return name, content


def _sent(client: Client, name: str, content: bytes, document_id: UUID) -> int:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = client.upload(
        "media",
        name=name,
        media_type=media_type,
        content=content,
        description=f"<!-- {mark(document_id)} -->",
    )
    if not answer.is_ok or not isinstance(answer.data, dict) or "id" not in answer.data:
        raise problem(answer, is_write=True)
    return int(answer.data["id"])
