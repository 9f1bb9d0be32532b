from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.search import index

from cms.forms import ProfileForm
from cms.models.documents import Document
from cms.models.legal_forms import LegalForm
from cms.models.private_contact import PrivateContact
from cms.models.profile_rules import number_errors, profile_errors
from cms.models.published import DocumentPage, SitePage
from cms.models.tagged import folded
from cms.polish import sort_key
from cms.profiles.lookups import LookupsPanel


class OrganizationIndexPage(SitePage):
    """The directory of organizations, and the place in the tree where profiles live."""

    in_menu = True
    max_count = 1
    template = "cms/organization_index_page.html"
    parent_page_types: ClassVar = ["cms.HomePage"]
    subpage_types: ClassVar = ["cms.OrganizationPage"]

    class Meta:
        verbose_name = _("directory of organizations")


class OrganizationPage(PrivateContact, DocumentPage):
    """The profile of an NGO.

    A contact that is personal data is public only with a recorded consent (RODO art. 6(1)(a)).
    Members of the board are not kept: they stand in the KRS.
    """

    LegalForm = LegalForm

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        IN_LIQUIDATION = "in_liquidation", _("in liquidation")
        REMOVED = "removed", _("removed from the register")

    base_form_class = ProfileForm
    document_type = Document.Type.ORGANIZATION
    template = "cms/organization_page.html"
    parent_page_types: ClassVar = ["cms.OrganizationIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    former_names = models.CharField(
        _("former names"), max_length=300, blank=True, help_text=_("Separated by commas.")
    )
    registration_year = models.PositiveSmallIntegerField(
        _("year of registration"), null=True, blank=True
    )
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
    correspondence_address = models.CharField(
        _("correspondence address"),
        max_length=200,
        blank=True,
        help_text=_("If it is not the same."),
    )
    contact_person = models.CharField(_("contact person"), max_length=200, blank=True)
    contact_person_email = models.EmailField(_("e-mail of the contact person"), blank=True)
    contact_person_phone = models.CharField(
        _("phone of the contact person"), max_length=30, blank=True
    )
    mission = models.TextField(
        _("mission"), max_length=1000, blank=True, help_text=_("In two or three sentences.")
    )
    beneficiaries = models.JSONField(_("for whom"), default=list, blank=True)
    action_forms = models.JSONField(_("in which ways"), default=list, blank=True)
    territory = ParentalManyToManyField(
        "cms.Locality", verbose_name=_("where it works"), blank=True, related_name="+"
    )
    logo = models.ForeignKey(
        "cms.CentreImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    bank_account = models.CharField(
        _("bank account"),
        max_length=40,
        blank=True,
        help_text=_("Of the organization itself, never of a person."),
    )
    statute_url = models.URLField(_("address of the statute"), blank=True)
    report_url = models.URLField(_("address of the latest report"), blank=True)
    seeks_volunteers = models.BooleanField(_("looks for volunteers"), default=False)
    opp_status = models.BooleanField(_("public benefit status (OPP)"), default=False)
    opp_list_year = models.PositiveSmallIntegerField(
        _("year of the 1.5 percent list"),
        null=True,
        blank=True,
        help_text=_("The tax year that the list of the Director of NIW is for."),
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
        *SitePage.content_panels[:1],
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldPanel("address"),
                FieldPanel("website"),
                FieldPanel("locality"),
                HelpPanel(template="cms/profiles/consent_panel.html"),
            ],
            heading=_("Contact"),
        ),
        *DocumentPage.content_panels[1:],
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("legal_form"), FieldPanel("status")]),
                FieldRowPanel([FieldPanel("krs"), FieldPanel("nip")]),
                FieldRowPanel([FieldPanel("regon"), FieldPanel("register_number")]),
                LookupsPanel(),
            ],
            heading=_("Registers"),
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
        folded([PageChooserPanel("parent"), FieldPanel("parent_name")], _("Branch")),
        folded(
            [
                FieldPanel("mission"),
                FieldPanel("spheres", widget=CheckboxSelectMultiple),
                FieldPanel("beneficiaries"),
                FieldPanel("action_forms"),
                FieldPanel("territory", widget=CheckboxSelectMultiple),
                FieldPanel("seeks_volunteers"),
            ],
            _("What it does, for whom and where"),
        ),
        folded(
            [FieldPanel("opp_status"), FieldPanel("opp_list_year")],
            _("Public benefit and 1.5 percent of income tax"),
        ),
        folded(
            [
                FieldPanel("short_name"),
                FieldPanel("former_names"),
                FieldPanel("registration_year"),
                FieldPanel("logo"),
            ],
            _("Names, history, logo"),
        ),
        folded(
            [
                FieldPanel("correspondence_address"),
                FieldPanel("bank_account"),
                FieldPanel("statute_url"),
                FieldPanel("report_url"),
            ],
            _("Post, account, documents"),
        ),
        InlinePanel(
            "links", heading=_("Social networks"), label=_("address"), classname="collapsed"
        ),
        FieldPanel("body"),
        FieldRowPanel(
            [
                FieldPanel("verified_at", read_only=True),
                FieldPanel("verified_by", read_only=True),
            ],
            heading=_("Verification"),
        ),
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
    def territory_in_order(self) -> list[Any]:
        """Return where it works, in Polish alphabetical order."""
        return sorted(self.territory.all(), key=lambda locality: sort_key(locality.name))

    @property
    def claims_krs(self) -> bool:
        """Whether no other live profile may have its KRS number: a branch shares its parent's."""
        return bool(self.live and self.krs and self.legal_form != LegalForm.BRANCH)

    def clean(self) -> None:
        number_errors(self)  # a draft keeps what is wrong, but what is right as bare digits
        super().clean()

    def publishing_errors(self) -> dict[str, Any]:
        return super().publishing_errors() | profile_errors(self)
