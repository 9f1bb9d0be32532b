import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.changes import Change
from integrations.municipal.connectors.base import ConnectorError, Receipt, RemoteItem, RemotePage
from integrations.municipal.connectors.wordpress import media
from integrations.municipal.connectors.wordpress.answers import TOO_FEW_RIGHTS, Answer, problem
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.ours import Ours
from integrations.municipal.connectors.wordpress.places import Places
from integrations.municipal.connectors.wordpress.posts import (
    MARK,
    Post,
    Remote,
    hash_of,
    key_of,
    post_of,
)
from integrations.municipal.connectors.wordpress.shelf import COLLECTIONS, Shelf, post_from
from integrations.municipal.connectors.wordpress.theirs import is_as_we_wrote
from integrations.municipal.mapping import Mapping

WITHOUT_PICTURE = _("It is there without the picture “%(picture)s”. %(reason)s")
SHOWN_FROM_US = _("The picture “%(picture)s” in its text is shown from our website. %(reason)s")
# PHP may work that long on a request that nobody waits for any more.
SETTLES_WITHIN = timedelta(seconds=75)
NEEDED_RIGHTS = ("publish_posts", "publish_pages", "upload_files", "manage_categories")


@dataclass(frozen=True)
class Pictures:
    """What a post shows from the library: ids there, and in words what it goes without."""

    featured: int = 0
    ids: tuple[str, ...] = ()
    lack: str = ""


class WordPressConnector:
    """Keeps each document as one post or page; the ledger lets one writer at a document at a time.

    Before it writes it reads what is there: what staff there edited, trashed or deleted is theirs
    to be asked about (HeldError), unless our version is to win.
    """

    def __init__(
        self,
        *,
        client: Client,
        mapping: Mapping,
        destination_id: int,
        is_ours_winning: bool,
    ) -> None:
        self.settles_within = SETTLES_WITHIN
        self._client = client
        self._mapping = mapping
        self._destination_id = destination_id
        self._takes_batches = True
        self._shelf = Shelf(client)
        self._ours = Ours(self._shelf, destination_id=destination_id, is_winning=is_ours_winning)
        self._places = Places(client, parent=mapping.parent)

    # ---- The port ----------------------------------------------------------------------------

    def check(self) -> str:
        """Log in, and see that the account may do what is needed. Anonymity looks like success."""
        if not self._client.is_encrypted and not self.is_loopback_only():
            raise ConnectorError(
                say(_("Its address has to begin with https://, or the password could be read.")),
                permanent=True,
                is_about_destination=True,
            )
        me = self._me()
        rights = me.get("capabilities")
        lacking = [
            name for name in NEEDED_RIGHTS if not (isinstance(rights, dict) and rights.get(name))
        ]
        if lacking:
            raise ConnectorError(
                say(TOO_FEW_RIGHTS, code=", ".join(lacking)),
                permanent=True,
                is_about_destination=True,
            )
        if self._mapping.pages:
            self._places.parent_id()
        return say(_("Logged in as “%(name)s”, who may publish there."), name=me.get("slug"))

    def is_loopback_only(self) -> bool:
        return self._client.target.is_loopback_only

    def upsert(self, change: Change) -> Receipt:
        post = post_of(change, self._mapping)
        with self._client.budget():
            found = self._ours.one(change, collection=post.collection)
            if found is None or found.collection == post.collection:
                return self._written(change, post, found)
            receipt = self._written(change, post, self._ours.moved(change, post.collection))
            self._shelf.delete(found, is_final=is_as_we_wrote(change, found))
            return receipt

    def upsert_new(self, changes: Sequence[Change]) -> dict[UUID, Receipt | ConnectorError]:
        """Create in one request those that are certainly not there, and need no upload before.

        All of them are in doubt when its answer is lost, and are then looked for one by one.
        """
        with self._client.budget():
            try:
                new = self._surely_new(changes)
                fields = {change.document_id: self._fields(post, 0) for change, post in new}
            except ConnectorError:
                return {}  # the first to be sent by itself will say what is wrong
            if len(new) < 2:
                return {}
            try:
                answers = self._client.post_many(
                    [
                        (post.collection, fields[change.document_id] | _date(post))
                        for change, post in new
                    ]
                )
            except ConnectorError as error:
                return dict.fromkeys(fields, error)
            if answers is None:
                self._takes_batches = False
                return {}
            return {
                change.document_id: self._outcome(change, post, answer, fields[change.document_id])
                for (change, post), answer in zip(new, answers, strict=True)
            }

    def remove(self, change: Change) -> Receipt:
        """Delete it for good: it may have been withdrawn for a person's privacy.

        What is not known to be as we wrote it goes to the trash, where staff's work can be found.
        """
        with self._client.budget():
            for found in self._ours.all(change):
                self._shelf.delete(found, is_final=is_as_we_wrote(change, found))
            images = media.uploaded_with(self._client, change.document_id)
            self._forget(change, [*change.known.images, *images])
        return Receipt(200)

    def list_remote(self, start: str = "") -> Iterator[RemotePage]:
        """Go through posts, then pages, in the order of their ids: "posts:3" is the third part."""
        collection, _colon, number = (start or "posts:1").partition(":")
        page = int(number)
        while True:
            found, total, pages = self._shelf.search(MARK, collection, page=page)
            items = tuple(_item(remote) for remote in found if remote.document_id)
            if page < pages:
                page += 1
            elif collection == COLLECTIONS[0]:
                collection, page = COLLECTIONS[1], 1
            else:
                yield RemotePage(items, "", total)
                return
            yield RemotePage(items, f"{collection}:{page}", total)

    def close(self) -> None:
        self._client.close()

    def _me(self) -> dict[str, Any]:
        """Return our account there; finds out how addresses of the REST API are written."""
        answer = self._client.get("users/me", context="edit", _fields="id,slug,capabilities")
        if answer.data is None and answer.status in {200, 404}:
            self._client.has_pretty_links = False
            answer = self._client.get("users/me", context="edit", _fields="id,slug,capabilities")
        if not answer.is_ok or not isinstance(answer.data, dict):
            raise problem(answer, is_write=False)
        return answer.data

    # ---- Writing -----------------------------------------------------------------------------

    def _written(self, change: Change, post: Post, found: Remote | None) -> Receipt:
        post, pictures = self._pictured(change, post)
        fields = self._fields(post, pictures.featured)
        sent_hash = hash_of(fields)
        if found and self._is_same(change, found, sent_hash):
            return _receipt(found, sent_hash, pictures, status=200)
        if found is None:
            fields |= _date(post)
        elif re.fullmatch(rf"{re.escape(post.slug)}-[0-9]+", found.slug):
            del fields["slug"]  # taken there; to ask again would only count on
        answer = self._client.post(found.remote_id if found else post.collection, fields)
        if not answer.is_ok:
            raise problem(answer, is_write=True)
        written = self._echo(change, post, answer)
        self._forget(change, [one for one in change.known.images if one not in pictures.ids])
        return _receipt(written, sent_hash, pictures, status=answer.status)

    def _pictured(self, change: Change, post: Post) -> tuple[Post, Pictures]:
        """Have the post's pictures there, and return it as it shows them from there."""
        lacks: list[str] = []
        featured = post.image and self._uploaded(change, post.image, WITHOUT_PICTURE, lacks)
        uploads = (
            (key_of(image), self._uploaded(change, image, SHOWN_FROM_US, lacks))
            for image in post.images
        )
        shown = {key: picture for key, picture in uploads if picture}
        if shown:
            addresses = {key: picture.url for key, picture in shown.items()}
            post = post_of(change, self._mapping, addresses)
        there = [picture for picture in (featured, *shown.values()) if picture]
        return post, Pictures(
            featured=featured.id if featured else 0,
            ids=tuple(dict.fromkeys(str(picture.id) for picture in there)),
            lack=" ".join(lacks),
        )

    def _forget(self, change: Change, image_ids: Iterable[str]) -> None:
        """Delete pictures of the document that no other one there shows."""
        for image_id in dict.fromkeys(image_ids):
            media.forget(
                self._client,
                image_id,
                destination_id=self._destination_id,
                but=change.document_id,
            )

    def _uploaded(
        self, change: Change, image: dict[str, Any], words: Promise, lacks: list[str]
    ) -> media.Picture | None:
        """Return a picture there, or None with a word on why the document goes without it.

        That it does once the picture was refused for good, or failed often: it is better there
        without its picture than not at all.
        """
        try:
            return media.upload(self._client, image, document_id=change.document_id)
        except media.PictureError as error:
            if not error.permanent and change.known.attempts < media.MOST_ATTEMPTS:
                raise
            lacks.append(say(words, picture=image["alt"] or image["url"], reason=error.reason))
            return None

    def _surely_new(self, changes: Sequence[Change]) -> list[tuple[Change, Post]]:
        if not self._takes_batches:
            return []
        self._ours.look_around()
        posts = [(change, post_of(change, self._mapping)) for change in changes]
        return [
            (change, post)
            for change, post in posts
            if not (post.image or post.images) and self._ours.is_surely_new(change)
        ]

    def _outcome(
        self, change: Change, post: Post, answer: Answer, fields: dict[str, Any]
    ) -> Receipt | ConnectorError:
        """Return what one part of a batch has come to."""
        try:
            if not answer.is_ok:
                raise problem(answer, is_write=True)
            written = self._echo(change, post, answer)
        except ConnectorError as error:
            return error
        return _receipt(written, hash_of(fields), Pictures(), status=answer.status)

    def _is_same(self, change: Change, found: Remote, sent_hash: str) -> bool:
        """Whether writing would change nothing."""
        known = change.known
        is_as_sent = sent_hash == known.sent_hash and found.answer_hash == known.answer_hash
        return is_as_sent and found.version == change.version

    def _fields(self, post: Post, image_id: int) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "status": "publish",
            "slug": post.slug,
            "title": post.title,
            "content": post.content,
            "excerpt": post.excerpt,
            "featured_media": image_id,
        }
        if post.collection == "pages":
            return fields | {"parent": self._places.parent_id()}
        return fields | {
            "categories": [self._places.term("categories", post.category)],
            "tags": [self._places.term("tags", name) for name in post.tags],
        }

    def _echo(self, change: Change, post: Post, answer: Answer) -> Remote:
        """Return what was stored, after seeing that nothing was dropped on the way."""
        written = post_from(post.collection, answer.data)
        is_marked = (written.document_id, written.version) == (change.document_id, change.version)
        if is_marked and written.status == "publish":
            return written
        if answer.status == 201 and written.document_id != change.document_id:
            self._take_back(written)
        raise ConnectorError(
            say(_("The website dropped our mark, or did not publish it. What filters HTML there?")),
            permanent=True,
            is_about_destination=True,
            is_unclear=True,
        )

    def _take_back(self, created: Remote) -> None:
        """Delete what we have just created and would never find again.

        Where that fails it is the document's failure, of which there are few until a person has
        to look: the website's are tried without end, and each would leave one more post.
        """
        try:
            self._shelf.delete(created, is_final=True)
        except ConnectorError as error:
            raise ConnectorError(
                say(
                    _(
                        "The website dropped our mark, and %(post)s could not be deleted. "
                        "Somebody has to delete it there."
                    ),
                    post=created.remote_id,
                ),
                permanent=True,
                is_unclear=True,
            ) from error


def _date(post: Post) -> dict[str, str]:
    """Return the date that a new post is to have; none where the clock there may say: later."""
    moment = datetime.fromisoformat(post.published_at).astimezone(UTC)
    if moment >= datetime.now(UTC) - timedelta(hours=1):
        return {}
    return {"date_gmt": moment.strftime("%Y-%m-%dT%H:%M:%S")}


def _item(remote: Remote) -> RemoteItem:
    if remote.document_id is None:
        raise ValueError("It bears no mark of ours.")
    return RemoteItem(
        remote_id=remote.remote_id,
        document_id=remote.document_id,
        version=remote.version,
        answer_hash=remote.answer_hash,
        is_trashed=remote.is_trashed,
        stored=remote.stored,
    )


def _receipt(remote: Remote, sent_hash: str, pictures: Pictures, *, status: int) -> Receipt:
    return Receipt(
        status,
        remote_id=remote.remote_id,
        remote_url=remote.link,
        sent_hash=sent_hash,
        answer_hash=remote.answer_hash,
        stored=remote.stored,
        image_ids=",".join(pictures.ids),
        lack=pictures.lack,
    )
