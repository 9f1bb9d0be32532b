from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from cms.api.filters.documents import DocumentFilterSet
from cms.api.filters.fields import (
    DayFilter,
    DigitsFilter,
    FlagFilter,
    OneOfFilter,
    VocabularyFilter,
)
from cms.models.documents import Document, DocumentFacet
from cms.models.organizations import OrganizationPage
from cms.models.profile_parts import ActionForm, Beneficiary
from cms.models.vocabularies import Locality, Sphere


class OrganizationFilterSet(DocumentFilterSet):
    """Filters of the directory."""

    sphere = VocabularyFilter(
        "Organizations active in a sphere: a `code` of /api/v1/vocabularies/spheres/.",
        vocabulary=Sphere,
        column="code",
    )
    locality = VocabularyFilter(
        "Organizations seated in a locality: a `slug` of /api/v1/vocabularies/localities/.",
        vocabulary=Locality,
        column="slug",
    )
    territory = VocabularyFilter(
        "Organizations that work in a locality: a `slug` of /api/v1/vocabularies/localities/.",
        vocabulary=Locality,
        column="slug",
    )
    beneficiary = OneOfFilter(
        "Organizations that work for these people.", allowed=Beneficiary.values
    )
    action_form = OneOfFilter("Organizations that work in this way.", allowed=ActionForm.values)
    legal_form = OneOfFilter(
        "Organizations of a legal form: a `code` of /api/v1/vocabularies/legal-forms/.",
        allowed=OrganizationPage.LegalForm.values,
    )
    opp = FlagFilter("Organizations with public benefit status (OPP), or without.")
    seeks_volunteers = FlagFilter("Organizations that look for volunteers, or do not.")
    verified_since = DayFilter(
        "Organizations whose profile was verified on this day or later.",
        method="filter_verified_since",
    )
    krs = DigitsFilter("The organization with this KRS number, and its branches.", length=10)
    nip = DigitsFilter("Organizations with this NIP.", length=10)

    def filter_verified_since(
        self, qs: QuerySet[Document], name: str, value: date
    ) -> QuerySet[Document]:
        # Days in ISO 8601 stand in the order of time.
        verified = DocumentFacet.objects.filter(
            document=OuterRef("pk"), name="verified", value__gte=value.isoformat()
        )
        return qs.filter(Exists(verified))
