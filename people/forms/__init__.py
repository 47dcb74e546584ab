"""Input about people, accounts and agencies."""

from people.forms.joining import (
    AddressForm,
    AgreementForm,
    CodeForm,
    DecisionForm,
    InvitationForm,
    InvitationListForm,
    NamesForm,
    WhoForm,
    found_agencies,
)
from people.forms.sign_ins import AddPasskeyForm, SecondFactorResetForm
from people.forms.viewing import ViewAsForm

__all__ = [
    "AddPasskeyForm", "AddressForm", "AgreementForm", "CodeForm", "DecisionForm", "InvitationForm",
    "InvitationListForm", "NamesForm", "SecondFactorResetForm", "ViewAsForm", "WhoForm", "found_agencies",
]  # fmt: skip
