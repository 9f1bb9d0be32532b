"""What staff fill in to order a mailing, and to find a recipient."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletters.mailings.models import Delivery
from newsletters.mailings.times import AT_MOST_AHEAD, check_start, read_start

NOW, LATER = "now", "later"
LOCAL = "%Y-%m-%dT%H:%M"


class OrderForm(forms.Form):
    """When the edition goes out. `request_id` is of the page that shows the form.

    So the same form sent twice makes one mailing.
    """

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("Now")), (LATER, _("At another time"))],
        widget=forms.RadioSelect,
    )
    # A plain text value: times of the installation, whatever zone the person has chosen.
    starts_at = forms.CharField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Polish time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime(timezone.now(), timezone.get_default_timezone())
        limits = {"min": now.strftime(LOCAL), "max": (now + AT_MOST_AHEAD).strftime(LOCAL)}
        self.fields["starts_at"].widget.attrs |= limits

    @classmethod
    def fresh(cls) -> "OrderForm":
        """Return a form with a request of its own."""
        return cls(initial={"request_id": uuid.uuid4(), "when": NOW})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        text, data["starts_at"] = data.get("starts_at", ""), None
        if data.get("when") == LATER:
            try:
                data["starts_at"] = read_start(text)
                check_start(data["starts_at"], timezone.now())
            except ValidationError as error:
                self.add_error("starts_at", error)
        return data

    def order(self) -> dict[str, Any]:
        """Return what the valid form asks for, as services.order takes it."""
        return {name: self.cleaned_data[name] for name in ("request_id", "starts_at")}


class RecipientsForm(forms.Form):
    """Which recipients the table shows. What cannot be read shows all of them."""

    stan = forms.ChoiceField(choices=Delivery.State.choices, required=False)
    q = forms.CharField(required=False, max_length=320)
