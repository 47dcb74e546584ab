"""Input of whoever looks at the Academy as somebody else."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Account
from people.services import start_viewing
from people.viewing import Viewing


class ViewAsForm(forms.Form):
    """Why an administrator needs to see what a person sees."""

    reason = forms.CharField(
        label=_("Why do you need to see what this person sees?"),
        help_text=_("For instance: “cannot find the certificate, asked for help by telephone”. The person reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, account: Account, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.actor = account, actor

    def save(self) -> Viewing:
        return start_viewing(account=self.account, actor=self.actor, reason=self.cleaned_data["reason"])
