"""Input from paper: what a signed sheet says, and its scan. `save()` calls a service."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from people.models import Account
from workshops import services
from workshops.models import AttendanceRecord, AttendanceStatus, RegisterScan, Session

# What a sheet can say; whoever is not ticked stays as the register has it.
ON_PAPER = [(value, label) for value, label in AttendanceStatus.choices if value != AttendanceStatus.NOT_RECORDED]
REST = [
    ("", _("stays as it is")),
    (AttendanceStatus.PRESENT, AttendanceStatus.PRESENT.label),
    (AttendanceStatus.ABSENT, AttendanceStatus.ABSENT.label),
]


class PaperForm(forms.Form):
    """Everybody on the register, in the order of the sheet, each with what the sheet says."""

    token = forms.CharField(widget=forms.HiddenInput)
    rest = forms.ChoiceField(label=_("Everybody else"), choices=REST, required=False)

    def __init__(
        self, data: Any = None, *, records: Sequence[AttendanceRecord], session: Session, account: Account
    ) -> None:
        super().__init__(data, initial={"token": str(uuid4())})
        self.session, self.account, self.records = session, account, records
        for record in records:
            code = record.person.public_code
            self.fields[f"status-{code}"] = forms.ChoiceField(
                label=str(record.person), choices=ON_PAPER, required=False, widget=forms.RadioSelect
            )
            self.fields[f"minutes-{code}"] = forms.IntegerField(
                label=_("Minutes there"), min_value=0, max_value=24 * 60, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self._statuses():
            raise ValidationError(_("Tick at least one person, or say what everybody else was."))
        return data

    def save(self) -> int:
        """Record the sheet; return how many people it says something about."""
        said = services.record_paper(
            session=self.session,
            statuses=self._statuses(),
            minutes={
                each.person_id: minutes
                for each in self.records
                if (minutes := self.cleaned_data.get(f"minutes-{each.person.public_code}")) is not None
            },
            token=self.cleaned_data["token"],
            actor=self.account,
        )
        return len(said)

    def _statuses(self) -> dict[int, str]:
        """By person: what was ticked, else what everybody else was of whom the register says nothing yet."""
        rest = self.cleaned_data.get("rest", "")
        found = {}
        for each in self.records:
            blank = each.status == AttendanceStatus.NOT_RECORDED
            status = self.cleaned_data.get(f"status-{each.person.public_code}") or (rest if blank else "")
            if status:
                found[each.person_id] = status
        return found


class ScanForm(forms.Form):
    """A scan or photograph of the signed sheet."""

    scan = forms.FileField(
        label=_("Scan or photograph"),
        max_length=200,
        help_text=_("PDF, JPEG, PNG or WebP, 10 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp"}),
    )

    def __init__(self, *args: Any, session: Session, account: Account) -> None:
        super().__init__(*args)
        self.session, self.account = session, account

    def clean_scan(self) -> UploadedFile:
        """The file is what its name says, and not too large."""
        file: UploadedFile = self.cleaned_data["scan"]
        self.content = file.read(services.SCAN_BYTES + 1)
        if objection := services.objection_to_scan(self.content, file.name or ""):
            raise ValidationError(objection)
        return file

    def save(self) -> RegisterScan:
        name = self.cleaned_data["scan"].name
        return services.keep_scan(session=self.session, content=self.content, name=name, actor=self.account)
