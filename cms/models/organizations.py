from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.identifiers import clean_krs, clean_nip, clean_regon
from cms.models.documents import Document
from cms.models.published import DocumentPage, SitePage


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

    class LegalForm(models.TextChoices):
        ASSOCIATION = "association", _("association")
        SIMPLE_ASSOCIATION = "simple_association", _("simple association")
        FOUNDATION = "foundation", _("foundation")
        KGW = "kgw", _("farmers' wives' association (KGW)")
        OSP = "osp", _("volunteer fire brigade (OSP)")
        SPORTS_CLUB = "sports_club", _("sports club")
        UKS = "uks", _("school sports club (UKS)")
        SOCIAL_COOP = "social_coop", _("social cooperative")
        LGD = "lgd", _("local action group (LGD)")
        NONPROFIT_COMPANY = "nonprofit_company", _("non-profit company")
        BRANCH = "branch", _("branch of a larger organization")
        CHURCH_UNIT = "church_unit", _("church organization")
        INFORMAL_GROUP = "informal_group", _("informal group")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        IN_LIQUIDATION = "in_liquidation", _("in liquidation")
        REMOVED = "removed", _("removed from the register")

    FORMS_IN_KRS = frozenset(
        {
            LegalForm.ASSOCIATION,
            LegalForm.FOUNDATION,
            LegalForm.OSP,
            LegalForm.SOCIAL_COOP,
            LegalForm.LGD,
            LegalForm.NONPROFIT_COMPANY,
        }
    )
    FORMS_WITH_PERSONAL_CONTACT = frozenset(
        {LegalForm.SIMPLE_ASSOCIATION, LegalForm.KGW, LegalForm.INFORMAL_GROUP}
    )

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
    contact_consent_reference = models.CharField(
        _("consent to publish the contact"),
        max_length=200,
        blank=True,
        help_text=_(
            "Date and document, for example „2026-03-02, form 12/2026”. Without it, the e-mail, "
            "phone and address of simple associations, KGW and informal groups stay private."
        ),
    )
    seeks_volunteers = models.BooleanField(_("looks for volunteers"), default=False)
    opp_status = models.BooleanField(_("public benefit status (OPP)"), default=False)
    opp_list_year = models.PositiveSmallIntegerField(
        _("year of the 1.5 percent list"), null=True, blank=True
    )
    verified_at = models.DateField(_("verified on"), null=True, blank=True)

    content_panels: ClassVar = [
        *DocumentPage.content_panels,
        FieldPanel("short_name"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("legal_form"), FieldPanel("status")]),
                FieldRowPanel([FieldPanel("krs"), FieldPanel("nip")]),
                FieldRowPanel([FieldPanel("regon"), FieldPanel("register_number")]),
                FieldRowPanel([FieldPanel("opp_status"), FieldPanel("opp_list_year")]),
            ],
            heading=_("Registers"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("address"),
                FieldPanel("contact_consent_reference"),
                FieldPanel("website"),
                FieldPanel("locality"),
            ],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("spheres", widget=CheckboxSelectMultiple),
                FieldPanel("seeks_volunteers"),
                FieldPanel("verified_at"),
            ],
            heading=_("What it does"),
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
    def is_contact_public(self) -> bool:
        """Whether e-mail, phone and address may leave: not a home's, or with a consent."""
        return bool(
            self.legal_form not in self.FORMS_WITH_PERSONAL_CONTACT
            or self.contact_consent_reference
        )

    def publishing_errors(self) -> dict[str, Any]:
        return super().publishing_errors() | self._number_errors() | self._krs_errors()

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

    def _krs_errors(self) -> dict[str, Any]:
        if not self.krs:
            if self.legal_form in self.FORMS_IN_KRS:
                return {"krs": _("This legal form is entered in the KRS: give the number.")}
            return {}
        namesakes = OrganizationPage.objects.live().filter(krs=self.krs).exclude(pk=self.pk)
        if (
            self.legal_form != self.LegalForm.BRANCH
            and namesakes.exclude(legal_form=self.LegalForm.BRANCH).exists()
        ):
            return {"krs": _("Another published profile already has this KRS number.")}
        return {}
