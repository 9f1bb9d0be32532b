from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.api.serializers.base import (
    DocumentSerializer,
    ImageSerializer,
    NullableCharField,
    start_of_day,
)
from cms.models.projects import ProjectPage


class PeriodState(models.TextChoices):
    """Where today stands in a project's period."""

    PLANNED = "planned"
    RUNNING = "running"
    FINISHED = "finished"


class ProjectPartnerSerializer(serializers.Serializer[Any]):
    """Who carries the project, and in which role."""

    name = serializers.CharField()
    role = serializers.CharField(help_text="leader, partner or funder.")
    role_label = serializers.CharField(help_text="The role in Polish.")
    sector = serializers.CharField(help_text="ngo, government, business or education.")
    sector_label = serializers.CharField(help_text="The sector in Polish.")
    website = NullableCharField()
    logo = ImageSerializer(allow_null=True)


class ProjectSerializer(DocumentSerializer):
    """A project of the centre."""

    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True)
    period_state = serializers.SerializerMethodField()
    funding = NullableCharField(help_text="The sentence that the funder asks for, in Polish.")
    partners = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "enum": PeriodState.values})
    def get_period_state(self, page: ProjectPage) -> str:
        today = timezone.localdate()
        if page.start_date and today < page.start_date:
            self.reads.true_until(start_of_day(page.start_date))
            return PeriodState.PLANNED.value
        if page.end_date and today > page.end_date:
            return PeriodState.FINISHED.value
        if page.end_date:
            self.reads.true_until(start_of_day(page.end_date + timedelta(days=1)))
        return PeriodState.RUNNING.value

    @extend_schema_field(ProjectPartnerSerializer(many=True))
    def get_partners(self, page: ProjectPage) -> list[dict[str, Any]]:
        rows = page.partners.select_related("partner").order_by("sort_order", "pk")
        return [
            {
                "name": self.reads.note(row.partner).name,
                "role": row.role,
                "role_label": str(row.get_role_display()),
                "sector": row.partner.sector,
                "sector_label": str(row.partner.get_sector_display()),
                "website": row.partner.website or None,
                "logo": self.picture(row.partner.logo, row.partner.logo.description)
                if row.partner.logo
                else None,
            }
            for row in rows
        ]
