from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.search import index

from cms.forms import ProfileForm
from cms.identifiers import clean_krs, clean_nip, clean_regon
from cms.models.consents import ContactConsent
from cms.models.documents import Document
from cms.models.krs_claims import KrsClaim
from cms.models.legal_forms import IDENTIFIERS, LegalForm, identifier_errors
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import folded

# Always a person's own.
PERSON_FIELDS = ("contact_person", "contact_person_email", "contact_person_phone")
# Those of forms that are usually run from someone's home.
HOME_FIELDS = ("email", "phone", "address")


class OrganizationIndexPage(SitePage):
    """The directory of organizations, and the place in the tree where profiles live."""

    in_menu = True
    max_count = 1
    template = "cms/organization_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.OrganizationPage"]

    class Meta:
        verbose_name = _("directory of organizations")


class OrganizationPage(DocumentPage):
    """The profile of an NGO.

    The contact of forms that are usually run from someone's home is personal data: it is public
    only with a recorded consent (RODO art. 6(1)(a)).
    """

    LegalForm = LegalForm

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        IN_LIQUIDATION = "in_liquidation", _("in liquidation")
        REMOVED = "removed", _("removed from the register")

    FORMS_WITH_PERSONAL_CONTACT = frozenset(
        {LegalForm.SIMPLE_ASSOCIATION, LegalForm.KGW, LegalForm.INFORMAL_GROUP}
    )

    base_form_class = ProfileForm
    document_type = Document.Type.ORGANIZATION
    template = "cms/organization_page.html"
    parent_page_types: ClassVar = ["cms.OrganizationIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    legal_form = models.CharField(
        _("legal form"), max_length=20, choices=LegalForm.choices, default=LegalForm.ASSOCIATION
    )
    status = models.CharField(
        _("status"), max_length=14, choices=Status.choices, default=Status.ACTIVE
    )
    krs = models.CharField("KRS", max_length=20, blank=True)
    nip = models.CharField("NIP", max_length=20, blank=True)
    regon = models.CharField("REGON", max_length=20, blank=True)
    register_number = models.CharField(_("number in another register"), max_length=50, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("branch of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The larger organization, if it has a profile here."),
    )
    parent_name = models.CharField(
        _("name of the larger organization"),
        max_length=200,
        blank=True,
        help_text=_("Where it has no profile here."),
    )
    locality = models.ForeignKey(
        "cms.Locality",
        verbose_name=_("locality"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    spheres = ParentalManyToManyField(
        "cms.Sphere", verbose_name=_("spheres of public tasks"), blank=True, related_name="+"
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=200, blank=True)
    contact_person_email = models.EmailField(_("e-mail of the contact person"), blank=True)
    contact_person_phone = models.CharField(
        _("phone of the contact person"), max_length=30, blank=True
    )
    seeks_volunteers = models.BooleanField(_("looks for volunteers"), default=False)
    opp_status = models.BooleanField(_("public benefit status (OPP)"), default=False)
    opp_list_year = models.PositiveSmallIntegerField(
        _("year of the 1.5 percent list"), null=True, blank=True
    )
    verified_at = models.DateField(_("verified on"), null=True, blank=True)

    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    # A copy is another profile, which nobody has verified.
    exclude_fields_in_copy: ClassVar = ["verified_at", "verified_by"]
    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        FieldPanel("short_name"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("legal_form"), FieldPanel("status")]),
                FieldRowPanel([FieldPanel("krs"), FieldPanel("nip")]),
                FieldRowPanel([FieldPanel("regon"), FieldPanel("register_number")]),
                PageChooserPanel("parent"),
                FieldPanel("parent_name"),
                FieldRowPanel([FieldPanel("opp_status"), FieldPanel("opp_list_year")]),
            ],
            heading=_("Registers"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("address"),
                FieldPanel("website"),
                FieldPanel("locality"),
                HelpPanel(template="cms/profiles/consent_panel.html"),
            ],
            heading=_("Contact"),
        ),
        folded(
            [
                FieldPanel("contact_person"),
                FieldRowPanel(
                    [FieldPanel("contact_person_email"), FieldPanel("contact_person_phone")]
                ),
            ],
            _("Contact person (public only with a consent)"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("spheres", widget=CheckboxSelectMultiple),
                FieldPanel("seeks_volunteers"),
            ],
            heading=_("What it does"),
        ),
        FieldRowPanel(
            [
                FieldPanel("verified_at", read_only=True),
                FieldPanel("verified_by", read_only=True),
            ],
            heading=_("Verification"),
        ),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [
        *DocumentPage.search_fields,
        index.SearchField("short_name"),
        index.FilterField("legal_form"),
    ]

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    @property
    def private_fields(self) -> tuple[str, ...]:
        """Return the contact fields that are personal data: public only with a consent."""
        is_a_home = self.legal_form in self.FORMS_WITH_PERSONAL_CONTACT
        return (*PERSON_FIELDS, *HOME_FIELDS) if is_a_home else PERSON_FIELDS

    def consents_in_force(self, day: date | None = None) -> list[ContactConsent]:
        """Return the consents that hold on the day (today), of the ledger as it is now."""
        day = day or timezone.localdate()
        ledger = list(self.contact_consents.all()) if self.pk else []
        ended = {row.ends_id for row in ledger}
        return [row for row in ledger if row.holds_on(day) and row.pk not in ended]

    def may_be_public(self, name: str) -> bool:
        """Whether anybody may read the contact field: nobody's home, or with a consent."""
        if name not in self.private_fields:
            return True
        return any(name in consent.fields for consent in self.consents_in_force())

    def hidden_fields(self) -> list[str]:
        """Return the contact fields that are filled in and not public."""
        return [
            name
            for name in self.private_fields
            if getattr(self, name) and not self.may_be_public(name)
        ]

    @property
    def claims_krs(self) -> bool:
        """Whether no other live profile may have its KRS number: a branch shares its parent's."""
        return bool(self.live and self.krs and self.legal_form != LegalForm.BRANCH)

    def clean(self) -> None:
        self._number_errors()  # a draft keeps what is wrong, but what is right as bare digits
        super().clean()

    def publishing_errors(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in IDENTIFIERS}
        return (
            super().publishing_errors()
            | identifier_errors(self.legal_form, given)
            | self._number_errors()
            | self._parent_errors()
            | self._namesake_errors()
        )

    def _number_errors(self) -> dict[str, Any]:
        """Check and normalize the numbers that are given."""
        errors: dict[str, Any] = {}
        for name, clean in (("nip", clean_nip), ("regon", clean_regon), ("krs", clean_krs)):
            if value := getattr(self, name):
                try:
                    setattr(self, name, clean(value))
                except ValidationError as error:
                    errors[name] = error.messages
        return errors

    def _parent_errors(self) -> dict[str, Any]:
        if self.pk and self.parent_id == self.pk:
            return {"parent": _("An organization cannot be a branch of itself.")}
        if self.opp_status and not self.krs:
            return {
                "opp_status": _("Public benefit status is entered in the KRS: give its number.")
            }
        return {}

    def _namesake_errors(self) -> dict[str, Any]:
        if self.legal_form == LegalForm.BRANCH or not self.krs:
            return {}
        return krs_errors(page_id=self.pk, krs=self.krs)


def krs_errors(*, page_id: int | None, krs: str) -> dict[str, Any]:
    """Return what is wrong where another live profile has the KRS number, naming that profile."""
    claims = KrsClaim.objects.filter(krs=krs).exclude(page_id=page_id)
    other = claims.values_list("page__title", flat=True).first()
    if other is None:
        return {}
    message = _(
        "The published profile “%(title)s” has this KRS number. Only a branch may share it: "
        "correct the number or the legal form, or unpublish the other profile."
    )
    return {"krs": message % {"title": other}}
