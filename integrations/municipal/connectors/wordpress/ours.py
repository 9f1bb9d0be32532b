"""Which post or page holds a document there, and whether staff there want a say in it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.changes import Change
from integrations.municipal.connectors.base import HeldError
from integrations.municipal.connectors.wordpress.posts import MARK, Remote
from integrations.municipal.connectors.wordpress.shelf import COLLECTIONS, IDS_A_PAGE, Shelf
from integrations.municipal.connectors.wordpress.theirs import copied, is_edited, unmarked
from integrations.municipal.models import SyncState

Finding = SyncState.Finding


class Ours:
    """Finds what holds a document: by our record of its id, else by the mark in its content.

    What staff there edited, trashed or deleted raises HeldError, unless our version is to win.
    """

    def __init__(self, shelf: Shelf, *, destination_id: int, is_winning: bool) -> None:
        self._shelf = shelf
        self._destination_id = destination_id
        self._is_winning = is_winning
        self._strangers: frozenset[UUID] | None = None
        self._has_looked_around = False

    def look_around(self) -> None:
        """Find out which documents have posts there that no record of ours names.

        So one list takes the place of a look-up for each document that was never sent: it is there
        neither by our record, nor among the strangers. Where there are too many of these, or the
        list is long or moves, every document is looked for by itself, as ever.
        """
        if self._has_looked_around:
            return
        self._has_looked_around = True
        records = SyncState.objects.filter(destination_id=self._destination_id)
        recorded = set(records.exclude(remote_id="").values_list("remote_id", flat=True))
        strangers: set[UUID] = set()
        for collection in COLLECTIONS:
            ids = self._shelf.ids(MARK, collection)
            if ids is None:
                return
            unnamed = [one for one in ids if f"{collection}/{one}" not in recorded]
            if len(unnamed) > IDS_A_PAGE:
                return
            if unnamed:
                found = self._shelf.read_all(collection, unnamed)
                strangers |= {one.document_id for one in found if one.document_id}
        self._strangers = frozenset(strangers)

    def is_surely_new(self, change: Change) -> bool:
        """Whether it is known, without looking once more, that nothing there holds the document."""
        if self._strangers is None or not change.known.is_unsent:
            return False
        return change.document_id not in self._strangers

    def one(self, change: Change, *, collection: str) -> Remote | None:
        """Return the post that holds the document, None where there is to be a new one.

        Raises HeldError where staff there have done something to it.
        """
        if self.is_surely_new(change):
            return None
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
        found = self._shelf.read(known.remote_id)
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
        found = self._shelf.marked(
            change.document_id, collections=[collection, *self._others(change, collection)]
        )
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
            self._shelf.delete(copy, is_final=False)
        return kept

    def moved(self, change: Change, collection: str) -> Remote | None:
        """Return what a try to move it between posts and pages, which broke off, has left."""
        found = self._shelf.marked(change.document_id, collections=[collection])
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
        if is_edited(change, found) and not self._is_winning:
            raise HeldError(
                say(_("It was edited there.")),
                finding=Finding.EDITED,
                theirs=found.stored,
                theirs_hash=found.answer_hash,
            )

    def all(self, change: Change) -> list[Remote]:
        """Return every post with the document's mark, or that a person has decided to be ours."""
        known = change.known
        found = {
            one.remote_id: one
            for one in self._shelf.marked(change.document_id, collections=COLLECTIONS)
        }
        there = None
        if known.remote_id and known.remote_id not in found:
            there = self._shelf.read(known.remote_id)
        if there is None or there.is_trashed or there.document_id is not None:
            return list(found.values())
        if known.is_forced:
            return [*found.values(), there]
        raise unmarked(there)
