"""Random sequences of what editors do, through Wagtail's own actions, on a small tree.

Every text that a step writes holds a word that occurs nowhere else, so that a payload tells what
it shows. What it may show is worked out here from revisions and restrictions alone, by other code
than the one under test.
"""

import os
import re
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.revert_to_page_revision import RevertToPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import PageViewRestriction, Revision

from cms import channels
from cms.basepage.models import BasePage
from cms.documents.rewriting import due_documents
from cms.documents.writing import mark_address_changed
from cms.models import (
    CentreImage,
    CentreSettings,
    ContactConsent,
    Document,
    EventIndexPage,
    EventPage,
    HomePage,
    Locality,
    OrganizationIndexPage,
    OrganizationPage,
    Partner,
    Place,
    ProjectPage,
    Sphere,
    StandardPage,
    Topic,
)
from cms.profiles.consents import withdraw
from tests.cms.documents.installation import Installation
from tests.cms.documents.world import (
    ApiFollower,
    Follower,
    difference_reasons,
    drain,
    live_set,
    parsed_live_set,
    replayed,
    run_schedule,
)
from tests.factories import jpeg

LINKED_PAGE = re.compile(r'linktype=[\\"]+page[\\"]+ id=[\\"]+(\d+)')
WORD = re.compile(r"zq[a-z]+\d+x")
NUMBERS = st.integers(min_value=0, max_value=30)
# HYPOTHESIS_PROFILE=thorough looks for ten minutes or so; the default is for every run.
IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EMBEDDED = (Locality, Place, Partner, Topic, Sphere, CentreImage)
Words = set[str]


def words_in(*texts: object) -> Words:
    return {word for text in texts for word in WORD.findall(str(text))}


class FakeChannel:
    """A channel whose destination shows the documents that the machine says."""

    def __init__(self) -> None:
        self.shown: set[UUID] = set()

    def status(self, document: Document) -> Iterable[channels.ChannelStatus]:
        return ()

    def has(self, document_id: UUID, destination: str) -> bool:
        return document_id in self.shown


class Newsroom(Installation, RuleBasedStateMachine):
    """The rules of what may happen to an installation; each example undoes what it did."""

    def __init__(self) -> None:
        super().__init__()
        self.follower = Follower()
        self.api_follower = ApiFollower()
        self.step = 0
        self.history: dict[tuple[str, int], Words] = {}
        self.channel = FakeChannel()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)
        self.traveller = self.undo.enter_context(time_machine.travel(timezone.now(), tick=False))
        channels._channels.append(self.channel)
        self.undo.callback(channels._channels.remove, self.channel)

    def teardown(self) -> None:
        self.undo.close()

    # --- What editors do -------------------------------------------------------------------------

    @rule(number=NUMBERS)
    def turn_consent(self, number: int) -> None:
        """Withdraw the consent of an organization, or record one."""
        page = self.pick(number, OrganizationPage)
        if page is None:
            return
        if in_force := page.consents_in_force():
            withdraw(consent=in_force[0], user=self.user, on=timezone.localdate())
        else:
            self.consent_to(page)

    def draft_of(self, page: Any) -> Any:
        return page.get_latest_revision_as_object()

    @rule(number=NUMBERS, content=NUMBERS)
    def save_draft(self, number: int, content: int) -> None:
        page = self.draft_of(self.pick(number))
        self.fill(page, content)
        page.save_revision()

    @rule(number=NUMBERS, content=NUMBERS)
    def edit_and_publish(self, number: int, content: int) -> None:
        page = self.draft_of(self.pick(number))
        self.fill(page, content)
        page.go_live_at = page.expire_at = None
        self.publish(page.save_revision())

    @rule(number=NUMBERS)
    def publish_what_is_there(self, number: int) -> None:
        page = self.pick(number)
        self.publish(page.get_latest_revision() or page.save_revision())

    def publish(self, revision: Revision, **options: Any) -> None:
        """Publish a revision; it may have become wrong meanwhile, and then nothing changes."""
        try:
            with transaction.atomic():
                revision.publish(**options)
        except ValidationError:
            pass

    @rule(number=NUMBERS, below=st.booleans())
    def unpublish(self, number: int, below: bool) -> None:
        page = self.pick(number, *((OrganizationPage, StandardPage) if number % 2 else ()))
        page = page or self.pick(number)
        UnpublishPageAction(page, include_descendants=below, user=self.user).execute(
            skip_permission_checks=True
        )

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        page = self.pick(number, ProjectPage, EventPage, OrganizationPage, StandardPage)
        if page:
            DeletePageAction(page, user=self.user).execute(skip_permission_checks=True)

    @rule(number=NUMBERS, content=NUMBERS)
    def create(self, number: int, content: int) -> None:
        model, parents = (
            (EventPage, (EventIndexPage, ProjectPage)),
            (OrganizationPage, (OrganizationIndexPage,)),
            (ProjectPage, (HomePage,)),
        )[content % 3]
        self.make_page(model, self.pick(number, *parents), content)

    @rule(number=NUMBERS)
    def change_slug(self, number: int) -> None:
        page = self.draft_of(self.pick(number))
        page.slug = self.word("slug")
        self.publish(page.save_revision())

    @rule(number=NUMBERS, back=NUMBERS)
    def revert(self, number: int, back: int) -> None:
        page = self.pick(number)
        revisions = list(page.revisions.order_by("pk"))
        if revisions:
            chosen = revisions[back % len(revisions)]
            revision = RevertToPageRevisionAction(
                page, chosen, user=self.user, clean=False
            ).execute(skip_permission_checks=True)
            self.publish(revision, previous_revision=chosen)

    @rule(number=NUMBERS, content=NUMBERS, hours=st.integers(1, 72))
    def schedule(self, number: int, content: int, hours: int) -> None:
        page = self.draft_of(self.pick(number))
        self.fill(page, content)
        page.go_live_at = timezone.now() + timedelta(hours=hours)
        self.publish(page.save_revision())

    @rule(number=NUMBERS, hours=st.integers(1, 72))
    def let_expire(self, number: int, hours: int) -> None:
        page = self.draft_of(self.pick(number))
        page.go_live_at = None
        page.expire_at = timezone.now() + timedelta(hours=hours)
        self.publish(page.save_revision())

    @rule(hours=st.sampled_from([1, 12, 48, 200]))
    def pass_time(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        run_schedule()

    @rule(number=NUMBERS, content=NUMBERS)
    def go_through_workflow(self, number: int, content: int) -> None:
        page = self.draft_of(self.pick(number))
        if page.current_workflow_state:
            return
        self.fill(page, content)
        page.save_revision()
        state = self.workflow.start(page, self.user)
        try:
            with transaction.atomic():
                state.current_task_state.approve(user=self.user)
        except ValidationError:
            state.cancel(user=self.user)

    @rule(number=NUMBERS, to=NUMBERS)
    def move(self, number: int, to: int) -> None:
        page = self.pick(number, EventPage, StandardPage)
        if page is None:
            return
        parents = (EventIndexPage, ProjectPage) if isinstance(page, EventPage) else (HomePage,)
        parent = self.pick(to, *parents)
        MovePageAction(page, parent, pos="last-child", user=self.user).execute(
            skip_permission_checks=True
        )

    @rule(number=NUMBERS, below=st.booleans(), is_live=st.booleans())
    def copy(self, number: int, below: bool, is_live: bool) -> None:
        page = self.pick(number, ProjectPage, EventPage, OrganizationPage, StandardPage)
        if page is None:
            return
        page.copy(
            to=page.get_parent(),
            recursive=below,
            keep_live=is_live,
            user=self.user,
            update_attrs={"title": self.word("copy"), "slug": self.word("slug")},
        )

    @rule(number=NUMBERS, kind=st.sampled_from(["login", "password", "groups"]))
    def make_private(self, number: int, kind: str) -> None:
        page = self.pick(number, *((ProjectPage, EventIndexPage, HomePage) if number % 2 else ()))
        page = page or self.pick(number)
        restriction = page.view_restrictions.first() or PageViewRestriction(page_id=page.pk)
        restriction.restriction_type = kind
        restriction.password = "tajne" if kind == "password" else ""
        restriction.save(user=self.user)

    @rule(number=NUMBERS)
    @precondition(lambda self: PageViewRestriction.objects.exists())
    def make_public(self, number: int) -> None:
        self.pick_any(number, PageViewRestriction).delete(user=self.user)

    @rule(number=NUMBERS, model=st.sampled_from(EMBEDDED))
    def edit_embedded(self, number: int, model: type[Any]) -> None:
        row = self.pick_any(number, model)
        if row is None:
            return
        for name in ("name", "name_locative", "label", "description"):
            if hasattr(row, name):
                setattr(row, name, self.word("edited"))
        row.save()

    @rule(number=NUMBERS, model=st.sampled_from(EMBEDDED), in_bulk=st.booleans())
    def delete_embedded(self, number: int, model: type[Any], in_bulk: bool) -> None:
        row = self.pick_any(number, model)
        if row is None:
            return
        if in_bulk:
            model.objects.filter(pk=row.pk).delete()
        else:
            row.delete()

    @rule(content=NUMBERS)
    def create_embedded(self, content: int) -> None:
        match content % 4:
            case 0:
                Partner.objects.create(name=self.word("partner"), sector="ngo")
            case 1:
                locality = self.pick_any(content, Locality)
                Place.objects.create(name=self.word("place"), locality=locality)
            case 2:
                Topic.objects.create(slug=self.word("topic"), name=self.word("topic"))
            case _:
                self.add_image()

    @rule(number=NUMBERS)
    def replace_picture(self, number: int) -> None:
        image = self.pick_any(number, CentreImage)
        if image:
            image.file = ContentFile(jpeg(30, 20, "red"), name="nowe.jpg")
            image.save()
            image.renditions.all().delete()

    @rule(pattern=st.sampled_from(["", "https://www.example.org/{type}/{slug}/"]))
    def choose_public_address(self, pattern: str) -> None:
        centre = CentreSettings.load()
        centre.public_destination = "miasto"
        centre.public_url_pattern = pattern
        centre.save()

    @rule(number=NUMBERS)
    def arrive_at_destination(self, number: int) -> None:
        document = self.pick_any(number, Document)
        if document:
            self.channel.shown ^= {document.pk}
            mark_address_changed(document.pk)

    @rule()
    def let_job_run(self) -> None:
        drain()

    # --- What must hold --------------------------------------------------------------------------

    @invariant()
    def numbers_are_used_once(self) -> None:
        numbers = list(Document.objects.values_list("sequence", flat=True))
        assert len(numbers) == len(set(numbers))

    @invariant()
    def feed_equals_live_set(self) -> None:
        self.follower.follow()
        assert self.follower.copy == live_set()
        assert replayed() == live_set()
        self.api_follower.follow()
        assert self.api_follower.copy == parsed_live_set()

    @invariant()
    def nothing_withheld_is_shown(self) -> None:
        self.remember()
        for document in Document.objects.filter(is_live=True):
            shown = words_in(bytes(document.payload).decode())
            excess = shown - self.allowed_in(document)
            assert not excess, f"{document} shows {sorted(excess)}"
        assert not Document.objects.filter(is_live=False).exclude(payload=b"").exists()

    @invariant()
    def documents_equal_pages_once_drained(self) -> None:
        """The dearest check: the default profile makes it at every third step only."""
        self.step += 1
        if IS_THOROUGH or self.step % 3 == 0:
            self.check_documents()

    def check_documents(self) -> None:
        with transaction.atomic():
            drain()
            assert difference_reasons() == []
            assert set(live_page_ids()) == {page.pk for page in document_pages() if is_open(page)}
            assert not due_documents().exists()
            transaction.set_rollback(True)

    # --- What may be shown, worked out apart from the code under test ----------------------------

    def remember(self) -> None:
        """Keep all words that were ever public of what is public now: others may still show them.

        A change of what a document embeds reaches it by the background job; a withdrawal at once.
        """
        for page in BasePage.objects.filter(depth__gt=1):
            key = ("page", page.pk)
            if is_open(page):
                self.history.setdefault(key, set()).update(words_in(page.title, page.url_path))
            else:
                self.history.pop(key, None)
        for model in EMBEDDED:
            for row in model.objects.all():
                words = words_in(*vars(row).values())
                self.history.setdefault((model.__name__, row.pk), set()).update(words)

    def allowed_in(self, document: Document) -> Words:
        page = document.page.specific if document.page else None
        if page is None or not is_open(page):
            return set()
        content = page.live_revision.content
        words = words_in(page.url_path, page.title, content["summary"], content["body"])
        if isinstance(page, OrganizationPage) and (
            content["legal_form"] == OrganizationPage.LegalForm.SPORTS_CLUB
            or ContactConsent.objects.filter(
                profile_id=page.pk, kind="given", withdrawal__isnull=True
            ).exists()
        ):
            words |= words_in(content["email"], content["phone"], content["address"])
        for key in embedded_in(content):
            words |= self.history.get(key, set()) if exists(key) else set()
        return words


def document_pages() -> list[Any]:
    types = (EventPage, ProjectPage, OrganizationPage)
    return [page for page in BasePage.objects.specific() if isinstance(page, types)]


def live_page_ids() -> list[int]:
    return list(Document.objects.filter(is_live=True).values_list("page_id", flat=True))


def is_open(page: BasePage) -> bool:
    """Whether anyone may see the page: by Wagtail's own means, not ours."""
    if not page.live or (page.expire_at and page.expire_at <= timezone.now()):
        return False
    return not page.get_view_restrictions().exists()


def embedded_in(content: dict[str, Any]) -> Iterable[tuple[str, int]]:
    """Return what a revision embeds, as keys of the history."""
    for name, key in (
        ("place", "Place"),
        ("locality", "Locality"),
        ("image", "CentreImage"),
        ("project", "page"),
    ):
        yield from ((key, pk) for pk in [content.get(name)] if pk)
    for name, key in (("topics", "Topic"), ("spheres", "Sphere"), ("organizers", "page")):
        yield from ((key, pk) for pk in content.get(name, ()))
    for place in Place.objects.filter(pk=content.get("place"), locality__isnull=False):
        yield "Locality", place.locality_id
    for partner in content.get("partners", ()):
        yield "Partner", partner["partner"] if isinstance(partner, dict) else partner
    for pk in LINKED_PAGE.findall(str(content["body"])):
        yield "page", int(pk)


def exists(key: tuple[str, int]) -> bool:
    if key[0] == "page":
        page = BasePage.objects.filter(pk=key[1]).first()
        return page is not None and is_open(page)
    model = next(model for model in EMBEDDED if model.__name__ == key[0])
    return model.objects.filter(pk=key[1]).exists()
