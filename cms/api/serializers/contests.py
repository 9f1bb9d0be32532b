from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.activities import PartnerWithLogoSerializer
from cms.api.serializers.base import (
    NullableCharField,
    RelatedItemSerializer,
    start_of_day,
)
from cms.api.serializers.tagged import TaggedSerializer
from cms.api.serializers.vocabularies import LocalitySerializer
from cms.documents.liveness import is_public
from cms.models.contests import ContestPage, ContestResult


class ContestResultSerializer(serializers.Serializer[Any]):
    """An awarded initiative: a group, a title, a locality; no private person."""

    group_name = serializers.CharField()
    organization = RelatedItemSerializer(allow_null=True)
    title = serializers.CharField()
    locality = LocalitySerializer(allow_null=True)
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="Grant in PLN."
    )


class ContestSerializer(TaggedSerializer):
    """One edition of a contest. `state` follows from the dates, which are local days."""

    state = serializers.SerializerMethodField()
    state_label = serializers.SerializerMethodField(help_text="The state in Polish.")
    year = serializers.IntegerField(allow_null=True, help_text="Edition.")
    opens_on = serializers.DateField(help_text="First day on which one can apply.")
    closes_on = serializers.DateField(help_text="Last day on which one can apply.")
    results_on = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True, help_text="Initiatives begin.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day of the initiatives.")
    budget = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="In PLN."
    )
    largest_grant = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="In PLN."
    )
    eligibility = NullableCharField(help_text="Who can apply.")
    contact_email = NullableCharField()
    bip_url = NullableCharField(help_text="The announcement in Biuletyn Informacji Publicznej.")
    rules = serializers.SerializerMethodField()
    application_form = serializers.SerializerMethodField()
    previous_edition = serializers.SerializerMethodField()
    project = serializers.SerializerMethodField()
    partners = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField(help_text="Empty until the day of the results.")

    @extend_schema_field({"type": "string", "enum": ContestPage.State.values})
    def get_state(self, page: ContestPage) -> str:
        today = timezone.localdate()
        if boundary := page.next_boundary(today):
            self.reads.true_until(start_of_day(boundary))
        return page.state_on(today).value

    def get_state_label(self, page: ContestPage) -> str:
        return str(page.state.label)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_rules(self, page: ContestPage) -> dict[str, Any] | None:
        return self.related(page.rules)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_application_form(self, page: ContestPage) -> dict[str, Any] | None:
        return self.related(page.application_form)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_previous_edition(self, page: ContestPage) -> dict[str, Any] | None:
        return self.related(page.previous_edition)

    @extend_schema_field(RelatedItemSerializer(allow_null=True))
    def get_project(self, page: ContestPage) -> dict[str, Any] | None:
        return self.related(page.project)

    @extend_schema_field(PartnerWithLogoSerializer(many=True))
    def get_partners(self, page: ContestPage) -> list[dict[str, Any]]:
        return self.partners_of(page.partners.order_by("name", "pk"))

    @extend_schema_field(ContestResultSerializer(many=True))
    def get_results(self, page: ContestPage) -> list[dict[str, Any]]:
        if not page.results_on or timezone.localdate() < page.results_on:
            return []
        return [self._result(row) for row in page.results.order_by("sort_order", "pk")]

    def _result(self, row: ContestResult) -> dict[str, Any]:
        locality = LocalitySerializer(row.locality, context=self.context).data
        return {
            "group_name": row.group_name,
            "organization": self.related(row.organization),
            "title": row.title,
            "locality": dict(locality) if row.locality else None,
            "amount": None if row.amount is None else str(row.amount),
        }

    @staticmethod
    def facets(page: ContestPage) -> Iterable[tuple[str, str]]:
        yield from TaggedSerializer.facets(page)
        yield "state", page.state.value
        if page.year:
            yield "year", str(page.year)
        if page.project and is_public(page.project):
            yield "project", page.project.slug
