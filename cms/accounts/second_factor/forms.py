from django import forms
from django.utils.translation import gettext_lazy as _

CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """Asks for the code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code from the app, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "autofocus": True}),
    )


class FirstCodeForm(forms.Form):
    """Asks for the first code of a new app; `sealed` holds the secret meanwhile."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Six digits that the app shows now"),
        max_length=10,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "inputmode": "numeric"}),
    )


class ProveAgainForm(forms.Form):
    """Asks who is at the keyboard, before something that a stranger must not do."""

    secret = forms.CharField(
        label=_("Your password, or a code from the app"),
        max_length=254,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
