"""What is known to be ours of what is there, and what staff there may have made of it."""

from django.utils.translation import gettext_lazy as _

from cms.stored_words import say
from integrations.municipal.changes import Change
from integrations.municipal.connectors.base import COPIED, HeldError
from integrations.municipal.connectors.wordpress.posts import Remote
from integrations.municipal.models import SyncState

Finding = SyncState.Finding


def is_edited(change: Change, found: Remote) -> bool:
    """Whether somebody changed there what we wrote; an older version was restored, not edited.

    Where our post is gone, another one with its mark may be an article made of it; but a page
    where there was a post (or the other way round) is what we moved it to.
    """
    known = change.known
    if not known.answer_hash or found.answer_hash == known.answer_hash:
        return False
    if known.remote_id and found.remote_id != known.remote_id:
        return found.collection == collection_of(known.remote_id)
    return found.version in {known.version, None}


def is_as_we_wrote(change: Change, found: Remote) -> bool:
    """Whether it is the post of our record, and nobody has put a hand to it.

    Where a person has left their edit as it is, the hash on record is that of the edit.
    """
    known = change.known
    is_ours = found.remote_id == known.remote_id and found.answer_hash == known.answer_hash
    return is_ours and known.finding != Finding.EDITED


def collection_of(remote_id: str) -> str:
    return remote_id.partition("/")[0]


def copied(copy: Remote) -> HeldError:
    return HeldError(say(COPIED, copy=copy.remote_id), finding=Finding.TWICE, theirs=copy.stored)


def unmarked(found: Remote) -> HeldError:
    return HeldError(
        say(_("Our mark is gone from it there, so it is not touched.")),
        finding=Finding.EDITED,
        theirs=found.stored,
        theirs_hash=found.answer_hash,
    )
