"""Content for tests, made as editors make it: pages in their place in the tree, with documents.

Pages are live unless a trait says otherwise, so their documents are written at once. `body` takes
`(block type, value)` pairs. Dates lie around today; tests that need a fixed day give one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from factory.declarations import (
    LazyAttribute,
    LazyAttributeSequence,
    LazyFunction,
    SelfAttribute,
    Sequence,
    SubFactory,
    Trait,
)
from factory.django import DjangoModelFactory
from factory.helpers import post_generation
from PIL import Image
from wagtail.models import PageViewRestriction
from wagtail.rich_text import RichText

from cms.basepage.models import BasePage
from cms.documents.media import make_renditions
from cms.models import (
    ActivityPage,
    Audience,
    CentreFile,
    CentreImage,
    ContactConsent,
    ContestIndexPage,
    ContestPage,
    DeclarationPage,
    Document,
    EventIndexPage,
    EventPage,
    HomePage,
    Locality,
    NewsIndexPage,
    NewsPage,
    OfferType,
    OperatorTerm,
    OrganizationIndexPage,
    OrganizationPage,
    Partner,
    Place,
    Programme,
    ProjectPage,
    ProjectPartner,
    ResourceIndexPage,
    ResourcePage,
    Sphere,
    StandardPage,
    Topic,
)
from cms.profiles import consents
from cms.structure import ensure_site
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage


def in_days(days: int) -> date:
    """Return the local date that many days from today."""
    return timezone.localdate() + timedelta(days=days)


def document_of(page: BasePage) -> Document:
    """Return the page's document as the database has it now."""
    return Document.objects.get(page_id=page.pk)


def publish(page: BasePage, **changes: Any) -> BasePage:
    """Save changes as an editor does, as a revision that is published, and return the live page."""
    fresh = page.specific_class.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()
    return page.specific_class.objects.get(pk=page.pk)


def make_private(page: BasePage) -> PageViewRestriction:
    """Let only those who are logged in see the page and what is below it."""
    return PageViewRestriction.objects.create(
        page_id=page.pk, restriction_type=PageViewRestriction.LOGIN
    )


class LocalityFactory(DjangoModelFactory[Locality]):
    class Meta:
        model = Locality
        django_get_or_create = ("slug",)

    slug = Sequence("miejscowosc-{}".format)
    name = LazyAttribute(lambda self: self.slug.capitalize())
    name_locative = LazyAttribute(lambda self: f"w {self.name}")
    kind = Locality.Kind.VILLAGE


class SphereFactory(DjangoModelFactory[Sphere]):
    class Meta:
        model = Sphere
        django_get_or_create = ("code",)

    code = Sequence(lambda number: str(number + 100))
    label = LazyAttribute(lambda self: f"Sfera {self.code}")
    sort_key = Sequence(int)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic
        django_get_or_create = ("slug",)

    slug = Sequence("temat-{}".format)
    name = LazyAttribute(lambda self: self.slug.capitalize())


class AudienceFactory(DjangoModelFactory[Audience]):
    class Meta:
        model = Audience
        django_get_or_create = ("slug",)

    slug = Sequence("odbiorcy-{}".format)
    name = LazyAttribute(lambda self: self.slug.capitalize())


class OfferTypeFactory(DjangoModelFactory[OfferType]):
    class Meta:
        model = OfferType
        django_get_or_create = ("slug",)

    slug = Sequence("oferta-{}".format)
    name = LazyAttribute(lambda self: self.slug.capitalize())


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme
        django_get_or_create = ("slug",)

    slug = Sequence("program-{}".format)
    name = LazyAttribute(lambda self: self.slug.capitalize())


class OperatorTermFactory(DjangoModelFactory[OperatorTerm]):
    """A term that began long ago and has no end."""

    class Meta:
        model = OperatorTerm

    operator = Sequence("Operator {} (przykład)".format)
    controller = "Gmina Przykładowa (przykład)"
    valid_from = date(2000, 1, 1)


class PartnerFactory(DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    name = Sequence("Partner {} (przykład)".format)
    sector = Partner.Sector.NGO
    website = "https://partner.example.org/"


class PlaceFactory(DjangoModelFactory[Place]):
    class Meta:
        model = Place

    name = Sequence("Świetlica {}".format)
    address = "ul. Przykładowa 1"
    locality = SubFactory(LocalityFactory)


def jpeg(width: int = 420, height: int = 280, colour: str = "teal") -> bytes:
    """Return the bytes of a plain picture."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


class ImageFactory(DjangoModelFactory[CentreImage]):
    """An uploaded picture; `rendered=False` leaves its sizes to be made later."""

    class Meta:
        model = CentreImage
        skip_postgeneration_save = True

    class Params:
        decorative = Trait(is_decorative=True, description="")

    title = Sequence("Zdjęcie {}".format)
    description = "Ludzie przy stole"
    author = "Autorka (przykład)"
    licence = "CC BY 4.0"
    file = LazyAttributeSequence(
        lambda self, number: ContentFile(jpeg(), name=f"zdjecie-{number}.jpg")
    )

    @post_generation
    def rendered(self: CentreImage, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if create and extracted is not False:
            make_renditions(self)


PDF = b"%PDF-1.7\n% a file for tests\n%%EOF\n"


class FileFactory(DjangoModelFactory[CentreFile]):
    """An uploaded PDF."""

    class Meta:
        model = CentreFile

    title = Sequence("Plik {}".format)
    file = LazyAttributeSequence(lambda self, number: ContentFile(PDF, name=f"plik-{number}.pdf"))


class PageFactory(DjangoModelFactory[Any]):
    """A page added below `parent`, or where pages of its type live."""

    class Meta:
        abstract = True

    class Params:
        draft = Trait(live=False, first_published_at=None, last_published_at=None)
        scheduled = Trait(
            draft=True, go_live_at=LazyFunction(lambda: timezone.now() + timedelta(days=7))
        )

    live = True
    first_published_at = LazyFunction(timezone.now)
    last_published_at = SelfAttribute("first_published_at")

    @classmethod
    def default_parent(cls) -> BasePage:
        return ensure_site()

    @classmethod
    def _create(
        cls, model_class: type[Any], *args: Any, parent: BasePage | None = None, **fields: Any
    ) -> Any:
        many = {field.name for field in model_class._meta.many_to_many}
        page = model_class(**{name: value for name, value in fields.items() if name not in many})
        for name in many & fields.keys():
            setattr(page, name, fields[name])
        # treebeard reads the parent's state from the instance: give it a fresh one.
        below = BasePage.objects.get(pk=(parent or cls.default_parent()).pk)
        return below.add_child(instance=page)


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage

    title = Sequence("Strona {}".format)


class DeclarationFactory(PageFactory):
    class Meta:
        model = DeclarationPage

    title = "Deklaracja dostępności"
    entity = "Gmina Przykładowa (przykład)"
    conformity = "partial"
    inaccessible = "<p>Skany regulaminów.</p>"
    site_published_on = date(2026, 1, 12)
    site_changed_on = date(2026, 2, 1)
    prepared_on = date(2026, 1, 12)
    reviewed_on = date(2026, 3, 20)
    method = "samoocena"
    contact_person = "Zespół Centrum (przykład)"
    contact_email = "dostepnosc@example.org"
    contact_phone = "+48 32 000 00 00"
    architecture = "<p>Wejście bez progu.</p>"


class ProjectFactory(PageFactory):
    """A project that is running; `partners` takes `Partner`s, or `(Partner, role)` pairs."""

    class Meta:
        model = ProjectPage

    class Params:
        planned = Trait(
            start_date=LazyFunction(lambda: in_days(30)),
            end_date=LazyFunction(lambda: in_days(60)),
        )
        finished = Trait(
            start_date=LazyFunction(lambda: in_days(-60)),
            end_date=LazyFunction(lambda: in_days(-30)),
        )

    title = Sequence("Projekt {}".format)
    summary = "Krótki opis projektu."
    start_date = LazyFunction(lambda: in_days(-30))
    end_date = LazyFunction(lambda: in_days(30))

    @classmethod
    def _create(
        cls,
        model_class: type[Any],
        *args: Any,
        partners: Iterable[Partner | tuple[Partner, str]] = (),
        **fields: Any,
    ) -> Any:
        pairs = [one if isinstance(one, tuple) else (one, "partner") for one in partners]
        fields["partners"] = [
            ProjectPartner(partner=partner, role=role, sort_order=number)
            for number, (partner, role) in enumerate(pairs)
        ]
        return super()._create(model_class, *args, **fields)


class EventFactory(PageFactory):
    """An event a month from now, of which only the day is known."""

    class Meta:
        model = EventPage

    class Params:
        proposed = Trait(date_certainty=EventPage.DateCertainty.PROPOSED)
        cancelled = Trait(status=EventPage.Status.CANCELLED)
        postponed = Trait(status=EventPage.Status.POSTPONED)
        rescheduled = Trait(
            status=EventPage.Status.RESCHEDULED,
            previous_start_date=LazyAttribute(lambda self: self.start_date - timedelta(days=7)),
        )
        moved_online = Trait(
            status=EventPage.Status.MOVED_ONLINE, online_url="https://meet.example.org/spotkanie"
        )
        full = Trait(is_full=True)
        timed = Trait(
            date_precision=EventPage.DatePrecision.TIME, start_time="17:00", end_time="19:30"
        )
        long = Trait(end_date=LazyAttribute(lambda self: self.start_date + timedelta(days=2)))
        past = Trait(start_date=LazyFunction(lambda: in_days(-30)))

    title = Sequence("Wydarzenie {}".format)
    summary = "Krótki opis wydarzenia."
    kind = EventPage.Kind.TRAINING
    start_date = LazyFunction(lambda: in_days(30))

    @classmethod
    def default_parent(cls) -> BasePage:
        ensure_site()
        return EventIndexPage.objects.get()


class ActivityFactory(PageFactory):
    """An activity of a project: the one given as `parent`, or a new one."""

    class Meta:
        model = ActivityPage

    title = Sequence("Działanie {}".format)
    summary = "Krótki opis działania."
    kind = ActivityPage.Kind.ADVICE

    @classmethod
    def default_parent(cls) -> BasePage:
        project: ProjectPage = ProjectFactory()
        return project


class NewsFactory(PageFactory):
    class Meta:
        model = NewsPage

    title = Sequence("Aktualność {}".format)
    summary = "Krótki opis aktualności."

    @classmethod
    def default_parent(cls) -> BasePage:
        home = ensure_site()
        return NewsIndexPage.objects.first() or home.add_child(
            instance=NewsIndexPage(title="Aktualności", slug="aktualnosci")
        )


class ContestFactory(PageFactory):
    """A contest for which one can apply today."""

    class Meta:
        model = ContestPage

    title = Sequence("Konkurs {}".format)
    summary = "Krótki opis konkursu."
    opens_on = LazyFunction(lambda: in_days(-10))
    closes_on = LazyFunction(lambda: in_days(10))

    @classmethod
    def default_parent(cls) -> BasePage:
        home = ensure_site()
        return ContestIndexPage.objects.first() or home.add_child(
            instance=ContestIndexPage(title="Konkursy", slug="konkursy")
        )


class ResourceFactory(PageFactory):
    class Meta:
        model = ResourcePage

    title = Sequence("Materiał {}".format)
    summary = "Krótki opis materiału."
    body = LazyFunction(lambda: [("paragraph", RichText("<p>Streszczenie.</p>"))])

    @classmethod
    def default_parent(cls) -> BasePage:
        home = ensure_site()
        return ResourceIndexPage.objects.first() or home.add_child(
            instance=ResourceIndexPage(title="Materiały", slug="materialy")
        )


class OrganizationFactory(PageFactory):
    """An association with a public contact; `consenting=True` records a consent for the rest."""

    class Meta:
        model = OrganizationPage
        skip_postgeneration_save = True

    class Params:
        informal = Trait(legal_form=OrganizationPage.LegalForm.INFORMAL_GROUP, krs="")

    title = Sequence("Organizacja {} (przykład)".format)
    summary = "Krótki opis organizacji."
    legal_form = OrganizationPage.LegalForm.ASSOCIATION
    krs = Sequence(lambda number: f"{9_999_000_000 + number}")
    email = Sequence("biuro{}@example.org".format)
    phone = "32 000 00 00"
    address = "ul. Przykładowa 2, Czerwionka-Leszczyny"
    website = "https://organizacja.example.org/"

    @post_generation
    def consenting(self: OrganizationPage, create: bool, extracted: bool, **kwargs: Any) -> None:
        if create and extracted:
            consent_to(self)

    @classmethod
    def default_parent(cls) -> BasePage:
        ensure_site()
        return OrganizationIndexPage.objects.get()


def consent_to(profile: OrganizationPage, *fields: str, **more: Any) -> ContactConsent:
    """Record a consent to publish these private fields, all of them if none is named."""
    values: dict[str, Any] = {"person": "Zgadzająca Się (przykład)", "on": timezone.localdate()}
    return consents.record(
        profile=profile,
        user=None,
        fields=fields or profile.private_fields,
        **values | {"reference": "formularz 12/2026"} | more,
    )


def withdraw_consents(profile: OrganizationPage) -> None:
    """Withdraw every consent that is in force for the profile."""
    for consent in type(profile).objects.get(pk=profile.pk).consents_in_force():
        consents.withdraw(consent=consent, user=None, on=timezone.localdate())


def home_page() -> HomePage:
    """Return the front page, with the skeleton of the site around it."""
    return ensure_site()


class NewsletterFactory(PageFactory):
    """An edition in the archive, with one paragraph."""

    class Meta:
        model = NewsletterPage

    title = Sequence("Wieści z Centrum nr {}".format)
    summary = "Krótki opis numeru."
    body = LazyFunction(lambda: [("paragraph", RichText("<p>Dzień dobry.</p>"))])

    @classmethod
    def default_parent(cls) -> BasePage:
        ensure_site()
        return NewsletterIndexPage.objects.get()
