"""Input for logs of online meetings: the file, what its columns hold."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.spreadsheets import Table, UnreadableError
from workshops.meetinglogs import DURATION, EMAIL, FAMILY_NAME, JOINED, LEFT, LIMITS, NAME, guessed, read_log
from workshops.zones import is_zone

LABELS = {
    NAME: _("Name"),
    FAMILY_NAME: _("Family name, if it has a column of its own"),
    EMAIL: _("E-mail"),
    JOINED: pgettext_lazy("column of a log", "Joined"),
    LEFT: pgettext_lazy("column of a log", "Left"),
    DURATION: _("Minutes there, if the log does not say when people left"),
}


class LogFileForm(forms.Form):
    """The file that the program of the meeting gives to its host."""

    file = forms.FileField(
        label=_("Log of the meeting"),
        help_text=_("The list of participants as a CSV or Excel file, for instance from Zoom, Teams or Meet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    table: Table
    content: bytes

    def clean_file(self) -> UploadedFile:
        """Read it; what cannot be read is an error of the field."""
        file: UploadedFile = self.cleaned_data["file"]
        self.content = file.read(LIMITS.size + 1)
        try:
            self.table = read_log(self.content)
        except UnreadableError as error:
            raise ValidationError(str(error)) from error
        if not self.table.rows:
            raise ValidationError(_("The log has headings and no rows."))
        return file


class ColumnsForm(forms.Form):
    """Which column holds what, guessed from the headings, and where the clock of the log hangs."""

    def __init__(self, *args: Any, headings: Sequence[str], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in this file")), *((str(at), heading or str(at)) for at, heading in enumerate(headings))]
        found = guessed(headings)
        for key, label in LABELS.items():
            self.fields[key] = forms.ChoiceField(
                label=label,
                choices=choices,
                initial=str(found.get(key, "")),
                required=key == JOINED,
                error_messages={"required": _("Choose the column that says when people joined.")},
            )
        self.fields["zone"] = forms.CharField(
            label=_("Time zone"), max_length=60, initial=zone, help_text=_("That of the times in the log.")
        )

    def clean_zone(self) -> str:
        """A zone that exists."""
        zone: str = self.cleaned_data["zone"].strip()
        if not is_zone(zone):
            raise ValidationError(_("There is no time zone “%(zone)s”."), params={"zone": zone})
        return zone

    def clean(self) -> dict[str, Any]:
        """Without these nothing can be said about anybody."""
        values = super().clean() or {}
        if not (values.get(NAME) or values.get(EMAIL)):
            self.add_error(NAME, _("Choose the column with names or that with e-mail addresses."))
        if not (values.get(LEFT) or values.get(DURATION)):
            self.add_error(LEFT, _("Choose the column that says when people left, or how long they stayed."))
        return values

    def columns(self) -> dict[str, int]:
        """Key → place of the column."""
        return {key: int(self.cleaned_data[key]) for key in LABELS if self.cleaned_data.get(key)}
