"""What a programme says of itself and what it consists of, one small form for each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.models import Module
from people.models import Account, Agency
from programmes import services
from programmes.models import (
    Component,
    Milestone,
    Programme,
    ProgrammePartner,
    ReportingPeriod,
    TargetAgency,
)
from workshops.models import Workshop


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, chosen with the browser's own calendar, in a century in which programmes are planned."""
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=within, **kwargs)


def begin_large(form: forms.BaseForm) -> None:
    """Write labels as those of all forms: the words of a table begin small."""
    for field in form.fields.values():
        field.label = capfirst(field.label)


class PartForm(forms.Form):
    """A row of a table, new or changed: the fields of the model that are named, and those of the form itself."""

    model: ClassVar[type[models.Model]]
    names: ClassVar[Sequence[str]] = ()
    labels: ClassVar[Mapping[str, Any]] = {}
    widgets: ClassVar[Mapping[str, type[forms.Widget] | forms.Widget]] = {}

    def __init__(
        self, *args: Any, programme: Programme | None, account: Account, row: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Of a new programme there is none yet.
        self.programme: Any = programme
        self.account, self.row = account, row
        made = forms.fields_for_model(
            self.model, fields=self.names, labels=dict(self.labels), widgets=dict(self.widgets)
        )
        self.fields = {**made, **self.fields}
        self.order_fields(self.field_order)
        begin_large(self)
        if row is not None:
            self.initial = {**{name: self.stands_in(name) for name in self.fields}, **self.initial}

    def stands_in(self, name: str) -> Any:
        """What a field of the form holds at first."""
        value = getattr(self.row, name, None)
        return value.all() if isinstance(value, models.Manager) else value

    def save(self) -> Any:
        """Add the row, or change it."""
        raise NotImplementedError


class AboutForm(PartForm):
    """Name and days of a programme, and what its public page says."""

    model = Programme
    names = (
        "title_en", "title_ru", "title_be", "summary_en", "summary_ru", "summary_be", "about_en", "about_ru",
        "about_be", "goals", "is_public",
    )  # fmt: skip
    labels: ClassVar[Mapping[str, Any]] = {
        "title_en": _("title in English"),
        "title_ru": _("title in Russian"),
        "title_be": _("title in Belarusian"),
    }
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Latin letters, digits and hyphens. It stands in addresses and reports and does not change."),
    )
    starts_on = day(_("first day"))
    ends_on = day(_("last day"))

    field_order = (
        "code", "title_en", "title_ru", "title_be", "starts_on", "ends_on", "summary_en", "summary_ru", "summary_be",
        "about_en", "about_ru", "about_be", "goals", "is_public",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            del self.fields["code"]

    def save(self) -> Programme:
        if self.row is None:
            return services.create_programme(actor=self.account, **self.cleaned_data)
        return services.change_programme(programme=self.row, actor=self.account, **self.cleaned_data)


class PartnerForm(PartForm):
    """An organisation that pays for a programme, carries it out or takes part in it."""

    model = ProgrammePartner
    names = ("part", "name_en", "name_ru", "name_be")
    address = forms.URLField(label=_("web address"), required=False, max_length=200, assume_scheme="https")

    def save(self) -> ProgrammePartner:
        if self.row is None:
            return services.add_partner(programme=self.programme, actor=self.account, **self.cleaned_data)
        return services.change_partner(partner=self.row, actor=self.account, **self.cleaned_data)


class _Coded(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


class ComponentForm(PartForm):
    """A part of a programme with some of its modules and workshops."""

    model = Component
    names = ("number", "title_en", "title_ru", "title_be")
    modules = _Coded(Module.objects.none(), label=_("Modules"), required=False, widget=forms.CheckboxSelectMultiple)
    workshops = _Coded(
        Workshop.objects.none(), label=_("Workshops"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modules = self.programme.modules.with_title(get_language() or "en")
        offer(self, "modules", modules)
        offer(self, "workshops", self.programme.workshops.order_by("starts_on", "code"))

    def save(self) -> Component:
        if self.row is None:
            return services.add_component(programme=self.programme, actor=self.account, **self.cleaned_data)
        return services.change_component(component=self.row, actor=self.account, **self.cleaned_data)


def offer(form: forms.BaseForm, name: str, choices: models.QuerySet[Any]) -> None:
    """Let a field choose among rows that are known only now."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    field.queryset = choices


class _AgencyField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class TargetAgencyForm(PartForm):
    """An agency to reach, and for how many people there is room."""

    model = TargetAgency
    agency = _AgencyField(
        Agency.objects.still_there(),
        label=_("Agency"),
        empty_label=_("Choose an agency"),
        help_text=_("With everything below it."),
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1_000_000)

    def save(self) -> TargetAgency:
        if self.row is None:
            return services.add_target_agency(programme=self.programme, actor=self.account, **self.cleaned_data)
        return services.change_target_agency(target=self.row, actor=self.account, **self.cleaned_data)


class PeriodForm(PartForm):
    """A time for which the programme reports."""

    model = ReportingPeriod
    names = ("number",)
    starts_on = day(_("first day"))
    ends_on = day(_("last day"))

    def save(self) -> ReportingPeriod:
        if self.row is None:
            return services.add_period(programme=self.programme, actor=self.account, **self.cleaned_data)
        return services.change_period(period=self.row, actor=self.account, **self.cleaned_data)


def component_field() -> forms.ModelChoiceField:
    """A component of the programme, or the whole of it."""
    return forms.ModelChoiceField(
        Component.objects.none(), label=_("Component"), required=False, empty_label=_("the whole programme")
    )


class MilestoneForm(PartForm):
    """Something to be done by a day, and where it can be seen that it is."""

    model = Milestone
    names = ("title_en", "title_ru", "title_be")
    component = component_field()
    due_on = day(_("due on"))
    reached_on = day(_("reached on"), required=False, help_text=_("Empty: not reached yet."))
    evidence = forms.CharField(
        label=_("evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Where it can be seen: a document, its page, its address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "component", self.programme.components.all())

    def save(self) -> Milestone:
        if self.row is None:
            return services.add_milestone(programme=self.programme, actor=self.account, **self.cleaned_data)
        return services.change_milestone(milestone=self.row, actor=self.account, **self.cleaned_data)
