from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import (
    DocumentSerializer,
    ImageSerializer,
    NullableCharField,
    RelatedItemSerializer,
    start_of_day,
)
from cms.api.serializers.vocabularies import LocalitySerializer, SphereSerializer
from cms.identifiers import format_bank_account, format_nip, format_regon
from cms.models.organizations import OrganizationPage
from cms.models.private_contact import HOME_FIELDS, PERSON_FIELDS
from cms.models.profile_parts import ActionForm, Beneficiary, OrganizationLink


class ContactField(NullableCharField):
    """A contact of the organization: null where it is a person's and no consent is in force."""

    def get_attribute(self, instance: OrganizationPage) -> Any:
        serializer: Any = self.parent
        is_public = self.source in serializer.public_contact(instance)
        return super().get_attribute(instance) if is_public else None


class GroupedField(NullableCharField):
    """A register number in the groups in which people read it."""

    def __init__(self, grouped: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.grouped = grouped

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return self.grouped(str(value)) if value else None


class ChoiceSerializer(serializers.Serializer[Any]):
    """A value of a list that is fixed."""

    code = serializers.CharField()
    label = serializers.CharField(help_text="In Polish.")  # type: ignore[assignment]


@extend_schema_field(ChoiceSerializer(many=True))
class ChoicesField(serializers.Field):
    """The values of a list that were chosen, in its order, as code and words."""

    def __init__(self, choices: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.choices = choices

    def to_representation(self, value: list[str]) -> list[dict[str, str]]:
        return [
            {"code": one.value, "label": str(one.label)} for one in self.choices if one in value
        ]


class OrganizationLinkSerializer(serializers.Serializer[Any]):
    """Where else the organization is found."""

    kind = serializers.ChoiceField(choices=OrganizationLink.Kind.choices)
    url = serializers.URLField()


class OrganizationSerializer(DocumentSerializer):
    """The profile of an NGO."""

    short_name = NullableCharField()
    legal_form = serializers.ChoiceField(choices=OrganizationPage.LegalForm.choices)
    legal_form_label = serializers.CharField(
        source="get_legal_form_display", help_text="The legal form in Polish."
    )
    former_names = NullableCharField(help_text="Separated by commas.")
    registration_year = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=OrganizationPage.Status.choices)
    krs = NullableCharField(help_text="Ten digits.")
    nip = NullableCharField(help_text="Ten digits.")
    nip_formatted = GroupedField(format_nip, source="nip", help_text="For people: 999-000-00-14.")
    regon = NullableCharField(help_text="Nine or fourteen digits.")
    regon_formatted = GroupedField(
        format_regon, source="regon", help_text="For people: 990 000 016, with no-break spaces."
    )
    register_number = NullableCharField(help_text="Number in a register other than the KRS.")
    branch_of = serializers.SerializerMethodField(
        help_text="The larger organization that this one is a branch of, if it is published here."
    )
    branch_of_name = NullableCharField(
        source="parent_name",
        help_text="Name of the larger organization, if it is not published here.",
    )
    locality = LocalitySerializer(allow_null=True)
    territory = LocalitySerializer(
        source="territory_in_order", many=True, help_text="Where the organization works."
    )
    mission = NullableCharField()
    spheres = serializers.SerializerMethodField()
    beneficiaries = ChoicesField(Beneficiary, help_text="For whom the organization works.")
    action_forms = ChoicesField(ActionForm, help_text="In which ways it works.")
    logo = serializers.SerializerMethodField()
    website = NullableCharField()
    email = ContactField()
    phone = ContactField()
    address = ContactField()
    correspondence_address = ContactField()
    contact_person = ContactField(help_text="A person who agreed to be named.")
    contact_person_email = ContactField()
    contact_person_phone = ContactField()
    links = OrganizationLinkSerializer(
        many=True, help_text="The organization's profiles in social networks."
    )
    bank_account = NullableCharField(help_text="26 digits (NRB).")
    bank_account_formatted = GroupedField(
        format_bank_account, source="bank_account", help_text="In groups, with no-break spaces."
    )
    statute_url = NullableCharField()
    report_url = NullableCharField(help_text="Address of the latest report.")
    seeks_volunteers = serializers.BooleanField()
    opp_status = serializers.BooleanField(help_text="Public benefit status in the KRS.")
    opp_list_year = serializers.IntegerField(
        allow_null=True,
        help_text="Year of the list of those entitled to a share of income tax (1.5 percent since "
        "2022, 1 percent before). Apart from the status: the list is kept by the Director of NIW.",
    )
    verified_at = serializers.DateField(allow_null=True)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_branch_of(self, page: OrganizationPage) -> dict[str, Any] | None:
        return self.related(page.parent)

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_logo(self, page: OrganizationPage) -> dict[str, Any] | None:
        return self.picture(page.logo, page.logo.description) if page.logo else None

    @extend_schema_field(SphereSerializer(many=True))
    def get_spheres(self, page: OrganizationPage) -> list[dict[str, Any]]:
        spheres = page.spheres.order_by("sort_key", "code")
        return list(SphereSerializer(spheres, many=True, context=self.context).data)

    def public_contact(self, page: OrganizationPage) -> set[str]:
        """Return the contact fields that may be told.

        A consent by which something is told is noted, with the day on which it ends: what ends it
        finds this document, and every other that tells the same.
        """
        private = page.private_fields
        public = {*PERSON_FIELDS, *HOME_FIELDS} - set(private)
        for consent in page.consents_in_force():
            self.reads.note(consent)
            if consent.valid_until:
                self.reads.true_until(start_of_day(consent.valid_until + timedelta(days=1)))
            public |= set(consent.fields) & set(private)
        return public

    @staticmethod
    def facets(page: OrganizationPage) -> Iterable[tuple[str, str]]:
        single = {
            "legal_form": page.legal_form,
            "krs": page.krs,
            "nip": page.nip,
            "opp": "true" if page.opp_status else "",
            "seeks_volunteers": "true" if page.seeks_volunteers else "",
            "verified": page.verified_at.isoformat() if page.verified_at else "",
            "locality": page.locality.slug if page.locality else "",
        }
        yield from ((name, value) for name, value in single.items() if value)
        several = {
            "sphere": [sphere.code for sphere in page.spheres.all()],
            "territory": [locality.slug for locality in page.territory.all()],
            "beneficiary": page.beneficiaries,
            "action_form": page.action_forms,
        }
        yield from ((name, value) for name, values in several.items() for value in values)
