"""A handful of pages with random content, in which every text holds a word of its own."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow
from wagtail.models import WorkflowTask as WorkflowStep

from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents.media import make_renditions
from cms.models import (
    CentreImage,
    EventIndexPage,
    EventPage,
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
from cms.profiles.consents import record
from cms.structure import ensure_site
from tests.factories import jpeg


class Installation:
    """Pages, vocabularies and people. `build` makes them once; what is picked a number decides."""

    words = count(1)
    user: User
    workflow: Workflow

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
