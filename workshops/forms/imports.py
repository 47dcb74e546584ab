"""The file with which attendance comes in."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 1024 * 1024


class AttendanceFileForm(forms.Form):
    """A file of attendance. It travels through the browser until it is recorded, so it may not be large."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV with the columns of the template."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        """A file that is too large is refused before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("The file is larger than 1 MB. Split it into smaller ones."))
        return file
