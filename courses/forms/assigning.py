"""Input of those who assign modules: what to whom by when, exemptions, paths."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses import services
from courses.models import Assignment, Exemption, LearningPath, Module
from people.models import Account, Agency, Membership, Person

# How many people of an agency can be chosen from at once, and how many modules a path can have.
PEOPLE_AT_ONCE = 200
PLACES = 12
EVERYBODY, SOME = "everybody", "some"


def titled_modules() -> QuerySet[Module]:
    """The modules on offer with their titles in the active language."""
    return Module.objects.offered().with_title((get_language() or "")[:2]).order_by("code")


def _named(module: Any) -> str:
    return f"{module.code}: {module.title}"


class ModulesField(forms.ModelMultipleChoiceField):
    """Modules by code and title, ticked as boxes."""

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


class PeopleField(forms.ModelMultipleChoiceField):
    """People by name, ticked as boxes; what is sent names them by their public codes."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class AgencyForm(forms.Form):
    """To whose people something is to be assigned."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), to_field_name="code", label=_("Agency"), empty_label=_("Choose an agency")
    )
    q = forms.CharField(label=_("Only people with this name"), max_length=200, required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = Agency.objects.visible_to(account).still_there().order_by("path")


class AssignmentForm(forms.Form):
    """Modules and paths, for everybody of an agency or for some of its people, by a day."""

    paths = forms.ModelMultipleChoiceField(
        LearningPath.objects.filter(withdrawn=False),
        to_field_name="code",
        label=_("Paths"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    modules = ModulesField(
        Module.objects.none(),
        to_field_name="code",
        label=_("Modules"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[
            (EVERYBODY, _("everybody of the agency, and whoever joins later")),
            (SOME, _("only the people chosen below")),
        ],
        initial=EVERYBODY,
        widget=forms.RadioSelect,
    )
    below = forms.BooleanField(label=_("Agencies below it as well"), required=False, initial=True)
    people = PeopleField(
        Person.objects.none(),
        to_field_name="public_code",
        label=_("People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label=_("To be completed by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )
    days = forms.IntegerField(
        label=_("Days for new members"),
        help_text=_("Whoever joins later has so many days from the first day, if that is later."),
        min_value=0,
        max_value=366,
        initial=30,
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Stands beside it on the page of everybody who has it, and in the first message."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, account: Account, agency: Agency, search: str = "", **kwargs: Any) -> None:
        self.account, self.agency = account, agency
        super().__init__(*args, **kwargs)
        people, modules = self.fields["people"], self.fields["modules"]
        assert isinstance(people, PeopleField)  # noqa: S101 - tells the type checker
        assert isinstance(modules, ModulesField)  # noqa: S101
        members = Membership.objects.current().filter(agency__in=Agency.objects.within(agency).values("pk"))
        own = Person.objects.filter(pk__in=members.values("person")).unmerged()
        self.found = own.search(search).order_by("sort_name", "pk")
        # Whom the page did not show, because it had no room or looked for others, can still be sent.
        people.queryset = own
        people.choices = [(each.public_code, each.full_name) for each in self.found[:PEOPLE_AT_ONCE]]
        modules.queryset = titled_modules()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = data.get("paths") or data.get("modules")
        if not chosen and not {"paths", "modules"} & set(self.errors):
            self.add_error("modules", _("Choose a path or a module at least."))
        if data.get("whom") == SOME and not data.get("people") and "people" not in self.errors:
            self.add_error("people", _("Choose somebody, or everybody of the agency."))
        return data

    def save(self) -> list[Assignment]:
        said = self.cleaned_data
        everybody = said["whom"] == EVERYBODY
        return services.assign_all(
            actor=self.account,
            modules=list(said["modules"]),
            paths=list(said["paths"]),
            people=[] if everybody else list(said["people"]),
            agency=self.agency if everybody else None,
            below=said["below"],
            due_on=said["due_on"],
            days=said["days"],
            note=said["note"],
        )


class ExemptionForm(forms.Form):
    """Why somebody need not do what was assigned, or one module of it."""

    module = forms.ModelChoiceField(
        Module.objects.none(),
        to_field_name="code",
        label=_("From what"),
        required=False,
        empty_label=_("everything that was assigned"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )

    def __init__(self, *args: Any, account: Account, assignment: Assignment, person: Person, **kwargs: Any) -> None:
        self.account, self.assignment, self.person = account, assignment, person
        super().__init__(*args, **kwargs)
        field = self.fields["module"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        if assignment.path is None:
            del self.fields["module"]
        else:
            field.queryset = titled_modules().filter(pk__in=assignment.modules)
            field.choices = [("", field.empty_label), *((each.code, _named(each)) for each in field.queryset)]

    def save(self) -> Exemption:
        return services.exempt(
            assignment=self.assignment,
            person=self.person,
            module=self.cleaned_data.get("module"),
            reason=self.cleaned_data["reason"],
            actor=self.account,
        )


class PathForm(forms.Form):
    """A path: what it is called, for whom it is meant, its modules in their order."""

    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=200, required=False)
    title_be = forms.CharField(label=_("Title in Belarusian"), max_length=200, required=False)
    agency_kind = forms.ChoiceField(
        label=_("Kind of agency"),
        help_text=_("Where it is assigned to an agency, only people of agencies of this kind have it."),
        choices=[("", _("Any")), *Agency.Kind.choices],
        required=False,
    )
    posts = forms.CharField(
        label=_("Words in the post"),
        help_text=_("Separate by commas. Only people whose post holds one of them have it; empty: everybody."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, account: Account, path: LearningPath | None = None, **kwargs: Any) -> None:
        self.account, self.path = account, path
        initial: dict[str, Any] = {}
        modules = list(titled_modules())
        held = [step.module for step in path.steps.select_related("module")] if path else []
        if path is not None:
            initial = {name: getattr(path, name) for name in self.base_fields}
            initial |= {f"place_{number}": module.code for number, module in enumerate(held, start=1)}
        super().__init__(*args, **{"initial": initial, **kwargs})
        # What stands on the path stays on the list, although it was taken offline.
        offline = [(each.code, each.code) for each in held if each.pk not in {module.pk for module in modules}]
        choices = [("", "–"), *((each.code, _named(each)) for each in modules), *offline]
        for number in range(1, max(PLACES, len(held)) + 1):
            self.fields[f"place_{number}"] = forms.ChoiceField(
                label=_("Module %(number)d") % {"number": number}, choices=choices, required=False
            )

    @property
    def places(self) -> list[Any]:
        """The fields of the modules, in order."""
        return [self[name] for name in self.fields if name.startswith("place_")]

    @property
    def about(self) -> list[Any]:
        """The other fields."""
        return [self[name] for name in self.base_fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        codes = [data[name] for name in self.fields if name.startswith("place_") and data.get(name)]
        if not codes:
            self.add_error("place_1", _("A path needs a module at least."))
        if len(set(codes)) < len(codes):
            self.add_error(None, _("A module stands on the path twice."))
        found = {module.code: module for module in Module.objects.filter(code__in=codes)}
        data["modules"] = [found[code] for code in codes if code in found]
        return data

    def save(self) -> LearningPath:
        said = {
            "titles": {name: self.cleaned_data[name] for name in ("title_en", "title_ru", "title_be")},
            "modules": self.cleaned_data["modules"],
            "agency_kind": self.cleaned_data["agency_kind"],
            "posts": self.cleaned_data["posts"],
            "actor": self.account,
        }
        if self.path is None:
            return services.create_path(**said)
        return services.change_path(path=self.path, **said)
