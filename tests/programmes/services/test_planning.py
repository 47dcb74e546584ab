from datetime import date

import pytest

from audit.models import Event
from programmes.models import Programme
from programmes.rules import Rule
from programmes.services import (
    ProgrammeError,
    add_component,
    add_period,
    change_programme,
    create_programme,
    set_rules,
)
from tests.factories.programmes import make_programme
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db

DAYS = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def test_a_programme_holds_its_workshops_and_is_noted():
    workshop = make_workshop()

    programme = create_programme(code="P1", title_en="One", workshops=[workshop], **DAYS)

    assert list(programme.workshops.all()) == [workshop]
    assert Event.objects.get(action="programmes.created").after == {"code": "P1"}


@pytest.mark.parametrize(
    "wrong", [{"code": "P1"}, {"code": "P2", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 31)}]
)
def test_a_taken_code_or_days_in_disorder_are_refused_with_a_sentence(wrong):
    create_programme(code="P1", title_en="One", **DAYS)

    with pytest.raises(ProgrammeError):
        create_programme(**{"title_en": "Two", **DAYS, **wrong})

    assert Programme.objects.count() == 1


def test_what_a_change_names_is_changed_and_noted_and_the_rest_stays():
    programme = make_programme(title_ru="Программа")

    changed = change_programme(programme=programme, title_en="Another", goals=["3"], ends_on=date(2027, 1, 31))

    assert (changed.title_en, changed.title_ru, changed.goals) == ("Another", "Программа", ["3"])
    event = Event.objects.get(action="programmes.changed")
    assert event.before == {"title_en": "Programme P1", "goals": [], "ends_on": "2026-12-31"}
    assert event.after == {"title_en": "Another", "goals": ["3"], "ends_on": "2027-01-31"}


def test_a_change_that_says_nothing_new_is_not_noted():
    programme = make_programme()

    change_programme(programme=programme, title_en="Programme P1")

    assert not Event.objects.filter(action="programmes.changed").exists()


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"ends_on": date(2025, 12, 31)}, "A programme must end after it begins."),
        (
            {"ends_on": date(2026, 6, 29)},
            "Reporting period 1 would lie outside the programme. Change the period first.",
        ),
    ],
)
def test_days_that_leave_a_period_outside_are_refused(days, sentence):
    programme = make_programme()
    add_period(programme=programme, number=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))

    with pytest.raises(ProgrammeError) as refused:
        change_programme(programme=programme, **days)

    assert str(refused.value) == sentence
    assert Programme.objects.get().ends_on == date(2026, 12, 31)


def test_a_component_loses_what_leaves_the_programme():
    stays, leaves = make_workshop(), make_workshop()
    programme = make_programme(workshops=[stays, leaves])
    component = add_component(programme=programme, number=1, title_en="One", workshops=[stays, leaves])

    set_rules(programme=programme, certificate=False, rule=Rule(), modules=[], workshops=[stays])

    assert list(component.workshops.all()) == [stays]
