import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.changes import Change
from integrations.municipal.connectors.base import (
    ConnectorError,
    HeldError,
    Receipt,
    RemoteItem,
    RemotePage,
)
from integrations.municipal.connectors.wordpress import media
from integrations.municipal.connectors.wordpress.answers import (
    PAST_THE_END,
    TOO_FEW_RIGHTS,
    Answer,
    problem,
)
from integrations.municipal.connectors.wordpress.client import Client
from integrations.municipal.connectors.wordpress.posts import (
    FIELDS,
    MARK,
    Post,
    Remote,
    hash_of,
    mark,
    post_of,
    remote_of,
)
from integrations.municipal.connectors.wordpress.theirs import (
    collection_of,
    copied,
    is_as_we_wrote,
    is_edited,
    unmarked,
)
from integrations.municipal.mapping import Mapping
from integrations.municipal.models import SyncState

Finding = SyncState.Finding
# "any" leaves the trash out.
EVERY_STATUS = "any,trash"
COLLECTIONS = ("posts", "pages")
ITEMS_A_PAGE = 50
# PHP may work that long on a request that nobody waits for any more.
SETTLES_WITHIN = timedelta(seconds=75)
NEEDED_RIGHTS = ("publish_posts", "publish_pages", "upload_files", "manage_categories")


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
        self._is_ours_winning = is_ours_winning
        self._terms: dict[tuple[str, str], int] = {}
        self._parent: int | None = None

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
                say(
                    TOO_FEW_RIGHTS,
                    code=", ".join(lacking),
                ),
                permanent=True,
                is_about_destination=True,
            )
        if self._mapping.pages:
            self._parent_id()
        return say(_("Logged in as “%(name)s”, who may publish there."), name=me.get("slug"))

    def is_loopback_only(self) -> bool:
        return self._client.target.is_loopback_only

    def upsert(self, change: Change) -> Receipt:
        post = post_of(change, self._mapping)
        with self._client.budget():
            found = self._ours(change, collection=post.collection)
            if found is None or found.collection == post.collection:
                return self._written(change, post, found)
            receipt = self._written(change, post, self._moved(change, post.collection))
            self._delete(found, is_final=is_as_we_wrote(change, found))
            return receipt

    def remove(self, change: Change) -> Receipt:
        """Delete it for good: it may have been withdrawn for a person's privacy.

        What is not known to be as we wrote it goes to the trash, where staff's work can be found.
        """
        with self._client.budget():
            for found in self._all_of(change):
                self._delete(found, is_final=is_as_we_wrote(change, found))
            images = media.uploaded_with(self._client, change.document_id)
            for image_id in dict.fromkeys([change.known.image_id, *images]):
                media.forget(
                    self._client,
                    image_id,
                    destination_id=self._destination_id,
                    but=change.document_id,
                )
        return Receipt(200)

    def list_remote(self, start: str = "") -> Iterator[RemotePage]:
        """Go through posts, then pages, in the order of their ids: "posts:3" is the third part."""
        collection, _colon, number = (start or "posts:1").partition(":")
        page = int(number)
        while True:
            found, total, pages = self._search(MARK, collection, page=page)
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

    # ---- Looking -----------------------------------------------------------------------------

    def _me(self) -> dict[str, Any]:
        """Return our account there; finds out how addresses of the REST API are written."""
        answer = self._client.get("users/me", context="edit", _fields="id,slug,capabilities")
        if answer.data is None and answer.status in {200, 404}:
            self._client.has_pretty_links = False
            answer = self._client.get("users/me", context="edit", _fields="id,slug,capabilities")
        if not answer.is_ok or not isinstance(answer.data, dict):
            raise problem(answer, is_write=False)
        return answer.data

    def _ours(self, change: Change, *, collection: str) -> Remote | None:
        """Return the post that holds the document, None where there is to be a new one.

        Raises HeldError where staff there have done something to it.
        """
        known = change.known
        found = self._known(change) if known.remote_id else None
        if found is None or known.is_to_be_once or self._is_said_to_be_twice(change):
            found = self._only_one(change, collection, mine=found)
        if found is None:
            if known.remote_id and not known.is_forced:
                raise HeldError(say(_("It was deleted there.")), finding=Finding.DELETED)
            return None
        self._respect(change, found)
        return found

    def _known(self, change: Change) -> Remote | None:
        """Return the post of our record; one without our mark may be somebody else's by now.

        That is for a person to say, who has seen what is there.
        """
        known = change.known
        found = self._read(known.remote_id)
        if found is None or found.document_id == change.document_id:
            return found
        if found.document_id is not None:
            return None
        if known.is_forced and known.finding == Finding.EDITED:
            return found
        raise unmarked(found)

    def _only_one(
        self, change: Change, collection: str, *, mine: Remote | None = None
    ) -> Remote | None:
        """Return the post with the document's mark: `mine`, as we wrote it, or the oldest.

        Copies go to the trash if they are the same; others may be articles of staff there, so
        they raise HeldError until a person has decided. What is in the trash is left there when
        our record does not name it and our version counts.
        """
        known = change.known
        found = self._marked(change, collections=[collection, *self._others(change, collection)])
        alive = [one for one in found if not one.is_trashed]
        as_written = (one for one in alive if one.answer_hash == known.answer_hash)
        kept = mine or next(as_written, next(iter(alive), None))
        if kept is None:
            return None if known.is_forced else next(iter(found), None)
        copies = [one for one in alive if one.remote_id != kept.remote_id]
        for copy in copies:
            if copy.answer_hash != kept.answer_hash and not known.is_to_be_once:
                raise copied(copy)
        for copy in copies:
            self._delete(copy, is_final=False)
        return kept

    def _moved(self, change: Change, collection: str) -> Remote | None:
        """Return what a try to move it between posts and pages, which broke off, has left."""
        found = self._marked(change, collections=[collection])
        return next((one for one in found if not one.is_trashed), None)

    def _is_said_to_be_twice(self, change: Change) -> bool:
        """Whether a comparison wants copies looked for; a newer version does not wait for that."""
        known = change.known
        return known.finding == Finding.TWICE and known.version == change.version

    def _others(self, change: Change, collection: str) -> list[str]:
        """Return where else it may be: only after a change of the mapping, if anything was sent."""
        is_new = not (change.known.remote_id or change.known.version or change.known.is_forced)
        return [] if is_new else [one for one in COLLECTIONS if one != collection]

    def _respect(self, change: Change, found: Remote) -> None:
        """Raise HeldError where staff there trashed it, or edited what is to stay as they say."""
        known = change.known
        if known.is_forced:
            return
        if found.is_trashed:
            raise HeldError(say(_("It was moved to the trash there.")), finding=Finding.TRASHED)
        if is_edited(change, found) and not self._is_ours_winning:
            raise HeldError(
                say(_("It was edited there.")),
                finding=Finding.EDITED,
                theirs=found.stored,
                theirs_hash=found.answer_hash,
            )

    def _all_of(self, change: Change) -> list[Remote]:
        """Return every post with the document's mark, or that a person has decided to be ours."""
        known = change.known
        found = {one.remote_id: one for one in self._marked(change, collections=COLLECTIONS)}
        there = None
        if known.remote_id and known.remote_id not in found:
            there = self._read(known.remote_id)
        if there is None or there.is_trashed or there.document_id is not None:
            return list(found.values())
        if known.is_forced:
            return [*found.values(), there]
        raise unmarked(there)

    def _marked(self, change: Change, *, collections: Any) -> list[Remote]:
        found: list[Remote] = []
        for collection in dict.fromkeys(collections):
            hits, _total, _pages = self._search(mark(change.document_id), collection)
            found += [hit for hit in hits if hit.document_id == change.document_id]
        return found

    def _search(
        self, text: str, collection: str, *, page: int = 1
    ) -> tuple[list[Remote], int, int]:
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
        found = [_post(collection, data) for data in answer.data]
        return found, answer.number("X-WP-Total"), answer.number("X-WP-TotalPages")

    def _read(self, remote_id: str) -> Remote | None:
        """Return a post by its id; None where it was deleted for good."""
        collection = collection_of(remote_id)
        answer = self._client.get(remote_id, context="edit", _fields=FIELDS)
        if answer.status == 404 and answer.code == "rest_post_invalid_id":
            return None
        if not answer.is_ok:
            raise problem(answer, is_write=False)
        return _post(collection, answer.data)

    # ---- Writing -----------------------------------------------------------------------------

    def _written(self, change: Change, post: Post, found: Remote | None) -> Receipt:
        image_id = 0
        if post.image:
            image_id = media.upload(self._client, post.image, document_id=change.document_id)
        fields = self._fields(post, image_id)
        sent_hash = hash_of(fields)
        if found and self._is_same(change, found, sent_hash):
            return _receipt(found, sent_hash, image_id, status=200)
        if found is None:
            moment = datetime.fromisoformat(post.published_at).astimezone(UTC)
            if moment < datetime.now(UTC) - timedelta(hours=1):  # else its clock may say: later
                fields["date_gmt"] = moment.strftime("%Y-%m-%dT%H:%M:%S")
        elif re.fullmatch(rf"{re.escape(post.slug)}-[0-9]+", found.slug):
            del fields["slug"]  # taken there; to ask again would only count on
        answer = self._client.post(found.remote_id if found else post.collection, fields)
        if not answer.is_ok:
            raise problem(answer, is_write=True)
        written = self._echo(change, post, answer)
        if change.known.image_id and change.known.image_id != str(image_id or ""):
            media.forget(
                self._client,
                change.known.image_id,
                destination_id=self._destination_id,
                but=change.document_id,
            )
        return _receipt(written, sent_hash, image_id, status=answer.status)

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
            return fields | {"parent": self._parent_id()}
        return fields | {
            "categories": [self._term("categories", post.category)],
            "tags": [self._term("tags", name) for name in post.tags],
        }

    def _echo(self, change: Change, post: Post, answer: Answer) -> Remote:
        """Return what was stored, after seeing that nothing was dropped on the way."""
        written = _post(post.collection, answer.data)
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
            self._delete(created, is_final=True)
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

    def _delete(self, found: Remote, *, is_final: bool) -> None:
        answer = self._client.delete(found.remote_id, is_final=is_final)
        if not answer.is_ok and not answer.is_gone:
            raise problem(answer, is_write=True)

    def _term(self, taxonomy: str, name: str) -> int:
        """Return the id of the category or tag of that name, made if there is none."""
        key = (taxonomy, name)
        if key not in self._terms:
            self._terms[key] = self._found_term(*key) or self._new_term(*key)
        return self._terms[key]

    def _found_term(self, taxonomy: str, name: str) -> int | None:
        answer = self._client.get(taxonomy, search=name, per_page=100, _fields="id,name")
        if not answer.is_ok or not isinstance(answer.data, list):
            raise problem(answer, is_write=False)
        named = (one for one in answer.data if unescape(one["name"]).lower() == name.lower())
        return next((int(one["id"]) for one in named), None)

    def _new_term(self, taxonomy: str, name: str) -> int:
        answer = self._client.post(taxonomy, {"name": escape(name, quote=False)})
        if answer.is_ok:
            return int(answer.data["id"])
        if answer.code == "term_exists":
            return int(answer.data["data"]["term_id"])
        raise problem(answer, is_write=False)

    def _parent_id(self) -> int:
        """Return the id of the page below which pages go."""
        if not self._mapping.parent:
            return 0
        if self._parent is None:
            answer = self._client.get("pages", slug=self._mapping.parent, _fields="id,slug")
            if not answer.is_ok or not isinstance(answer.data, list):
                raise problem(answer, is_write=False)
            if not answer.data:
                raise ConnectorError(
                    say(
                        _("There is no published page “%(slug)s” there."), slug=self._mapping.parent
                    ),
                    permanent=True,
                    is_about_destination=True,
                )
            self._parent = int(answer.data[0]["id"])
        return self._parent


def _post(collection: str, data: Any) -> Remote:
    try:
        return remote_of(collection, data)
    except ValueError as error:
        raise ConnectorError(
            say(_("Its answer cannot be understood.")), is_about_destination=True, is_unclear=True
        ) from error


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


def _receipt(remote: Remote, sent_hash: str, image_id: int, *, status: int) -> Receipt:
    return Receipt(
        status,
        remote_id=remote.remote_id,
        remote_url=remote.link,
        sent_hash=sent_hash,
        answer_hash=remote.answer_hash,
        stored=remote.stored,
        image_id=str(image_id or ""),
    )
