"""Input about agencies: what they are called, and changes with a date. `save()` and `change()` lead to services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import services
from people.forms.fields import AgencyField, DayField
from people.models import Account, Agency, Person
from people.regions import REGIONS
from people.services import Change, ChangeKind, Part, next_code

# Words that stand in addresses where the code of an agency could stand.
RESERVED_CODES = {"new"}
PARTS = 4
NAME_FIELDS = (
    ("name_en", _("Name in English")),
    ("name_ru", _("Name in Russian")),
    ("name_be", _("Name in Belarusian")),
)


class AgencySearchForm(forms.Form):
    """Which agencies are shown."""

    q = forms.CharField(label=_("Code or name"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *Agency.Kind.choices])
    closed = forms.BooleanField(label=_("With closed ones"), required=False)


class AgencyForm(forms.Form):
    """What an agency is called, what it is, and where its people read mail."""

    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=200, required=False)
    name_be = forms.CharField(label=_("Name in Belarusian"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Agency.Kind.choices)
    region = forms.ChoiceField(label=_("Region"), required=False)
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Separate by commas. Whoever reads mail there joins this agency without being asked further."),
    )

    def __init__(self, *args: Any, account: Account, agency: Agency | None = None, **kwargs: Any) -> None:
        self.account, self.agency = account, agency
        initial = {}
        if agency is not None:
            initial = {name: getattr(agency, name) for name in ("name_en", "name_ru", "name_be", "kind", "region")}
            initial["domains"] = ", ".join(agency.domains.values_list("domain", flat=True))
        super().__init__(*args, **{"initial": initial, **kwargs})
        regions: list[tuple[str, Any]] = [("", REGIONS[""]), *(pair for pair in REGIONS.items() if pair[0])]
        if agency is not None and agency.region not in REGIONS:
            regions.append((agency.region, agency.region))  # what somebody typed once stays until it is changed
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = regions

    def clean_domains(self) -> list[str]:
        found = [
            each.strip().lower().lstrip("@") for each in self.cleaned_data["domains"].replace("\n", ",").split(",")
        ]
        domains = sorted({each for each in found if each})
        for domain in domains:
            try:
                validate_domain_name(domain)
            except ValidationError as error:
                raise ValidationError(_("“%(domain)s” is no mail domain."), params={"domain": domain}) from error
        return domains

    def save(self) -> Agency:
        """Write what was changed, the names first."""
        said = dict(self.cleaned_data)
        domains = said.pop("domains")
        assert self.agency is not None  # noqa: S101 - a new agency has a form of its own
        services.change_agency(agency=self.agency, actor=self.account, **said)
        services.set_domains(agency=self.agency, domains=domains, actor=self.account)
        return self.agency


class NewAgencyForm(AgencyForm):
    """An agency that nobody has recorded yet."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters, digits, dots and dashes. It stands in reports and files, and never changes."),
    )
    parent = AgencyField(label=_("Stands below"), required=False, empty_label=_("None: at the top"))
    opened_on = DayField(
        label=_("Opened on"),
        required=False,
        help_text=_("Empty: it has been there longer than anybody here remembers."),
    )

    field_order = ("code", "name_en", "name_ru", "name_be", "kind", "region", "parent", "opened_on", "domains")

    def clean_code(self) -> str:
        return clean_code(self.cleaned_data["code"])

    def save(self) -> Agency:
        said = dict(self.cleaned_data)
        domains = said.pop("domains")
        agency = services.create_agency(actor=self.account, **said)
        services.set_domains(agency=agency, domains=domains, actor=self.account)
        return agency


def clean_code(code: str) -> str:
    """A code that is written as codes are, and names no agency yet."""
    Agency._meta.get_field("code").run_validators(code)
    if code.lower() in RESERVED_CODES or Agency.objects.filter(code__iexact=code).exists():
        raise ValidationError(_("The code “%(code)s” belongs to another agency."), params={"code": code})
    return code


# --- Changes with a date ----------------------------------------------------------------------------------------------
class ChangeForm(forms.Form):
    """What every change asks: from which day on, and why."""

    kind: ChangeKind
    on = DayField(
        label=_("First day of the change"),
        help_text=_("The row closes the day before. Days of the past are allowed."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("For instance the number and date of the order.")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        self.agency = agency
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    def change(self) -> Change:
        """What is asked, for `plan_change` and `carry_out_change`."""
        return Change(self.kind, self.agency, self.cleaned_data["on"], self.cleaned_data["reason"], **self.rest())

    def rest(self) -> dict[str, Any]:
        """What this kind of change says beside."""
        return {}

    def add_code(self, name: str, initial: str) -> None:
        self.fields[name] = forms.CharField(
            label=_("Code of the successor"),
            max_length=40,
            initial=initial,
            required=False,
            help_text=_("Empty: derived from the code of today."),
        )

    def clean_code(self) -> str:
        code = self.cleaned_data.get("code", "")
        return clean_code(code) if code else ""


class RenameForm(ChangeForm):
    """A new name."""

    kind = ChangeKind.RENAME

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in NAME_FIELDS:
            self.fields[name] = forms.CharField(
                label=label, max_length=200, initial=getattr(self.agency, name), required=name == "name_en"
            )
        self.add_code("code", next_code(self.agency.code, _codes()))

    def rest(self) -> dict[str, Any]:
        return {
            "parts": (Part({name: self.cleaned_data[name] for name, _l in NAME_FIELDS}, self.cleaned_data["code"]),)
        }


class MoveForm(ChangeForm):
    """Another place in the tree."""

    kind = ChangeKind.MOVE
    parent = AgencyField(label=_("Stands below"), required=False, empty_label=_("None: at the top"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_others(self, "parent", self.agency)
        self.add_code("code", next_code(self.agency.code, _codes()))

    def rest(self) -> dict[str, Any]:
        names = {name: getattr(self.agency, name) for name, _label in NAME_FIELDS}
        return {"parts": (Part(names, self.cleaned_data["code"]),), "parent": self.cleaned_data["parent"]}


class MergeForm(ChangeForm):
    """Becoming part of another agency."""

    kind = ChangeKind.MERGE
    into = AgencyField(label=_("Becomes part of"))
    keep_coordinators = forms.BooleanField(
        label=_("Its coordinators coordinate the other agency from then on"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_others(self, "into", self.agency)

    def rest(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"], "keep_coordinators": self.cleaned_data["keep_coordinators"]}


class CloseForm(ChangeForm):
    """The end of an agency."""

    kind = ChangeKind.CLOSE


class SplitForm(ChangeForm):
    """Several agencies instead of one: their names, and who goes where."""

    kind = ChangeKind.SPLIT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = _codes()
        for place in range(PARTS):
            self._add_part(place, taken)
        self.choices = [(place, _("part %(number)d") % {"number": place + 1}) for place in range(PARTS)]
        self.below = list(self.agency.children.filter(closed_on__isnull=True).order_by("code"))
        self.people = services.members_for_split(self.agency, timezone.localdate())
        self.rows: list[Agency | Person] = [*self.below, *self.people]
        for row in self.rows:
            self.fields[_goes(row)] = forms.TypedChoiceField(
                label=str(row), coerce=int, choices=self.choices, initial=0, required=False, empty_value="0"
            )

    def _add_part(self, place: int, taken: set[str]) -> None:
        needed = place < 2  # noqa: PLR2004 - a split has two parts at least
        code = next_code(self.agency.code, taken)
        taken.add(code)
        for name, label in NAME_FIELDS:
            self.fields[f"{name}_{place}"] = forms.CharField(
                label=label, max_length=200, required=needed and name == "name_en"
            )
        self.add_code(f"code_{place}", code if needed else "")

    @property
    def part_fields(self) -> list[tuple[int, list[Any]]]:
        """Fields of each part, numbered from 1, for the page."""
        names = [*(name for name, _label in NAME_FIELDS), "code"]
        return [(place + 1, [self[f"{name}_{place}"] for name in names]) for place in range(PARTS)]

    @property
    def general_fields(self) -> list[Any]:
        return [self["on"], self["reason"]]

    @property
    def going(self) -> list[Any]:
        """Fields that say to which part somebody, or what stands below, goes."""
        return [self[_goes(row)] for row in self.rows]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        named = [place for place in range(PARTS) if data.get(f"name_en_{place}")]
        if named != list(range(len(named))):
            raise ValidationError(_("Give the parts their names one after the other, without a gap."))
        for place in named:
            if data.get(f"code_{place}"):
                try:
                    clean_code(data[f"code_{place}"])
                except ValidationError as error:
                    self.add_error(f"code_{place}", error)
        sent = {int(data.get(_goes(row)) or 0) for row in self.rows}
        if not self.errors and any(place >= len(named) for place in sent):
            raise ValidationError(_("Somebody was sent to a part that has no name."))
        return data

    def rest(self) -> dict[str, Any]:
        data = self.cleaned_data
        parts = tuple(
            Part({name: data[f"{name}_{place}"] for name, _label in NAME_FIELDS}, data[f"code_{place}"])
            for place in range(PARTS)
            if data[f"name_en_{place}"]
        )
        return {
            "parts": parts,
            "people": {row.pk: int(data[_goes(row)]) for row in self.people},
            "below": {row.pk: int(data[_goes(row)]) for row in self.below},
        }


CHANGE_FORMS: dict[str, type[ChangeForm]] = {
    form.kind.value: form for form in (RenameForm, MoveForm, MergeForm, SplitForm, CloseForm)
}


def _goes(row: Agency | Person) -> str:
    return f"goes_{'person' if isinstance(row, Person) else 'agency'}_{row.pk}"


def _codes() -> set[str]:
    return set(Agency.objects.values_list("code", flat=True))


def offer_others(form: forms.Form, name: str, agency: Agency) -> None:
    """Let a field choose among agencies that are there and do not belong to this one."""
    there = Agency.objects.filter(closed_on__isnull=True)
    others: QuerySet[Agency] = there.exclude(path__startswith=agency.path or "")
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    field.queryset = others
