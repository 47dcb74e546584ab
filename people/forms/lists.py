"""Input about lists of people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.spreadsheets import MAX_BYTES, TOO_BIG
from people.forms.joining import AgencyChoice
from people.models import Account, Agency, PeopleImport
from people.services import people_lists


class PeopleFileForm(forms.Form):
    """A file with people and their memberships."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV, with the columns of the template in any of the three languages; 20,000 rows at most."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    agency = AgencyChoice(
        label=_("Agency of rows that name none"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Each row names its agency"),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = Agency.objects.visible_to(account).still_there().order_by("path")

    def clean_file(self) -> Any:
        """A file that is too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        return file

    def save(self) -> PeopleImport:
        """Keep the file and have it read."""
        file = self.cleaned_data["file"]
        return people_lists.send_list(
            content=file.read(), file_name=file.name, agency=self.cleaned_data["agency"], actor=self.account
        )


class PeopleExportForm(forms.Form):
    """Whose people are taken out, and as what kind of file."""

    agency = AgencyChoice(
        label=_("Agency"), queryset=Agency.objects.none(), required=False, to_field_name="code",
        empty_label=_("All that you look after"),
    )  # fmt: skip
    format = forms.ChoiceField(choices=[(kind, kind.upper()) for kind in people_lists.TYPES])

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = Agency.objects.visible_to(account).order_by("path")
