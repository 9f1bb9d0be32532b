"""The pictures of documents in WordPress's media library: each uploaded once.

A picture is known by its content and alternative text, of which its name is made. In its
description there, in a comment that nobody sees, are this name and the mark of the document that it
was uploaded with. So it is found by its name though its file and slug are called otherwise (by a
plugin, or because of a file that is left of an upload which broke off), and by the mark though the
post was refused, or the worker killed, before we had a record of it.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.models.images import PublishedRendition
from cms.stored_words import say
from integrations.municipal.connectors.base import ConnectorError
from integrations.municipal.connectors.wordpress.answers import BUSY, Answer, problem
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.posts import MARK, mark
from integrations.municipal.models import SyncState

MOST_BYTES = 8 * 1024 * 1024
# As often as a document that is refused: then its document goes without it.
MOST_ATTEMPTS = 4
# Longer ones would make the address of the upload too long; they are given afterwards.
MOST_ALT_IN_ADDRESS = 300
FIELDS = "id,slug,alt_text,source_url,description"


NAME = re.compile(r"razem-[0-9a-f]{32}")


class PictureError(ConnectorError):
    """A picture cannot be brought there; its document may well be, and the destination is well."""


@dataclass(frozen=True)
class Picture:
    """A picture in the library; `url` is its file's address there, "" where that is not told."""

    id: int
    url: str
    alt: str


def upload(client: Client, image: dict[str, Any], *, document_id: UUID) -> Picture:
    """Have a payload's image in the library with its alternative text.

    A picture that is there already is not sent again. Raises ConnectorError; a PictureError is
    permanent where the same picture will never be taken.
    """
    name, content = _file_of(image)
    # Another description is another picture there: it has one for all who show it.
    slug = f"razem-{hashlib.sha256(content + image['alt'].encode()).hexdigest()[:32]}"
    name = f"{slug}{PurePosixPath(name).suffix}"
    picture = _found(client, slug) or _sent(client, name, content, image, document_id)
    if picture.alt != image["alt"]:
        described = client.post(f"media/{picture.id}", {"alt_text": image["alt"]})
        if not described.is_ok:
            raise _refusal(described)
    return picture


def _found(client: Client, slug: str) -> Picture | None:
    """Return the picture of that name: by its slug, else by what else holds the name."""
    for asked in ({"slug": slug}, {"search": slug}):
        answer = client.get("media", **asked, context="edit", _fields=FIELDS)
        if not answer.is_ok or not isinstance(answer.data, list):
            raise problem(answer, is_write=False)
        for one in answer.data:
            if _is_named(one, slug):
                return _picture(one)
    return None


def forget(client: Client, image_id: str, *, destination_id: int, but: Any) -> None:
    """Delete a picture that no document there uses but that one. Raises ConnectorError."""
    states = SyncState.objects.filter(destination_id=destination_id, image_ids__contains=image_id)
    others = states.exclude(document_id=but).values_list("image_ids", flat=True)
    if not any(image_id in ids.split(",") for ids in others):
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


def _is_named(found: Any, slug: str) -> bool:
    named, text = _texts(found)
    return named == slug or (slug in text and f"{MARK}:" in text)


def _is_marked(found: Any, document_id: UUID) -> bool:
    slug, text = _texts(found)
    is_ours = NAME.match(slug) or NAME.search(text)
    return bool(is_ours) and mark(document_id) in text


def _texts(found: Any) -> tuple[str, str]:
    """Return slug and description of an item of the library, "" where it has none."""
    try:
        return str(found["slug"]), str(found["description"]["raw"])
    except (KeyError, TypeError):
        return "", ""


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
        raise PictureError(say(_("It is larger than the website takes.")), permanent=True)
    return name, content


def _sent(
    client: Client, name: str, content: bytes, image: dict[str, Any], document_id: UUID
) -> Picture:
    stem = PurePosixPath(name).stem
    fields = {"description": f"<!-- {mark(document_id)} {stem} -->"}
    if len(image["alt"]) <= MOST_ALT_IN_ADDRESS:
        fields["alt_text"] = image["alt"]
    try:
        answer = client.upload(
            "media",
            name=name,
            media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            content=content,
            **fields,
        )
    except ConnectorError as error:
        if not error.is_unclear:
            raise  # nothing was connected: that concerns them all
        raise PictureError(error.reason, is_unclear=True) from error
    if not answer.is_ok:
        raise _refusal(answer)
    return _picture(answer.data)


def _refusal(answer: Answer) -> ConnectorError:
    """Say what it means that a picture was not taken.

    Whatever else is wrong with the destination, its document will meet too. Who answers 500 has
    stopped working on it, mostly for want of memory; behind 502 and 504 somebody may still do so.
    """
    error = problem(answer, is_write=True)
    if answer.status in BUSY:
        return error
    is_never = error.permanent and not error.is_about_destination
    return PictureError(
        error.reason, permanent=is_never, is_unclear=error.is_unclear and answer.status != 500
    )


def _picture(data: Any) -> Picture:
    """Read an item of the library, or raise PictureError."""
    try:
        number, url = int(data["id"]), str(data.get("source_url") or "")
        alt = str(data.get("alt_text") or "")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PictureError(say(_("Its answer cannot be understood.")), is_unclear=True) from error
    is_address = urlsplit(url).scheme in {"http", "https"}
    return Picture(id=number, url=url if is_address else "", alt=alt)
