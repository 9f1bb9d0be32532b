"""The form of a destination. Secrets go in, never out."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from integrations.municipal import services
from integrations.municipal.connectors import webhook
from integrations.municipal.mapping_form import MappingFields
from integrations.municipal.models import Destination


class DestinationForm(MappingFields, WagtailAdminModelForm):
    """Creates or changes a destination.

    `generated_secret` is, after saving, the secret that was made here, to be shown this once.
    """

    new_secret = forms.CharField(
        label=_("secret"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Changes are signed with it, and it is never shown again. Leave it empty to keep the "
            "present one. The one before a new one signs too, for a day. Of a WordPress: the "
            "application password of the account."
        ),
    )
    is_secret_generated = forms.BooleanField(
        label=_("make a new secret"),
        required=False,
        help_text=_("It is shown once, after saving, to be entered at the other side."),
    )
    is_retry = forms.BooleanField(
        label=_("try again at once"),
        required=False,
        help_text=_("Also what was set aside."),
    )

    class Meta:
        model = Destination
        fields = (
            "name",
            "kind",
            "url",
            "username",
            "is_enabled",
            "hand_edits",
            "stale_minutes",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.generated_secret = ""
        if self.instance.pk is None:
            del self.fields["is_retry"]
            self.fields["new_secret"].help_text = _(
                "Changes are signed with it, and it is never shown again. Leave it empty to have "
                "one made, which is shown once after saving. Of a WordPress: the application "
                "password of the account."
            )
            del self.fields["is_secret_generated"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if data.get("new_secret") and data.get("is_secret_generated"):
            self.add_error("new_secret", _("Either enter a secret or have one made, not both."))
        if self._is_secret_left_behind(data):
            self.add_error(
                "new_secret",
                _(
                    "The secret is for the host and the kind that it was entered for. Enter it "
                    "again, or have a new one made."
                ),
            )
        if data.get("kind") == Destination.Kind.WORDPRESS:
            self._check_account(data)
        elif given := data.get("new_secret"):
            self._check_secret(given)
        return data

    def _is_secret_left_behind(self, data: dict[str, Any]) -> bool:
        """Whether it has moved, or changed its kind, and would take its secret along."""
        if not data.get("kind") or not data.get("url") or self.instance.pk is None:
            return False
        if data.get("new_secret") or data.get("is_secret_generated"):
            return False
        before = Destination.objects.get(pk=self.instance.pk)
        return not before.takes_secret_along(kind=data["kind"], url=data["url"])

    def _check_account(self, data: dict[str, Any]) -> None:
        if not data.get("username"):
            self.add_error("username", _("A WordPress needs the name of an account there."))
        if data.get("is_secret_generated"):
            self.add_error("is_secret_generated", _("Application passwords are made there."))
        if not data.get("new_secret") and self.instance.pk is None:
            self.add_error("new_secret", _("Enter the application password of the account."))

    def _check_secret(self, secret: str) -> None:
        try:
            webhook.check_secret(secret)
        except ValidationError as error:
            self.add_error("new_secret", error)

    def save(self, commit: bool = True) -> Destination:
        if not commit:
            raise NotImplementedError("A destination is stored at once, with its secret.")
        given = self.cleaned_data["new_secret"]
        self.instance.mapping = self.cleaned_mapping.as_json()
        is_wanted = self.instance.pk is None or self.cleaned_data["is_secret_generated"]
        is_webhook = self.instance.kind == Destination.Kind.WEBHOOK
        if is_wanted and not given and is_webhook:
            self.generated_secret = webhook.new_secret()
        services.store(
            self.instance,
            new_secret=given or self.generated_secret,
            is_retry=self.cleaned_data.get("is_retry", False),
        )
        return self.instance
