"""Input for naming people and their seats. `save()` calls a service."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.spreadsheets import MAX_BYTES, TOO_BIG
from people.models import Account, Language, Person
from people.services import correct_names
from workshops import services
from workshops.forms.fields import AgencyField, DayField
from workshops.models import (
    Registration,
    Workshop,
)

SAME_NAME_NEW = "new"


class SeatsForm(forms.Form):
    """Seats for an agency or, without one, for everybody."""

    agency = AgencyField(
        required=False,
        label=_("For the agency"),
        help_text=_("And those below it. Empty: for everybody."),
    )
    seats = forms.IntegerField(
        label=_("Seats"), min_value=0, max_value=5000, required=False, help_text=_("Empty: no such limit.")
    )
    released_on = DayField(
        label=_("Unused seats open to everybody on"),
        required=False,
        help_text=_("Only for seats of an agency. Empty: they stay with the agency."),
    )


class FindPersonForm(forms.Form):
    """Looking for somebody who is known already."""

    q = forms.CharField(
        label=_("Find a person"),
        required=False,
        help_text=_("People of your own workshops by name; everybody else by the whole e-mail or the code."),
    )

    def found(self, account: Account) -> QuerySet[Person]:
        """People in the account's sight by name, and one person anywhere by e-mail or code."""
        text = self.cleaned_data["q"] if self.is_valid() else ""
        exact = Person.objects.named_exactly(text)
        if not text.strip():
            return exact
        return (Person.objects.visible_to(account).search(text) | exact).distinct()


class NewPersonForm(forms.Form):
    """Somebody who may not be known yet. A namesake in the same agency is asked about, once."""

    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=100, required=False)
    agency = AgencyField()
    email = forms.EmailField(label=_("E-mail"), required=False)
    post = forms.CharField(label=_("Post"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, initial=Language.RU)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, workshop: Workshop, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.account = workshop, account
        self.person: Person | None = None
        self.namesakes: list[Person] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["email"]:
            self.person = Person.objects.unmerged().filter(email=data["email"].strip().lower()).first()
        if self.person is None:
            self.person = services.person_made(token=self._token(), agency=data["agency"], **self.new_person())
        if self.person is None:
            self._ask_about_namesakes(data)
        return data

    def _ask_about_namesakes(self, data: dict[str, Any]) -> None:
        alike = Person.objects.namesakes(data["family_name"], data["given_name"], data["patronymic"])
        if data["email"]:
            alike = alike.filter(email="")
        self.namesakes = list(alike.filter(memberships__in=data["agency"].memberships.current()).distinct())
        answer = self.data.get("same_as", "")
        self.person = next((each for each in self.namesakes if each.public_code == answer), None)
        if self.namesakes and self.person is None and answer != SAME_NAME_NEW:
            message = _("Somebody of this name is known in that agency. Say whether it is the same person.")
            raise ValidationError(message)

    def _token(self) -> str:
        """What makes a second click the same click; empty when the form came without."""
        return str(self.cleaned_data.get("token") or "")

    def new_person(self) -> dict[str, Any]:
        """What the service needs to make the person."""
        names = ["family_name", "given_name", "patronymic", "email", "post", "language"]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def save(self) -> Registration:
        """Register the person: somebody known for the own agency, somebody new as a member of the named one."""
        agency = self.cleaned_data["agency"]
        if self.person is None:
            return services.register_new_person(
                workshop=self.workshop, agency=agency, actor=self.account, token=self._token(), **self.new_person()
            )
        return services.register_person(
            workshop=self.workshop,
            person=self.person,
            agency=services.own_agency(self.person, agency),
            source=Registration.Source.NOMINATION,
            actor=self.account,
        )


class NamesForm(forms.ModelForm):
    """How a person is called, put right by those who run the workshop."""

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["family_name", "given_name", "patronymic", "name_latin"]
        labels: ClassVar[dict[str, Any]] = {
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "patronymic": _("Patronymic"),
            "name_latin": _("Name in Latin script"),
        }

    def __init__(self, *args: Any, person: Person, account: Account, **kwargs: Any) -> None:
        # What was typed stays out of the row: the service compares it with what is there.
        kwargs["initial"] = {name: getattr(person, name) for name in self.Meta.fields}
        super().__init__(*args, **kwargs)
        self.person, self.account = person, account

    def save(self, commit: bool = True) -> Person:
        """Correct the names; what was issued with others keeps them."""
        correct_names(person=self.person, actor=self.account, **self.cleaned_data)
        return self.person


class RosterForm(forms.Form):
    """A list of people for the workshop."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV with columns family name, given name, patronymic, email, post, agency, language."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    agency = AgencyField(required=False, label=_("Agency of rows that name none"))

    def clean_file(self) -> UploadedFile:
        """A file that is too large is refused before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        return file
