"""What may be asked of a report, as typed into an address or chosen on the page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choices = Iterable[tuple[str, Any]]


class QuestionForm(forms.Form):
    """Agency, workshop and period. Whether the account may ask about them is decided where the report is read."""

    agency = forms.CharField(label=_("Agency"), required=False, widget=forms.Select)
    workshop = forms.CharField(label=_("Workshop"), required=False, widget=forms.Select)
    first_day = forms.DateField(
        label=pgettext_lazy("first day of a period", "From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    last_day = forms.DateField(
        label=pgettext_lazy("last day of a period", "To"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            raise forms.ValidationError(_("The period ends before it begins."))
        return cleaned

    def offer(self, **choices: Choices) -> None:
        """Set what a field offers; a field with nothing to choose from is not shown."""
        for name, offered in choices.items():
            pairs = list(offered)
            self.fields[name].widget = forms.Select(choices=pairs) if len(pairs) > 1 else forms.HiddenInput()
