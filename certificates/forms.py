"""What a manager fills in before the standing of a certificate changes, and which certificates are meant by many."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certificates import codes, services, wording
from certificates.models import Certificate, CertificateQuerySet
from core.errors import DomainError
from core.spreadsheets import MAX_BYTES
from people.models import Account, Agency, Person
from people.names import is_name
from people.services import correct_names

Status = Certificate.Status


class StepForm(forms.Form):
    """A change of standing: when it is possible, what it is called, what it means, and the reason it asks for."""

    possible: tuple[str, ...]
    heading: str | Promise
    meaning: str | Promise
    action: str | Promise
    done: str | Promise
    danger = False
    # Only administrators take this step.
    final = False

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Whoever checks the certificate reads it, so name no other person and no diagnosis."),
    )

    def __init__(self, *args: Any, certificate: Certificate, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate, self.account = certificate, account

    @classmethod
    def fits(cls, certificate: Certificate) -> bool:
        """Whether this change makes sense for the certificate as it stands."""
        return certificate.status in cls.possible and certificate.successor is None

    def save(self) -> Certificate:
        """Make the change and return the certificate that counts afterwards."""
        raise NotImplementedError


class SuspendForm(StepForm):
    """Out of force for a while."""

    possible = (Status.VALID,)
    heading = _("Suspend the certificate")
    meaning = _("It is out of force until you lift the suspension. The page that checks it says so, with the reason.")
    action = _("Suspend")
    done = _("The certificate is suspended.")

    def save(self) -> Certificate:
        return services.suspend(certificate=self.certificate, reason=self.cleaned_data["reason"], actor=self.account)


class LiftForm(StepForm):
    """Back in force."""

    possible = (Status.SUSPENDED,)
    heading = _("Lift the suspension")
    meaning = _("The certificate is in force again.")
    action = _("Lift the suspension")
    done = _("The suspension is lifted.")

    def save(self) -> Certificate:
        return services.lift_suspension(
            certificate=self.certificate, reason=self.cleaned_data["reason"], actor=self.account
        )


class RevokeForm(StepForm):
    """Out of force for good."""

    possible = (Status.VALID, Status.EXPIRED, Status.SUSPENDED, Status.PENDING)
    heading = _("Revoke the certificate")
    meaning = _(
        "It is out of force for good and stays verifiable as revoked. Only a new certificate can take its place."
    )
    action = _("Revoke for good")
    done = _("The certificate is revoked.")
    danger = True

    def save(self) -> Certificate:
        return services.revoke(certificate=self.certificate, reason=self.cleaned_data["reason"], actor=self.account)


class NamesForm(forms.ModelForm):
    """The own names, as they are to stand on certificates."""

    class Meta:
        model = Person
        fields = ["family_name", "given_name", "patronymic", "name_latin"]
        labels = {
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "patronymic": _("Patronymic"),
            "name_latin": _("Name in Latin script"),
        }
        help_texts = {
            "patronymic": _("Empty if you have none."),
            "name_latin": _("As it stands in the passport. It stands first on certificates in English."),
        }
        widgets = {
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
        }

    def __init__(self, *args: Any, person: Person, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "instance": person})
        self.person, self.account = person, account

    @property
    def names_now(self) -> dict[str, str]:
        """The names as they are kept."""
        return {name: getattr(self.person, name) for name in self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = {name: " ".join(value.split()) for name, value in self.cleaned_data.items()}
        for name, value in cleaned.items():
            if value and not is_name(value):
                self.add_error(name, ValidationError(_("This is no name.")))
        if not wording.is_latin(cleaned.get("name_latin", "")):
            sentence = _("Write the name in Latin letters, as it stands in the passport.")
            self.add_error("name_latin", ValidationError(sentence))
        return cleaned

    def _post_clean(self) -> None:
        """The person is changed by the service alone."""

    def save(self, commit: bool = True) -> Any:
        return correct_names(person=self.person, actor=self.account, **self.cleaned_data)


class ReissueForm(StepForm):
    """A new certificate in place of this one: corrected, renewed, or after it was revoked."""

    possible = (Status.VALID, Status.EXPIRED, Status.REVOKED, Status.PENDING)
    heading = _("Issue anew")
    meaning = _(
        "A new certificate with a new code takes the place of this one. What was achieved is taken over; nothing on "
        "the old one changes. Validity that has passed begins anew. The holder gets a message when the file is ready."
    )
    action = _("Issue the new certificate")
    done = _("The new certificate is issued. Its file is ready within minutes.")

    name_latin = forms.CharField(
        label=_("Name in Latin script"),
        max_length=200,
        required=False,
        help_text=_("As it stands in the passport. It is kept for later certificates, too."),
    )
    renew_words = forms.BooleanField(label=_("Spell the title and the agency as they are spelt today"), required=False)
    field_order = ["name_latin", "renew_words", "reason"]

    def __init__(self, *args: Any, certificate: Certificate, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, certificate=certificate, account=account, **kwargs)
        self.initial.setdefault("name_latin", certificate.person.name_latin)
        self.draft: Certificate | None = None

    @classmethod
    def fits(cls, certificate: Certificate) -> bool:
        """What was erased cannot be taken over, and what was issued on paper stays as it is on paper."""
        return super().fits(certificate) and certificate.erased_at is None and certificate.paper_id is None

    def clean(self) -> dict[str, Any]:
        """Draft the new certificate, so that what cannot be issued is said before anything happens."""
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            self.draft = services.draft_successor(
                certificate=self.certificate,
                name_latin=cleaned.get("name_latin", ""),
                renew_words=cleaned.get("renew_words", False),
            )
        except DomainError as error:
            self.add_error("name_latin", str(error))
        return cleaned

    def save(self) -> Certificate:
        return services.reissue(
            certificate=self.certificate,
            actor=self.account,
            **{name: self.cleaned_data[name] for name in ("name_latin", "renew_words", "reason")},
        )


class EraseForm(StepForm):
    """Every word gone, at the wish of the holder. Asked for twice: with the code, and on the page that follows."""

    possible = (Status.VALID, Status.EXPIRED, Status.SUSPENDED, Status.REVOKED, Status.SUPERSEDED)
    heading = _("Erase what the certificate says")
    meaning = _(
        "Name, title, dates and result, the file and its credential are erased for good, and nobody can bring them "
        "back. Whoever checks the code sees the state and that the words were erased at the wish of the holder."
    )
    action = _("Erase for good")
    done = _("What the certificate said is erased.")
    danger = True
    final = True

    typed_code = forms.CharField(
        label=_("Code of the certificate"),
        max_length=40,
        help_text=_("Type it to confirm that this is the certificate that is meant."),
    )
    field_order = ["typed_code", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Only the record of what was done shows it. Name no diagnosis.")

    @classmethod
    def fits(cls, certificate: Certificate) -> bool:
        """Whatever was said may be erased, also of one that was replaced."""
        return certificate.status in cls.possible and certificate.erased_at is None

    def clean_typed_code(self) -> str:
        """The code must be the one of this certificate."""
        typed = codes.normalised(self.cleaned_data["typed_code"])
        if typed != self.certificate.code:
            raise forms.ValidationError(_("This is not the code of this certificate."))
        return typed

    def save(self) -> Certificate:
        return services.erase(certificate=self.certificate, reason=self.cleaned_data["reason"], actor=self.account)


# By the word that stands in the address, in the order in which the page of a certificate offers them.
STEPS: dict[str, type[StepForm]] = {
    "reissue": ReissueForm,
    "suspend": SuspendForm,
    "lift": LiftForm,
    "revoke": RevokeForm,
    "erase": EraseForm,
}


# --- Which certificates are meant -------------------------------------------------------------------------------------
class ChoiceForm(forms.Form):
    """Which certificates a page, a file or a run is about; empty is all that the account may read."""

    person = forms.CharField(
        label=_("Name or e-mail"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    subject = forms.ChoiceField(label=_("Module or workshop"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
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
    without_email = forms.BooleanField(label=_("Only people without e-mail"), required=False)

    def __init__(self, *args: Any, certificates: CertificateQuerySet, agencies: list[Agency], **kwargs: Any) -> None:
        """`certificates` and `agencies` are all that may be chosen from."""
        super().__init__(*args, **kwargs)
        self.agencies = {each.code: each for each in agencies}
        choices: dict[str, list[tuple[str, Any]]] = {
            "agency": [("", _("All agencies")), *((each.code, each.name) for each in agencies)],
            "subject": [("", _("All")), *services.subjects_of(certificates)],
            "state": [("", _("All")), *((value, capfirst(label)) for value, label in Status.choices)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if not agencies[1:]:
            del self.fields["agency"]

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            raise forms.ValidationError(_("The period ends before it begins."))
        return cleaned

    @property
    def often(self) -> list[forms.BoundField]:
        """What most people choose by; the rest stands folded below."""
        return [field for field in self.visible_fields() if field.name not in _SELDOM]

    @property
    def seldom(self) -> list[forms.BoundField]:
        """What is folded away."""
        return [field for field in self.visible_fields() if field.name in _SELDOM]

    @property
    def chose_seldom(self) -> bool:
        """Whether something that is folded away was chosen, or is wrong."""
        return any(field.errors or field.data for field in self.seldom) or bool(self.non_field_errors())

    def asked(self) -> services.Asked:
        """What was chosen. Only for a form that is valid."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name in _ASKED}
        return services.Asked(**{**chosen, "agency": self.agencies.get(self.cleaned_data.get("agency", ""))})

    def query(self, **more: str) -> str:
        """What was chosen, as the beginning of a query: empty, or ending in "&"."""
        said = {name: "on" if value is True else str(value) for name, value in self.cleaned_data.items() if value}
        said |= more
        return f"{urlencode(said)}&" if said else ""


_SELDOM = {"first_day", "last_day", "without_email"}
_ASKED = {"person", "subject", "state", "first_day", "last_day", "without_email"}


class RunForm(ChoiceForm):
    """What a run shall do, and with which certificates."""

    work = forms.ChoiceField(
        label=_("What shall be done"),
        choices=[(work.value, capfirst(work.label)) for work in services.WORKS_BY_HAND],
    )
    field_order = ("work", "person", "agency", "subject", "state", "first_day", "last_day", "without_email")


class ReasonForm(forms.Form):
    """Why certificates are issued anew."""

    reason = StepForm.base_fields["reason"]


# --- Certificates that were issued on paper ---------------------------------------------------------------------------
class PapersForm(forms.Form):
    """A list of paper certificates and the ZIP file of their scans."""

    title = forms.CharField(
        label=_("What it was"),
        max_length=200,
        help_text=_(
            "For instance “Workshops in Brest, 2021”. Everybody who checks one of the certificates may read it."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the certificates"), choices=settings.LANGUAGES, initial="ru")
    table = forms.FileField(
        label=_("List"),
        help_text=_("XLSX or CSV with the columns of the template, up to 1,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    scans = forms.FileField(
        label=_("Scans"),
        help_text=_("A ZIP file with a PDF, PNG or JPEG for each row, up to 5 MB each and 100 MB together."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )

    def clean_table(self) -> UploadedFile:
        """A list that is too large is refused before it is read."""
        file: UploadedFile = self.cleaned_data["table"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it into smaller ones."))
        return file


class WhoForm(forms.Form):
    """Who the people are whose names alone do not say it: a question for each such row of a list."""

    def __init__(self, *args: Any, entries: Sequence[services.PaperEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for entry in entries:
            row = entry.row
            words = {"line": row.line, "person": row.full_name, "agency": entry.agency}
            self.fields[f"who_{row.line}"] = forms.ChoiceField(
                label=_("Line %(line)d: %(person)s, %(agency)s") % words,
                choices=self._choices(entry),
                widget=forms.RadioSelect,
            )

    @staticmethod
    def _choices(entry: services.PaperEntry) -> list[tuple[str, str]]:
        known = [
            (person.public_code, _("It is %(person)s, %(agency)s") % {"person": person, "agency": agency})
            for person, agency in entry.known_as
        ]
        lines = [(f"line-{line}", _("It is the person of line %(line)d") % {"line": line}) for line in entry.lines]
        return [*known, *lines, (services.NEW_PERSON, str(_("It is another person of this name")))]

    def answers(self) -> dict[int, str]:
        """What was said, by line. Only for a form that is valid."""
        return {int(name.removeprefix("who_")): answer for name, answer in self.cleaned_data.items()}
