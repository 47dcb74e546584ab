"""Indicators, their targets and what was measured by hand. A share is typed in per cent and kept as a fraction."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core import periods
from people.models import Account
from programmes import services
from programmes.forms.parts import PartForm, begin_large, component_field, day, offer
from programmes.indicators import UNITS, Formula, Unit
from programmes.models import Indicator, IndicatorValue, ReportingPeriod

# What is measured in other units may be large, and below 0.
_LARGEST = 1e12
_FIGURES = ("baseline", "target")


def figure(label: Any, **kwargs: Any) -> forms.FloatField:
    """A number with the decimal sign of the language."""
    return forms.FloatField(label=label, localize=True, min_value=-_LARGEST, max_value=_LARGEST, **kwargs)


def kept(value: float | None, unit: str) -> float | None:
    """Return what was typed as it is kept.

    >>> kept(7, "share"), kept(7, "people"), kept(None, "share")
    (0.07, 7, None)
    """
    return round(value / 100, 12) if value is not None and unit == Unit.SHARE else value


def typed(value: float | None, unit: str) -> float | None:
    """Return what is kept as it is typed; whole numbers without decimals.

    >>> typed(0.07, "share"), typed(7.0, "people"), typed(7.5, "hours")
    (7, 7, 7.5)
    """
    if value is None:
        return None
    shown = round(value * 100, 10) if unit == Unit.SHARE else value
    return int(shown) if shown == int(shown) else shown


class IndicatorForm(PartForm):
    """What is measured, in which unit, from where and to where."""

    model = Indicator
    names = (
        "title_en", "title_ru", "title_be", "direction", "by_sex", "source_en", "source_ru", "source_be", "withdrawn",
    )  # fmt: skip
    number = forms.CharField(
        label=_("number"),
        max_length=10,
        validators=[RegexValidator(r"^[\w.-]+$", _("Letters, digits, full stops and hyphens."))],
        help_text=_("As it stands in the agreement: 1.2"),
    )
    component = component_field()
    formula = forms.ChoiceField(
        label=_("formula"),
        required=False,
        choices=[("", _("entered by hand")), *Formula.choices],
        help_text=_("What the Academy counts itself. Anything else is entered by hand, with its evidence."),
    )
    unit = forms.ChoiceField(
        label=_("unit"),
        required=False,
        choices=[("", _("as the formula has it")), *Unit.choices],
    )
    baseline = figure(_("baseline"), required=False, help_text=_("What it was before. Shares in per cent."))
    baseline_on = day(_("baseline measured on"), required=False)
    target = figure(_("target"), help_text=_("For the whole of the programme. Shares in per cent."))

    field_order = (
        "number", "component", "title_en", "title_ru", "title_be", "formula", "unit", "direction", "by_sex",
        "baseline", "baseline_on", "target", "source_en", "source_ru", "source_be", "withdrawn",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "component", self.programme.components.all())

    def stands_in(self, name: str) -> Any:
        value = super().stands_in(name)
        return typed(value, self.row.unit) if name in _FIGURES else value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["unit"] = data.get("unit") or UNITS.get(data.get("formula", ""), "")
        if not data["unit"]:
            self.add_error("unit", _("Choose the unit of what is entered by hand."))
        return data

    def save(self) -> Indicator:
        fields = self.cleaned_data | {
            name: kept(self.cleaned_data[name], self.cleaned_data["unit"]) for name in _FIGURES
        }
        if self.row is None:
            return services.add_indicator(programme=self.programme, actor=self.account, **fields)
        return services.change_indicator(indicator=self.row, actor=self.account, **fields)


class TargetsForm(forms.Form):
    """What an indicator should have reached by the end of each period of its programme."""

    def __init__(self, *args: Any, indicator: Indicator, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.account = indicator, account
        self.periods: list[ReportingPeriod] = list(indicator.programme.periods.all())
        targets = dict(indicator.targets.values_list("period", "value"))
        for period in self.periods:
            days = periods.period(period.starts_on, period.ends_on)
            self.fields[_name(period)] = figure(f"{period.number}: {days}", required=False)
            self.initial[_name(period)] = typed(targets.get(period.pk), indicator.unit)

    def save(self) -> None:
        unit = self.indicator.unit
        targets = {period: kept(self.cleaned_data[_name(period)], unit) for period in self.periods}
        services.set_targets(indicator=self.indicator, targets=targets, actor=self.account)


def _name(period: ReportingPeriod) -> str:
    return f"period-{period.number}"


class ValueForm(forms.Form):
    """A value as of a day with its evidence; with `corrected` the right one in place of a wrong one, and why."""

    measured_on = day(_("as of"))
    value = figure(_("value"))
    female = figure(_("of them women"), required=False)
    male = figure(_("of them men"), required=False)
    evidence = forms.CharField(
        label=_("evidence"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Where it can be checked: a document, its page, its address."),
    )
    reason = forms.CharField(label=_("reason of the correction"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        account: Account,
        corrected: IndicatorValue | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.account, self.corrected = indicator, account, corrected
        if indicator.unit == Unit.SHARE:
            self.fields["value"].help_text = _("In per cent.")
        if not indicator.by_sex:
            del self.fields["female"], self.fields["male"]
        if corrected is None:
            del self.fields["reason"]
        else:
            held: dict[str, Any] = {name: getattr(corrected, name) for name in ("measured_on", "evidence")}
            held |= {name: typed(getattr(corrected, name), indicator.unit) for name in ("value", "female", "male")}
            shown = {name: value for name, value in held.items() if name in self.fields}
            self.initial = {**shown, **self.initial}
        begin_large(self)

    def save(self) -> IndicatorValue:
        data = self.cleaned_data
        fields: dict[str, Any] = dict(data)
        for name in data.keys() & {"value", "female", "male"}:
            fields[name] = kept(data[name], self.indicator.unit)
        if self.corrected is None:
            return services.enter_value(indicator=self.indicator, actor=self.account, **fields)
        return services.correct_value(corrected=self.corrected, actor=self.account, **fields)
