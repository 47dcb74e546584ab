"""Input about people, accounts and agencies."""

from people.forms.sign_ins import AddPasskeyForm, SecondFactorResetForm

__all__ = ["AddPasskeyForm", "SecondFactorResetForm"]
