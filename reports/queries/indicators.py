"""R15: the results matrix of a programme: what was promised, and how far it has come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programmes.indicators import Formula, Unit, is_reached, progress
from programmes.models import Indicator, IndicatorTarget, IndicatorValue
from reports.columns import Column, Report, Row
from reports.queries import facts
from reports.queries.measured import Measured, Measurements
from reports.queries.participation import provisional_definition, unsigned
from reports.queries.scope import OutOfScopeError, Question

# What is empty when an indicator rests on few people; women and men also on their own.
_ABOUT_PEOPLE = ("actual", "progress", "female", "male", "reached")
_BY_SEX = ("female", "male")
BY_HAND = "by_hand"


def results_matrix(question: Question) -> Report:
    """Each indicator of a programme with its baseline, its targets and what it has come to, up to the last day.

    Raises OutOfScopeError without a programme.
    """
    if question.programme is None:
        raise OutOfScopeError(_("Say of which programme."))
    measurements = Measurements(question, question.programme)
    end = question.last_day or timezone.localdate(question.now)
    indicators = sorted(_indicators(question, end), key=lambda each: _in_order(each.number))
    rows, hidden = [], []
    for place, indicator in enumerate(indicators):
        measured = _measured(indicator, measurements, end)
        keys = _hidden(indicator, measured, question.audience.smallest)
        rows.append(_row(indicator, measured, end) | dict.fromkeys(keys))
        hidden += [(place, key) for key in keys]
    minutes = sum(measurements.minutes.values(), facts.Minutes())
    return Report(
        name="results-matrix",
        title=_("Results matrix"),
        columns=_columns(),
        rows=rows,
        totals={
            "indicators": len(rows),
            "indicators_reached": sum(row["reached"] is True for row in rows),
        },
        of_totals=[
            Column("indicators", _("Indicators"), "integer"),
            Column("indicators_reached", _("Targets reached"), "integer"),
        ],
        definitions=_definitions(indicators),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        provisional=minutes.provisional,
        audience=question.audience,
        hidden=hidden,
        codes={
            "unit": {code: str(label) for code, label in Unit.choices},
            "formula": {code: str(label) for code, label in Formula.choices} | {BY_HAND: _("entered by hand")},
        },
        unsigned=unsigned(question, minutes),
    )


def _indicators(question: Question, end: date) -> Iterable[Any]:
    """Two queries, however many indicators, targets and values."""
    targets = IndicatorTarget.objects.filter(
        indicator=OuterRef("pk"), period__starts_on__lte=end, period__ends_on__gte=end
    )
    standing = IndicatorValue.objects.filter(corrected_by__isnull=True).order_by("measured_on", "pk")
    return (
        Indicator.objects.filter(programme=question.programme, withdrawn=False)
        .select_related("component")
        .annotate(target_of_period=Subquery(targets.values("value")[:1]))
        .prefetch_related(Prefetch("values", standing))
    )


def _in_order(number: str) -> list[tuple[int, str]]:
    """Order 1.2 before 1.10.

    >>> sorted(["1.10", "2", "1.2", "1.2a"], key=_in_order)
    ['1.2', '1.2a', '1.10', '2']
    """
    parts = ["".join(filter(str.isdigit, part)) for part in number.split(".")]
    return [(int(digits or 0), part) for digits, part in zip(parts, number.split("."), strict=True)]


def _measured(indicator: Indicator, measurements: Measurements, end: date) -> Measured:
    if indicator.formula:
        return measurements.of(indicator.formula, indicator.component_id)
    value = _value(indicator, end)
    if value is None:
        return Measured()
    people = int(value.value) if indicator.unit == Unit.PEOPLE else None
    return Measured(value.value, people, value.female, value.male)


def _value(indicator: Indicator, end: date) -> IndicatorValue | None:
    """The latest value that was not corrected and is not of a later day."""
    return next((each for each in reversed(indicator.values.all()) if each.measured_on <= end), None)


def _hidden(indicator: Indicator, measured: Measured, k: int) -> Sequence[str]:
    """What would tell something about 1 to k − 1 people: also those whose sex nobody knows, as what remains."""
    if measured.hidden or (measured.people is not None and 0 < measured.people < k):
        return _ABOUT_PEOPLE if indicator.by_sex else tuple(key for key in _ABOUT_PEOPLE if key not in _BY_SEX)
    if not indicator.by_sex or measured.value is None or measured.female is None or measured.male is None:
        return ()
    rest = measured.value - measured.female - measured.male
    return _BY_SEX if any(0 < group < k for group in (measured.female, measured.male, rest)) else ()


def _row(indicator: Any, measured: Measured, end: date) -> Row:
    actual, component = measured.value, indicator.component
    return {
        "number": indicator.number,
        "indicator": str(indicator),
        "component": f"{component.number}. {component.title}" if component else "",
        "formula": indicator.formula or BY_HAND,
        "unit": indicator.unit,
        "actual": _whole(actual),
        "target": _whole(indicator.target),
        "progress": None if actual is None else progress(indicator.baseline, indicator.target, actual),
        "reached": None if actual is None else is_reached(indicator.direction, indicator.target, actual),
        "target_of_period": _whole(indicator.target_of_period),
        "baseline": _whole(indicator.baseline),
        "female": _whole(measured.female) if indicator.by_sex else None,
        "male": _whole(measured.male) if indicator.by_sex else None,
        "source": _source(indicator, end),
    }


def _whole(value: float | None) -> float | None:
    """Write 240 and not 240.0 into files."""
    return int(value) if value is not None and value == int(value) else value


def _source(indicator: Indicator, end: date) -> str:
    value = None if indicator.formula or indicator.source else _value(indicator, end)
    return value.evidence if value else indicator.source


def _columns() -> list[Column]:
    return [
        Column("number", _("No."), "text"),
        Column("indicator", _("Indicator"), "text"),
        Column("unit", _("Unit"), "code"),
        Column("actual", _("Actual"), "number", unit="unit"),
        Column("target", pgettext("indicator", "Target"), "number", unit="unit"),
        Column("progress", _("Progress"), "share"),
        Column("reached", _("Target reached"), "boolean"),
        Column("target_of_period", _("Target of the period"), "number", unit="unit"),
        Column("baseline", _("Baseline"), "number", unit="unit"),
        Column("female", _("Women"), "number", unit="unit"),
        Column("male", _("Men"), "number", unit="unit"),
        Column("component", _("Component"), "text"),
        Column("formula", _("How it is measured"), "code"),
        Column("source", _("Source"), "text"),
    ]


def _definitions(indicators: Iterable[Indicator]) -> dict[str, str]:
    formulas = [formula for formula in Formula if formula in {each.formula for each in indicators}]
    return {
        "rows": _("A row per indicator of the programme; those that are not reported any more are left out."),
        "baseline": _("What it was before the programme."),
        "target": _("What the programme promised for its end."),
        "target_of_period": _("What was to be reached by the end of the reporting period in which the last day lies."),
        "actual": _(
            "By a formula: counted over the modules and workshops of the component or, without one, of the whole "
            "programme, within the period. Entered by hand: the latest value up to the last day that nobody corrected."
        ),
        "progress": _("(Actual − baseline) ÷ (target − baseline); a missing baseline counts as 0."),
        "female": _("Of the people counted, those who gave their sex as female. It is voluntary."),
        "male": _("Of the people counted, those who gave their sex as male. It is voluntary."),
        "reached": _("The actual value is at least as good as the target."),
        "indicators": _("Indicators that are reported."),
        "indicators_reached": _("Indicators whose target is reached; those that are hidden or have no value are not."),
        **{str(formula): f"{formula.label}: {_formulas()[formula]}" for formula in formulas},
        "provisional": provisional_definition(),
        "period": _(
            "Workshops by their first day, minutes by the day of the session, modules by the day on which they were "
            "begun or completed, both ends included. Without days: everything up to now."
        ),
    }


def _formulas() -> Mapping[str, str]:
    return {
        Formula.PEOPLE_CONFIRMED: _("different people whose place in a workshop was confirmed, walk-ins included."),
        Formula.PEOPLE_STARTED: _(
            "different people who were present, late or left early in a session, or opened a lesson."
        ),
        Formula.PEOPLE_COMPLETED: _("different people who met the rule of a workshop or completed a module."),
        Formula.PEOPLE_CERTIFIED: _(
            "different people with a certificate of a workshop, a module or, for the whole, the programme that is "
            "issued and not revoked."
        ),
        Formula.PARTICIPATIONS: _("people who took part, summed over workshops: somebody in two counts twice."),
        Formula.AGENCIES_REACHED: _("different agencies of the registrations and enrolments of those who took part."),
        Formula.WORKSHOPS_HELD: _("workshops all of whose sessions are over."),
        Formula.TRAINING_HOURS: _(
            "minutes credited in required sessions of workshops ÷ 45, summed over people, rounded down to a half."
        ),
        Formula.ATTENDANCE_RATE: _(
            "minutes credited ÷ minutes planned, summed over people and required sessions held."
        ),
        Formula.COMPLETION_RATE: _("participations in workshops: completed ÷ took part."),
        Formula.MASTERY_AFTER: _(
            "of the people with a result both before and after, the share that reached the pass mark after."
        ),
        Formula.LEARNING_GAIN: _(
            "(mean after − mean before) ÷ (highest mark − mean before) of the people with both results, from ten "
            "people on."
        ),
        Formula.EVALUATION_TOP: _(
            "answers with the two highest numbers ÷ answers, over all scales of the evaluations on the last day; "
            "answers of few people are left out."
        ),
        Formula.FOLLOW_UP_APPLIED: _(
            "answers that something was used or carried out ÷ answers, over the questions that ask it after 90 and "
            "180 days; answers of few people are left out."
        ),
    }
