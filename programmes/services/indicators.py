"""What is measured: indicators, their targets, and values that are entered by hand with their evidence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account
from programmes.errors import ProgrammeError
from programmes.indicators import BY_SEX, UNITS, Formula, Unit
from programmes.models import Indicator, IndicatorTarget, IndicatorValue, Programme, ReportingPeriod
from programmes.services.parts import check_component
from programmes.services.planning import note_change, values_of


@transaction.atomic
def add_indicator(
    *, programme: Programme, number: str, title_en: str, unit: str, target: float, actor: Account | None = None,
    **fields: Any,
) -> Indicator:  # fmt: skip
    """Add an indicator; `fields` are those of the model. A share is a fraction: 0.8 is 80 %.

    Raises ProgrammeError for a number that another one has, a unit that does not fit the formula, and the like.
    """
    indicator = Indicator(programme=programme, number=number, title_en=title_en, unit=unit, target=target, **fields)
    _check(indicator)
    indicator.save()
    record("programmes.indicator_added", obj=indicator, actor=actor, after={"number": number, "target": target})
    return indicator


@transaction.atomic
def change_indicator(*, indicator: Indicator, actor: Account | None = None, **fields: Any) -> Indicator:
    """Change an indicator; raises as `add_indicator` does, and for a formula where values were entered by hand."""
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    before = values_of(locked, fields)
    for name, value in fields.items():
        setattr(locked, name, value)
    _check(locked)
    if before.get("unit", locked.unit) != locked.unit and locked.targets.exists():
        raise ProgrammeError(_("The unit stays: the targets of the periods are in it."))
    if locked.values.exists() and (locked.formula or ("unit" in before and before["unit"] != locked.unit)):
        raise ProgrammeError(_("Values were entered by hand: formula and unit stay as they are."))
    locked.save()
    note_change("programmes.indicator_changed", locked, before, actor)
    return locked


@transaction.atomic
def remove_indicator(*, indicator: Indicator, actor: Account | None = None) -> None:
    """Remove an indicator that was a mistake. Raises ProgrammeError for one that has values: it can be withdrawn."""
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if locked.values.exists():
        raise ProgrammeError(_("This indicator stays: values were entered. It can be marked as not reported any more."))
    record("programmes.indicator_removed", obj=locked, actor=actor, before={"number": locked.number})
    locked.delete()


def _check(indicator: Indicator) -> None:
    others = Indicator.objects.filter(programme=indicator.programme_id, number=indicator.number)
    if others.exclude(pk=indicator.pk).exists():
        raise ProgrammeError(_("Another indicator has the number %(number)s.") % {"number": indicator.number})
    check_component(indicator.component, indicator.programme_id)
    if indicator.formula and indicator.unit != UNITS[indicator.formula]:
        values = {
            "formula": Formula(indicator.formula).label,
            "unit": Unit(UNITS[indicator.formula]).label,
        }
        raise ProgrammeError(_("The unit of “%(formula)s” is “%(unit)s”.") % values)
    if indicator.by_sex and not can_be_by_sex(indicator.formula, indicator.unit):
        raise ProgrammeError(_("Only people can be told apart by sex."))
    for value in (indicator.baseline, indicator.target):
        check_value(indicator, value)


def can_be_by_sex(formula: str, unit: str) -> bool:
    """Whether women and men can be told apart: by a formula that counts people, or by hand when people are counted."""
    return formula in BY_SEX if formula else unit == Unit.PEOPLE


def check_value(indicator: Indicator, value: float | None) -> None:
    """Raise ProgrammeError for a value that its unit cannot have."""
    if value is None:
        return
    if indicator.unit == Unit.SHARE and not 0 <= value <= 1:
        raise ProgrammeError(_("A share lies between 0 and 100 %."))
    if indicator.unit in (Unit.PEOPLE, Unit.HOURS) and value < 0:
        raise ProgrammeError(_("People and hours are not below 0."))


# --- Targets of periods ---------------------------------------------------------------------------------------------


@transaction.atomic
def set_targets(
    *, indicator: Indicator, targets: Mapping[ReportingPeriod, float | None], actor: Account | None = None
) -> None:
    """Set what should be reached by the end of periods; None takes a target away. What is not named stays.

    Raises ProgrammeError for a period of another programme, or a value that the unit cannot have.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    before = _targets(indicator)
    for period, value in targets.items():
        if period.programme_id != indicator.programme_id:
            raise ProgrammeError(_("The period belongs to another programme."))
        check_value(indicator, value)
        if value is None:
            indicator.targets.filter(period=period).delete()
        else:
            IndicatorTarget.objects.update_or_create(indicator=indicator, period=period, defaults={"value": value})
    after = _targets(indicator)
    if before != after:
        record("programmes.targets_set", obj=indicator, actor=actor, before=before, after=after)


def _targets(indicator: Indicator) -> dict[str, float]:
    return {str(each.period.number): each.value for each in indicator.targets.select_related("period")}


# --- Values entered by hand -----------------------------------------------------------------------------------------


@transaction.atomic
def enter_value(
    *,
    indicator: Indicator,
    measured_on: date,
    value: float,
    evidence: str,
    actor: Account,
    female: float | None = None,
    male: float | None = None,
) -> IndicatorValue:
    """Enter what was measured outside the Academy, as of a day, and where it can be read.

    Raises ProgrammeError for an indicator with a formula, a day to come, no evidence, or values that cannot be.
    """
    entered = IndicatorValue(
        indicator=indicator, measured_on=measured_on, value=value, female=female, male=male, evidence=evidence.strip()
    )
    return _enter(entered, actor)


@transaction.atomic
def correct_value(
    *,
    corrected: IndicatorValue,
    measured_on: date,
    value: float,
    evidence: str,
    reason: str,
    actor: Account,
    female: float | None = None,
    male: float | None = None,
) -> IndicatorValue:
    """Enter the right value in place of a wrong one, which stays with its correction beside it.

    Raises ProgrammeError without a reason, for a value that was corrected before, and as `enter_value` does.
    """
    if not reason.strip():
        raise ProgrammeError(_("Say why the value is corrected."))
    # Two corrections of one value wait for each other at the row of the indicator.
    Indicator.objects.select_for_update().get(pk=corrected.indicator_id)
    if IndicatorValue.objects.filter(corrects=corrected).exists():
        raise ProgrammeError(_("This value was corrected already. Correct the one that took its place."))
    entered = IndicatorValue(
        indicator=corrected.indicator,
        measured_on=measured_on,
        value=value,
        female=female,
        male=male,
        evidence=evidence.strip(),
        corrects=corrected,
        reason=reason.strip(),
    )
    return _enter(entered, actor)


def _enter(entered: IndicatorValue, actor: Account) -> IndicatorValue:
    indicator = entered.indicator
    if indicator.formula:
        raise ProgrammeError(_("The Academy computes this indicator; nothing is entered by hand."))
    if entered.measured_on > timezone.localdate():
        raise ProgrammeError(_("A value cannot be of a day that is still to come."))
    if not entered.evidence:
        raise ProgrammeError(_("Say where the value can be checked."))
    check_value(indicator, entered.value)
    _check_sexes(entered)
    entered.entered_by, entered.entered_at = actor, timezone.now()
    entered.save()
    record(
        "programmes.value_corrected" if entered.corrects_id else "programmes.value_entered",
        obj=entered,
        actor=actor,
        after={"indicator": indicator.number, "value": entered.value, "measured_on": entered.measured_on.isoformat()},
        reason=entered.reason,
    )
    return entered


def _check_sexes(entered: IndicatorValue) -> None:
    said = [each for each in (entered.female, entered.male) if each is not None]
    if said and not entered.indicator.by_sex:
        raise ProgrammeError(_("This indicator does not tell women and men apart."))
    if any(each < 0 for each in said) or sum(said) > entered.value:
        raise ProgrammeError(_("Women and men together cannot be more than all."))
