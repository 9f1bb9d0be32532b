"""Forms for consents to publish a contact."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import ContactClause, OrganizationPage
from cms.verbs.forms import date_field

IN_FUTURE = _("This day is still to come. Give the day on the document.")


def past_day(day: date) -> date:
    """Return the day; raise ValidationError if it is still to come."""
    if day > timezone.localdate():
        raise forms.ValidationError(IN_FUTURE)
    return day


class ConsentForm(forms.Form):
    """A consent as it stands on the document: filled in with what is likely."""

    person = forms.CharField(
        label=_("who agreed"), max_length=200, help_text=_("First name and surname.")
    )
    fields_covered = forms.MultipleChoiceField(
        label=_("what may be public"), widget=forms.CheckboxSelectMultiple
    )
    on = date_field(label=_("date on the document"))
    reference = forms.CharField(
        label=_("which document"),
        max_length=200,
        help_text=_("Where it can be found: „form 12/2026, binder B”."),
    )
    valid_until = date_field(
        label=_("until"), required=False, help_text=_("The last day. Empty: until withdrawn.")
    )
    clause = forms.ModelChoiceField(
        label=_("what was signed"), queryset=ContactClause.objects.all(), empty_label=None
    )

    def __init__(self, *args: Any, profile: OrganizationPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_covered"].choices = [  # type: ignore[attr-defined]
            (name, profile._meta.get_field(name).verbose_name) for name in profile.private_fields
        ]

    def clean_on(self) -> date:
        return past_day(self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until = cleaned.get("valid_until")
        if until and until < timezone.localdate():
            self.add_error("valid_until", _("This day is past: nothing would become public."))
        return cleaned


class WithdrawalForm(forms.Form):
    on = date_field(label=_("date of the withdrawal"))
    reference = forms.CharField(
        label=_("which document"),
        max_length=200,
        required=False,
        help_text=_("A letter, a mail, a note of a call. May stay empty."),
    )

    def clean_on(self) -> date:
        return past_day(self.cleaned_data["on"])


class ClauseForm(forms.Form):
    text = forms.CharField(label=_("what people sign"), widget=forms.Textarea(attrs={"rows": 8}))
