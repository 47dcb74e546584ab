"""Input for moving people between agencies."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import services
from people.forms.fields import AgencyField, DayField, PersonField
from people.models import Account, Transfer


class TransferForm(forms.Form):
    """Somebody belongs to another agency from a day on."""

    person = PersonField()
    gaining = AgencyField(label=_("New agency"))
    on = DayField(
        label=_("First day in the new agency"),
        help_text=_("In the past as well: minutes of registers that nobody has signed yet then count anew."),
    )
    post = forms.CharField(label=_("Post there"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("The other agency reads it.")
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    def save(self) -> Transfer:
        return services.ask_transfer(actor=self.account, **self.cleaned_data)
