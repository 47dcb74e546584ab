from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from programmes.models import Component, Milestone, ReportingPeriod, TargetAgency
from programmes.services import (
    ProgrammeError,
    add_component,
    add_milestone,
    add_partner,
    add_period,
    add_target_agency,
    change_component,
    change_milestone,
    change_partner,
    change_period,
    change_target_agency,
    remove_part,
    set_targets,
)
from tests.factories.courses import make_module
from tests.factories.people import make_agency_tree
from tests.factories.programmes import make_indicator, make_programme
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db

FIRST_HALF = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30)}
SECOND_HALF = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}


def refusal(call, **fields):
    """The sentence with which a service refuses."""
    with pytest.raises(ProgrammeError) as refused:
        call(**fields)
    return str(refused.value)


def test_partners_stand_in_the_order_in_which_they_were_added():
    programme = make_programme()

    fund = add_partner(programme=programme, part="funder", name_en="Fund")
    mission = add_partner(programme=programme, part="implementer", name_en="Mission", address="https://example.org/")
    change_partner(partner=fund, name_en="Another fund", part="partner")

    assert [(each.name_en, each.part, each.position) for each in programme.partners.all()] == [
        ("Another fund", "partner", 0),
        ("Mission", "implementer", 1),
    ]
    remove_part(part=mission)
    assert [each.name_en for each in programme.partners.all()] == ["Another fund"]
    assert sorted(Event.objects.filter(action__startswith="programmes.programmepartner").values_list("action")) == [
        ("programmes.programmepartner_added",),
        ("programmes.programmepartner_added",),
        ("programmes.programmepartner_changed",),
        ("programmes.programmepartner_removed",),
    ]


def test_a_component_holds_modules_and_workshops_of_its_programme_and_no_others():
    module, workshop, foreign = make_module("M1", lessons=1), make_workshop(), make_workshop()
    programme = make_programme(modules=[module], workshops=[workshop])

    component = add_component(programme=programme, number=1, title_en="One", modules=[module], workshops=[workshop])
    change_component(component=component, title_en="First", modules=[], workshops=[workshop])

    component.refresh_from_db()
    assert (component.title_en, list(component.modules.all()), list(component.workshops.all())) == (
        "First",
        [],
        [workshop],
    )
    foreigner = {"number": 2, "title_en": "Two", "workshops": [foreign]}
    assert refusal(add_component, programme=programme, **foreigner) == (
        "A component consists of modules and workshops of its programme."
    )
    assert refusal(add_component, programme=programme, number=1, title_en="Two") == (
        "Another component has the number 1."
    )
    assert list(Component.objects.all()) == [component]


def test_no_agency_to_reach_lies_within_another_one():
    tree, programme = make_agency_tree(), make_programme()
    department = add_target_agency(programme=programme, agency=tree.department, seats=20)
    unrelated = add_target_agency(programme=programme, agency=tree.unrelated, seats=5)

    said = [
        refusal(add_target_agency, programme=programme, agency=agency, seats=10)
        for agency in (tree.department, tree.clinic, tree.ministry)
    ]

    assert said == [
        "Agency department is named already.",
        "Agency clinic belongs to Agency department, which is named already: its people would count twice.",
        "Agency department is named already and belongs to Agency ministry: its people would count twice.",
    ]
    assert refusal(change_target_agency, target=unrelated, agency=tree.clinic).startswith("Agency clinic belongs to")
    assert refusal(change_target_agency, target=unrelated, seats=0) == "At least one seat is needed."
    change_target_agency(target=department, agency=tree.ministry, seats=30)
    assert list(TargetAgency.objects.values_list("agency__code", "seats")) == [("ministry", 30), ("unrelated", 5)]


def test_another_programme_may_want_to_reach_the_same_agencies():
    tree = make_agency_tree()
    add_target_agency(programme=make_programme("P1"), agency=tree.department, seats=20)

    add_target_agency(programme=make_programme("P2"), agency=tree.clinic, seats=20)

    assert TargetAgency.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"number": 1, **SECOND_HALF}, "Another reporting period has the number 1."),
        (
            {"number": 2, "starts_on": date(2026, 8, 1), "ends_on": date(2026, 7, 1)},
            "The period ends before it begins.",
        ),
        (
            {"number": 2, "starts_on": date(2026, 7, 1), "ends_on": date(2027, 1, 1)},
            "The programme lasts from 01.01.2026 to 31.12.2026; a reporting period lies within these days.",
        ),
        (
            {"number": 2, "starts_on": date(2026, 6, 30), "ends_on": date(2026, 12, 31)},
            "Reporting period 1, from 01.01.2026 to 30.06.2026, has some of these days already.",
        ),
    ],
)
def test_periods_lie_within_the_programme_and_beside_each_other(fields, sentence):
    programme = make_programme()
    add_period(programme=programme, number=1, **FIRST_HALF)

    assert refusal(add_period, programme=programme, **fields) == sentence
    assert ReportingPeriod.objects.count() == 1


def test_a_period_may_be_moved_over_its_own_days():
    programme = make_programme()
    period = add_period(programme=programme, number=1, **FIRST_HALF)
    add_period(programme=programme, number=2, **SECOND_HALF)

    change_period(period=period, starts_on=date(2026, 2, 1))

    assert list(programme.periods.values_list("number", "starts_on")) == [
        (1, date(2026, 2, 1)),
        (2, date(2026, 7, 1)),
    ]


def test_a_milestone_is_reached_with_evidence_and_not_in_time_to_come():
    programme = make_programme()
    milestone = add_milestone(programme=programme, title_en="Map agreed", due_on=date(2026, 6, 1))
    tomorrow = timezone.localdate() + timedelta(days=1)

    said = [
        refusal(change_milestone, milestone=milestone, reached_on=date(2026, 5, 1), evidence="  "),
        refusal(change_milestone, milestone=milestone, reached_on=tomorrow, evidence="Minutes 4"),
    ]
    change_milestone(milestone=milestone, reached_on=date(2026, 5, 1), evidence="Minutes 4")

    assert said == [
        "Say where it can be seen that the milestone is reached.",
        "A day that is still to come cannot be the one on which it was reached.",
    ]
    assert list(Milestone.objects.values_list("reached_on", "evidence")) == [(date(2026, 5, 1), "Minutes 4")]
    assert refusal(remove_part, part=milestone) == "This milestone stays: it is reached."


def test_a_component_of_another_programme_is_refused():
    other = add_component(programme=make_programme("P2"), number=1, title_en="Other")

    said = refusal(
        add_milestone, programme=make_programme("P1"), title_en="Map", due_on=date(2026, 6, 1), component=other
    )

    assert said == "The component belongs to another programme."


def test_what_something_else_is_about_stays():
    programme = make_programme()
    component = add_component(programme=programme, number=1, title_en="One")
    period = add_period(programme=programme, number=1, **FIRST_HALF)
    indicator = make_indicator(programme, component=component)
    set_targets(indicator=indicator, targets={period: 5})

    assert refusal(remove_part, part=component) == "This component stays: indicators or milestones belong to it."
    assert refusal(remove_part, part=period) == "This period stays: 1 indicator has a target for it."

    set_targets(indicator=indicator, targets={period: None})
    remove_part(part=period)
    assert not ReportingPeriod.objects.exists()
