"""Input about how accounts sign in."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Account
from people.services import reset_second_factor


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that is enough to sign in, unless somebody wants a key that only comes second."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("By which you know this device again.")
        self.fields["name"].widget.attrs["maxlength"] = 100
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].help_text = _(
            "The device asks for your finger, your face or its PIN, and you need neither a code nor a password. "
            "Without this it is asked for after the code or the password."
        )
        self.fields["passwordless"].initial = True


class SecondFactorResetForm(forms.Form):
    """Why an administrator believes that it is the owner who asks."""

    reason = forms.CharField(
        label=_("How do you know that it is this person who asks?"),
        help_text=_("For instance: called back at the number of the agency, spoke to the coordinator."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, account: Account, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.actor = account, actor

    def save(self) -> None:
        reset_second_factor(account=self.account, actor=self.actor, reason=self.cleaned_data["reason"])
