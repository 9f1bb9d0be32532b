"""The number by which an organization is looked up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.identifiers import clean_krs
from cms.models.profile_rules import krs_errors


class KrsNumberForm(forms.Form):
    krs = forms.CharField(
        label=_("KRS number"),
        max_length=20,
        help_text=_("Up to 10 digits; leading zeros may be left out."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_krs(self) -> str:
        """Return ten digits of a number that no published profile has."""
        krs = clean_krs(self.cleaned_data["krs"])
        errors: dict[str, Any] = krs_errors(page_id=None, krs=krs)
        if errors:
            raise forms.ValidationError(errors["krs"])
        return krs
