"""Input for checking in: codes that people type."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.models import Session


def _code_input() -> forms.TextInput:
    """A field in which a phone neither corrects nor remembers what is typed."""
    attributes = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code-field"}
    return forms.TextInput(attrs=attributes)


class ScreenCodeForm(forms.Form):
    """The code that the screen in the hall shows."""

    # Somebody may paste the whole address.
    code = forms.CharField(label=_("Code on the screen"), max_length=200, widget=_code_input())

    def clean_code(self) -> str:
        """The last part of an address, or what was typed."""
        typed: str = self.cleaned_data["code"]
        return typed.strip().rstrip("/").rpartition("/")[2]


class PassCodeForm(forms.Form):
    """The code that only one person has."""

    pass_code = forms.CharField(
        label=_("Your personal code"),
        max_length=40,
        help_text=_("It stands on your badge and in the message that confirmed your place."),
        widget=_code_input(),
    )


class SessionChoiceForm(forms.Form):
    """In which of several sessions somebody comes now."""

    session = forms.ChoiceField(label=_("Session"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sessions: Sequence[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_number = {str(each.number): each for each in sessions}
        field = self.fields["session"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(number, str(each)) for number, each in self.by_number.items()]
        field.initial = next(iter(self.by_number), None)

    def chosen(self) -> Session:
        """The session that was chosen."""
        return self.by_number[self.cleaned_data["session"]]
