"""Input of those who come in, and of those who decide about them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.folding import fold
from core.spreadsheets import MAX_BYTES, TOO_BIG
from people import services
from people.models import Account, Agency, Consent, Invitation, JoinRequest, Language
from people.names import is_name
from people.privacy import PURPOSES

FOUND_AT_MOST = 20
EARLIEST = date(1950, 1, 1)
DAYS_AHEAD = 366


def day_input() -> forms.DateInput:
    """A day, chosen with the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AddressForm(forms.Form):
    """The address that somebody says they read mail at."""

    email = forms.EmailField(
        label=_("Work e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a code to it."),
    )

    def clean_email(self) -> str:
        """Case and spaces do not make another address."""
        return str(self.cleaned_data["email"]).strip().lower()


class CodeForm(forms.Form):
    """The code that came by mail."""

    code = forms.CharField(
        label=_("Code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )


class NamesForm(forms.Form):
    """How somebody is called, as it is to stand on a certificate."""

    family_name = forms.CharField(
        label=_("Family name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    given_name = forms.CharField(
        label=_("Given name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    patronymic = forms.CharField(
        label=_("Patronymic"), max_length=100, required=False, help_text=_("Empty if you have none.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("family_name", "given_name"):
            value = data.get(name, "")
            if value and not is_name(value):
                self.add_error(name, ValidationError(_("This is no name.")))
        return data


class AgreementForm(forms.Form):
    """What somebody who comes in may agree to, and need not."""

    agrees = forms.MultipleChoiceField(
        label=_("You may agree to this, too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.key, each.title) for each in PURPOSES.values() if not each.needed],
        help_text=_("You can take it back at any time on the page of your own data."),
    )

    def save(self, account: Account) -> None:
        """Record what was agreed to; nothing is recorded about the rest."""
        assert account.person is not None  # noqa: S101 - whoever came in is a person
        for purpose in self.cleaned_data["agrees"]:
            services.record_consent(person=account.person, purpose=purpose, way=Consent.Way.JOINING, actor=account)


class WhoForm(NamesForm):
    """Who somebody is and where they work. The agency is looked for by words, and then chosen."""

    q = forms.CharField(
        label=_("Find your agency"),
        required=False,
        max_length=200,
        help_text=_("A part of its name or its code."),
    )
    agency = forms.ModelChoiceField(
        label=_("Your agency"),
        queryset=Agency.objects.still_there(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Find your agency and choose it.")},
    )
    post = forms.CharField(
        label=_("Post"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    since = forms.DateField(label=_("You work there since"), widget=day_input())
    language = forms.ChoiceField(label=_("Language of mails to you"), choices=Language.choices)

    def __init__(self, *args: Any, account: Account, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        chosen = self.data.get("agency") if self.is_bound else self.initial.get("agency")
        self.found = found_agencies(words, also=str(chosen or ""))
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(agency.pk, described(agency)) for agency in self.found]

    def clean_since(self) -> date:
        """Nobody joins before they work there, nor before anybody who could still be working was born."""
        since: date = self.cleaned_data["since"]
        if not EARLIEST <= since <= timezone.localdate():
            raise ValidationError(_("Write a day that has come already."))
        return since

    def save(self) -> JoinRequest:
        """Ask to be taken in; a mail domain of the agency may decide at once."""
        said = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "q"}
        return services.ask_to_join(account=self.account, **said)


def found_agencies(words: str, also: str = "") -> list[Agency]:
    """Open agencies whose names or code hold every word, letters forgiven, at most twenty; and the one chosen before.

    Without a word only that one.
    """
    agencies = list(Agency.objects.still_there().select_related("parent").order_by("path"))
    wanted = fold(words).split()
    chosen = [each for each in agencies if str(each.pk) == also]
    hits = [each for each in agencies if wanted and _holds(each, wanted) and each not in chosen]
    return chosen + hits[:FOUND_AT_MOST]


def _holds(agency: Agency, wanted: Sequence[str]) -> bool:
    names = fold(agency.code, agency.name_en, agency.name_ru, agency.name_be)
    return all(word in names for word in wanted)


def described(agency: Agency) -> str:
    """An agency with what stands above it, so that two polyclinics can be told apart."""
    return f"{agency.name} – {agency.parent.name}" if agency.parent else str(agency.name)


class DecisionForm(forms.Form):
    """Why somebody is refused."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        help_text=_("The person reads it."),
    )


class AgencyChoice(forms.ModelChoiceField):
    """An agency by its name and code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class InvitingForm(forms.Form):
    """Into which of the own agencies, and since when."""

    agency = AgencyChoice(label=_("Agency"), queryset=Agency.objects.none(), empty_label=_("Choose an agency"))
    since = forms.DateField(label=_("Belongs to it since"), widget=day_input())

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        own = Agency.objects.visible_to(account).still_there().order_by("path")
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = own
        first_two = list(own[:2])
        if len(first_two) == 1:
            field.initial = first_two[0]
        self.fields["since"].initial = timezone.localdate

    def clean_since(self) -> date:
        """A day that has come, or comes within a year."""
        since: date = self.cleaned_data["since"]
        if since < EARLIEST or (since - timezone.localdate()).days > DAYS_AHEAD:
            raise ValidationError(_("Write a day not later than a year from now."))
        return since


class InvitationForm(InvitingForm):
    """Somebody who is invited. Names may be left to the person."""

    email = forms.EmailField(label=_("Work e-mail"))
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, help_text=_("The person can correct the names.")
    )
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=100, required=False)
    post = forms.CharField(label=_("Post"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language.choices, initial=Language.RU)
    field_order = ("email", "family_name", "given_name", "patronymic", "post", "agency", "since", "language")

    def save(self) -> Invitation:
        """Send the letter."""
        return services.invite_person(actor=self.account, **self.cleaned_data)


class InvitationListForm(InvitingForm):
    """A list of people who are invited."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV with columns family name, given name, patronymic, email, post, agency, language."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    field_order = ("file", "agency", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].required = False
        self.fields["agency"].label = _("Agency of rows that name none")

    def clean_file(self) -> Any:
        """A file that is too large is refused before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        return file
