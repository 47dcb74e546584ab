"""What may be asked of a report, as typed into an address or chosen on the page."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from library.models import Aspect
from people.models import Language
from reports.queries import counting_labels

Choices = Iterable[tuple[str, Any]]


class PeriodForm(forms.Form):
    """From a day to a day, both included."""

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


class QuestionForm(PeriodForm):
    """What a report is about. Whether the account may ask about it is decided where the report is read."""

    agency = forms.CharField(label=_("Agency"), required=False, widget=forms.Select)
    alone = forms.BooleanField(label=_("Without the agencies below it"), required=False)
    programme = forms.CharField(label=_("Programme"), required=False, widget=forms.Select)
    module = forms.CharField(label=_("Module"), required=False, widget=forms.Select)
    workshop = forms.CharField(label=_("Workshop"), required=False, widget=forms.Select)
    test = forms.CharField(label=_("Test"), required=False, widget=forms.Select)
    form = forms.CharField(label=_("Form"), required=False, widget=forms.Select)
    attempts = forms.ChoiceField(label=_("Attempts"), required=False, choices=counting_labels)
    aspect = forms.ChoiceField(label=_("Aspect"), required=False, choices=[("", _("All aspects")), *Aspect.choices])
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *Language.choices]
    )
    figure = forms.CharField(label=_("Figure"), required=False, widget=forms.HiddenInput)
    person = forms.CharField(label=_("Person"), required=False, widget=forms.HiddenInput)
    outside = forms.BooleanField(
        label=_("For a reader outside the programme"),
        help_text=_("Cells about fewer than ten people are empty, instead of fewer than five."),
        required=False,
    )

    field_order = (
        *("agency", "programme", "module", "workshop", "test", "form", "attempts", "first_day", "last_day"),
        *("aspect", "language", "alone"),
    )
    # What is seldom asked for is folded.
    seldom = frozenset({"aspect", "language", "alone", "outside"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered: dict[str, set[str]] = {}

    def clean(self) -> dict[str, Any]:
        """Forget the form of another test, which stood there when the test was chosen."""
        cleaned = super().clean()
        if cleaned.get("form") not in self._offered.get("form", {cleaned.get("form")}):
            cleaned["form"] = ""
        return cleaned

    def often(self) -> list[forms.BoundField]:
        """The fields that always stand there."""
        return [field for field in self.visible_fields() if field.name not in self.seldom]

    def more(self) -> list[forms.BoundField]:
        """The fields that unfold."""
        return [field for field in self.visible_fields() if field.name in self.seldom]

    @property
    def asks_more(self) -> bool:
        """Whether one of the folded fields narrows what is shown."""
        return any(self.data.get(name) for name in self.seldom)

    def keep(self, names: Iterable[str]) -> None:
        """Leave only these fields."""
        wanted = set(names)
        for name in [each for each in self.fields if each not in wanted]:
            del self.fields[name]

    def offer(self, **choices: Choices) -> None:
        """Set what a field offers; a field with nothing to choose from is not shown."""
        for name, offered in choices.items():
            pairs = list(offered)
            self._offered[name] = {code for code, _label in pairs}
            self.fields[name].widget = forms.Select(choices=pairs) if len(pairs) > 1 else forms.HiddenInput()

    def explain_workshops(self, number: int) -> None:
        """Say how an earlier workshop is found where only the latest ones are offered."""
        if "workshop" in self.fields and len(self._offered.get("workshop", ())) > number:
            self.fields["workshop"].help_text = _(
                "The latest %(number)d. For an earlier one choose a period first."
            ) % {"number": number}


class ReasonForm(forms.Form):
    """Why a frozen report is frozen anew."""

    reason = forms.CharField(
        label=_("What was corrected"),
        help_text=_("Whoever has the earlier report reads this sentence."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhichForm(forms.Form):
    """A file, or its SHA-256; either of them becomes `sha256`."""

    # Many times the size of what a frozen report holds at most.
    largest = 50 * 1024 * 1024

    file = forms.FileField(label=_("File"), required=False)
    sha256 = forms.CharField(
        label=_("or its SHA-256"),
        help_text=_("64 digits and letters, as programs and the page of a frozen report show them."),
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > self.largest:
            raise forms.ValidationError(_("No frozen report is as long as this file."))
        if file:
            digest = hashlib.sha256()
            for part in file.chunks():
                digest.update(part)
            cleaned["sha256"] = digest.hexdigest()
        if not cleaned.get("sha256"):
            raise forms.ValidationError(_("Choose a file or type its SHA-256."))
        return cleaned
