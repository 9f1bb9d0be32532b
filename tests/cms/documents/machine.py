"""Random sequences of what editors do, through Wagtail's own actions, on a small tree.

Every text that a step writes holds a word that occurs nowhere else, so that a payload tells what
it shows. What it may show is worked out here from revisions and restrictions alone, by other code
than the one under test.
"""

import os
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import time_machine
from django.contrib.auth.models import Group
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
from wagtail.models import GroupApprovalTask, PageViewRestriction, Revision, Workflow
from wagtail.models import WorkflowTask as WorkflowStep

from cms import channels
from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents.media import make_renditions
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
    ProjectPartner,
    Sphere,
    StandardPage,
    Topic,
)
from cms.models.private_contact import HOME_FIELDS
from cms.profiles.consents import record, withdraw
from cms.structure import ensure_site
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


class Newsroom(RuleBasedStateMachine):
    """An installation with a handful of pages, and the rules of what may happen to it.

    `build` makes the installation once; each example begins with it and undoes what it did.
    """

    words = count(1)
    user: User
    workflow: Workflow

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

    # --- Set-up ----------------------------------------------------------------------------------

    @classmethod
    def build(cls) -> None:
        """Make the pages, vocabularies and people that every example begins with."""
        cls.user = User.objects.create_superuser("redakcja")
        locality = Locality.objects.create(
            slug="belk", name=cls.word("loc"), name_locative="w Bełku", kind="solectwo"
        )
        Place.objects.create(name=cls.word("place"), locality=locality)
        Partner.objects.create(name=cls.word("partner"), sector="ngo")
        Partner.objects.create(name=cls.word("partner"), sector="business")
        Topic.objects.create(slug="granty", name=cls.word("topic"))
        Sphere.objects.create(code="13", label=cls.word("sphere"))
        cls.add_image()
        home = ensure_site()
        cls.make_page(ProjectPage, home)
        cls.make_page(StandardPage, home)
        parent = OrganizationIndexPage.objects.get()
        cls.consent_to(cls.make_page(OrganizationPage, parent))
        cls.make_page(OrganizationPage, parent)
        for parent in (EventIndexPage.objects.get(), ProjectPage.objects.get()):
            cls.make_page(EventPage, parent)
        cls.workflow = Workflow.objects.create(name="Akceptacja")
        task = GroupApprovalTask.objects.create(name="Zgoda")
        task.groups.add(Group.objects.get_or_create(name="Redakcja")[0])
        WorkflowStep.objects.create(workflow=cls.workflow, task=task, sort_order=1)

    @classmethod
    def add_image(cls) -> CentreImage:
        image = CentreImage.objects.create(
            title=cls.word("file"),
            description=cls.word("alt"),
            file=ContentFile(jpeg(30, 20), name="zdjecie.jpg"),
        )
        make_renditions(image)
        return image

    def teardown(self) -> None:
        self.undo.close()

    # --- Words and choices -----------------------------------------------------------------------

    @classmethod
    def word(cls, kind: str) -> str:
        return f"zq{kind}{next(cls.words)}x"

    @classmethod
    def pick(cls, number: int, *models: type[BasePage]) -> Any:
        """Return one of the pages of the types, by its place in the tree; None if there is none."""
        pages = [
            page
            for page in BasePage.objects.filter(depth__gt=1).specific()
            if not models or isinstance(page, models)
        ]
        return pages[number % len(pages)] if pages else None

    @classmethod
    def pick_any(cls, number: int, model: type[Any]) -> Any:
        rows = list(model.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @classmethod
    def some(cls, number: int, model: type[Any]) -> list[Any]:
        """Return some of the rows: the number's bits choose."""
        rows = model.objects.order_by("pk")
        return [row for place, row in enumerate(rows) if number >> place & 1]

    # --- Content ---------------------------------------------------------------------------------

    @classmethod
    def make_page(cls, model: type[Any], parent: BasePage, number: int = 31) -> Any:
        page = model(title=cls.word("new"), live=False)
        page = BasePage.objects.get(pk=parent.pk).add_child(instance=page)
        cls.fill(page, number)
        page.save_revision().publish()
        return page

    @classmethod
    def fill(cls, page: Any, number: int) -> None:
        """Give the page new texts, and relations chosen by the number."""
        page.title = cls.word("title")
        if number % 3 == 0:
            page.slug = cls.word("slug")
        page.summary = cls.word("summary")
        page.staff_notes = cls.word("notes")
        page.body = cls.body(number)
        filler: Callable[[Any, int], None] = {
            EventPage: cls.fill_event,
            ProjectPage: cls.fill_project,
            OrganizationPage: cls.fill_organization,
        }.get(type(page), lambda page, number: None)
        filler(page, number)
        if hasattr(page, "image"):
            page.image = cls.pick_any(number, CentreImage) if number & 1 else None

    @classmethod
    def body(cls, number: int) -> list[tuple[str, Any]]:
        blocks: list[tuple[str, Any]] = [("heading", cls.word("heading"))]
        if target := cls.pick(number, StandardPage, EventPage, ProjectPage, EventIndexPage):
            link = f'<a linktype="page" id="{target.pk}">dalej</a>'
            blocks.append(("paragraph", f"<p>{cls.word('text')} {link}</p>"))
        image = cls.pick_any(number + 1, CentreImage)
        if image and number & 2:
            image.decorative = False
            image.contextual_alt_text = cls.word("caption")
            blocks.append(("image", image))
        return blocks

    @classmethod
    def fill_event(cls, page: Any, number: int) -> None:
        page.start_date = timezone.localdate() + timedelta(days=number)
        page.place = cls.pick_any(number, Place) if number & 1 else None
        page.project = cls.pick(number, ProjectPage) if number & 2 else None
        page.organizers = cls.some(number >> 1, OrganizationPage)
        page.partners = cls.some(number >> 1, Partner)
        page.topics = cls.some(number >> 2, Topic)

    @classmethod
    def fill_project(cls, page: Any, number: int) -> None:
        page.start_date = timezone.localdate() + timedelta(days=number % 7 - 3)
        page.end_date = page.start_date + timedelta(days=number % 5)
        page.partners = [ProjectPartner(partner=one) for one in cls.some(number, Partner)]

    @classmethod
    def fill_organization(cls, page: Any, number: int) -> None:
        forms = OrganizationPage.LegalForm
        page.legal_form = forms.INFORMAL_GROUP if number & 1 else forms.SPORTS_CLUB
        page.krs, page.register_number = "", "" if number & 1 else "12"
        page.email = f"{cls.word('mail')}@example.org"
        page.phone = cls.word("phone")
        page.address = cls.word("address")
        page.locality = cls.pick_any(number, Locality) if number & 4 else None
        page.spheres = cls.some(number >> 1, Sphere)

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

    @classmethod
    def consent_to(cls, page: Any) -> None:
        record(
            profile=page,
            user=cls.user,
            person=cls.word("person"),
            fields=HOME_FIELDS,
            on=timezone.localdate(),
            reference=cls.word("reference"),
        )

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
