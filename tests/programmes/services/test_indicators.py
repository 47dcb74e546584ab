from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from programmes.models import Indicator, IndicatorValue
from programmes.services import (
    ProgrammeError,
    add_component,
    add_period,
    change_indicator,
    correct_value,
    enter_value,
    remove_indicator,
    set_targets,
)
from tests.factories.people import make_account
from tests.factories.programmes import make_indicator, make_programme

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


def refusal(call, **fields):
    """The sentence with which a service refuses."""
    with pytest.raises(ProgrammeError) as refused:
        call(**fields)
    return str(refused.value)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": "1.1"}, "Another indicator has the number 1.1."),
        (
            {"formula": "attendance_rate", "unit": "people"},
            "The unit of “Attendance rate” is “per cent”.",
        ),
        ({"formula": "workshops_held", "by_sex": True}, "Only people can be told apart by sex."),
        ({"unit": "hours", "by_sex": True}, "Only people can be told apart by sex."),
        ({"unit": "share", "target": 80}, "A share lies between 0 and 100 %."),
        ({"unit": "share", "target": 0.8, "baseline": -0.1}, "A share lies between 0 and 100 %."),
        ({"unit": "people", "target": -1}, "People and hours are not below 0."),
    ],
)
def test_an_indicator_that_cannot_be_is_refused(fields, sentence):
    programme = make_programme()
    make_indicator(programme, "1.1")

    assert refusal(make_indicator, programme=programme, **{"number": "1.2", **fields}) == sentence
    assert Indicator.objects.count() == 1


def test_a_component_of_another_programme_is_refused():
    other = add_component(programme=make_programme("P2"), number=1, title_en="Other")

    said = refusal(make_indicator, programme=make_programme("P1"), component=other)

    assert said == "The component belongs to another programme."


def test_people_can_be_told_apart_by_sex_by_formula_and_by_hand():
    programme = make_programme()

    made = [
        make_indicator(programme, "1", formula="people_started", by_sex=True),
        make_indicator(programme, "2", unit="people", by_sex=True),
    ]

    assert [each.by_sex for each in made] == [True, True]


def test_a_change_is_noted_with_what_was_before():
    indicator = make_indicator(make_programme())

    change_indicator(indicator=indicator, target=12, title_en="Orders")

    event = Event.objects.get(action="programmes.indicator_changed")
    assert (event.before, event.after) == (
        {"target": 10.0, "title_en": "Indicator 1.1"},
        {"target": 12, "title_en": "Orders"},
    )


def test_formula_and_unit_stay_once_values_are_entered():
    indicator = make_indicator(make_programme())
    enter_value(indicator=indicator, measured_on=MARCH, value=3, evidence="Letters", actor=make_account())
    sentence = "Values were entered by hand: formula and unit stay as they are."

    assert refusal(change_indicator, indicator=indicator, formula="workshops_held") == sentence
    assert refusal(change_indicator, indicator=indicator, unit="people") == sentence
    assert refusal(remove_indicator, indicator=indicator) == (
        "This indicator stays: values were entered. It can be marked as not reported any more."
    )
    assert change_indicator(indicator=indicator, withdrawn=True).withdrawn


def test_an_indicator_without_values_can_be_removed():
    programme = make_programme()
    period = add_period(programme=programme, number=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    indicator = make_indicator(programme)
    set_targets(indicator=indicator, targets={period: 5})

    remove_indicator(indicator=indicator)

    assert not Indicator.objects.exists()


def test_targets_are_set_changed_and_taken_away_and_the_unit_then_stays():
    programme = make_programme()
    first = add_period(programme=programme, number=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    second = add_period(programme=programme, number=2, starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    indicator = make_indicator(programme)

    set_targets(indicator=indicator, targets={first: 4, second: 9})
    set_targets(indicator=indicator, targets={first: None, second: 10})

    assert list(indicator.targets.values_list("period__number", "value")) == [(2, 10.0)]
    assert list(
        Event.objects.filter(action="programmes.targets_set").order_by("pk").values_list("before", "after")
    ) == [
        ({}, {"1": 4.0, "2": 9.0}),
        ({"1": 4.0, "2": 9.0}, {"2": 10.0}),
    ]
    assert refusal(change_indicator, indicator=indicator, unit="people") == (
        "The unit stays: the targets of the periods are in it."
    )


def test_a_target_for_a_period_of_another_programme_is_refused():
    foreign = add_period(
        programme=make_programme("P2"), number=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)
    )
    indicator = make_indicator(make_programme("P1"))

    assert refusal(set_targets, indicator=indicator, targets={foreign: 4}) == "The period belongs to another programme."


@pytest.mark.parametrize(
    ("indicator", "value", "sentence"),
    [
        ({"formula": "workshops_held"}, {}, "The Academy computes this indicator; nothing is entered by hand."),
        (
            {},
            {"measured_on": timezone.localdate() + timedelta(days=2)},
            "A value cannot be of a day that is still to come.",
        ),
        ({}, {"evidence": "  "}, "Say where the value can be checked."),
        ({"unit": "share", "target": 0.5}, {"value": 1.5}, "A share lies between 0 and 100 %."),
        ({}, {"female": 1}, "This indicator does not tell women and men apart."),
        (
            {"unit": "people", "by_sex": True},
            {"female": 2, "male": 2},
            "Women and men together cannot be more than all.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused(indicator, value, sentence):
    found = make_indicator(make_programme(), **indicator)
    fields = {"measured_on": MARCH, "value": 3, "evidence": "Letters", "actor": make_account()}

    assert refusal(enter_value, indicator=found, **{**fields, **value}) == sentence
    assert not IndicatorValue.objects.exists()


def test_a_correction_names_what_it_corrects_once_and_says_why():
    indicator, account = make_indicator(make_programme()), make_account()
    fields = {"measured_on": MARCH, "evidence": "Letters", "actor": account}
    wrong = enter_value(indicator=indicator, value=8, **fields)

    silent = refusal(correct_value, corrected=wrong, value=7, reason=" ", **fields)
    right = correct_value(corrected=wrong, value=7, reason="One is a draft.", **fields)
    again = refusal(correct_value, corrected=wrong, value=6, reason="Another one.", **fields)

    assert silent == "Say why the value is corrected."
    assert again == "This value was corrected already. Correct the one that took its place."
    assert list(IndicatorValue.objects.order_by("pk").values_list("value", "corrects", "reason")) == [
        (8.0, None, ""),
        (7.0, wrong.pk, "One is a draft."),
    ]
    event = Event.objects.get(action="programmes.value_corrected")
    assert (event.object_id, event.actor, event.reason) == (str(right.pk), account, "One is a draft.")
