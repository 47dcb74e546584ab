from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes.models import Component, Indicator, IndicatorValue, Milestone, Programme
from programmes.rules import Rule
from programmes.services import (
    add_component,
    add_partner,
    add_period,
    add_target_agency,
    enter_value,
    set_rules,
    set_targets,
)
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account
from tests.factories.programmes import make_indicator, make_programme
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def planning(client, roles) -> Any:
    """A browser in which a programme manager is signed in."""
    client.force_login(roles.manager)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- For everybody --------------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_public_and_managers_all(client, roles):
    today = timezone.localdate()
    make_programme("OPEN", ends_on=today)
    make_programme("OVER", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    make_programme("HIDDEN", is_public=False, ends_on=today)

    seen = client.get(reverse("programmes")).context
    client.force_login(roles.manager)
    all_of_them = client.get(reverse("programmes")).context

    assert ([each.code for each in seen["running"]], [each.code for each in seen["over"]]) == (["OPEN"], ["OVER"])
    assert [each.code for each in all_of_them["running"]] == ["HIDDEN", "OPEN"]


def test_a_page_tells_what_belongs_to_a_component_what_to_none_and_what_the_certificate_asks_for(client, agency_tree):
    in_component, beside = make_module("M1", lessons=1), make_module("M2", lessons=1)
    today = timezone.localdate()
    coming = make_workshop(starts_on=today + timedelta(days=5))
    held, draft = make_workshop(), make_workshop(starts_on=today + timedelta(days=5), published=False)
    programme = make_programme(goals=["3"], summary_en="In one sentence.")
    everything = {"modules": [in_component, beside], "workshops": [coming, held, draft]}
    set_rules(programme=programme, certificate=True, rule=Rule(modules_needed=1, threshold=80), **everything)
    component = add_component(
        programme=programme, number=1, title_en="One", modules=[in_component], workshops=[coming, held, draft]
    )
    add_partner(programme=programme, part="partner", name_en="Society")
    add_partner(programme=programme, part="funder", name_en="Fund")
    add_target_agency(programme=programme, agency=agency_tree.clinic, seats=12)

    response = client.get(reverse("programme", args=["P1"]))

    found = response.context
    assert [
        (each.component, [*map(str, each.modules)], [*each.coming], [*each.held]) for each in found["sections"]
    ] == [(component, ["M1"], [coming], [held]), (None, ["M2"], [], [])]
    assert found["coming"] == [coming]
    assert [(label, [each.name for each in named]) for label, named in found["partners"]] == [
        ("Funder", ["Fund"]),
        ("Partner", ["Society"]),
    ]
    assert found["demands"] == ["1 of the 2 modules, in any order", "80 % of the hours of all workshops together"]
    page = text_of(response)
    assert "Agency clinic: 12 seats" in page
    assert "SDG 3: Good health and well-being" in page
    assert found["standing"] is None


def test_a_participant_reads_where_they_stand_and_a_stranger_does_not(client):
    module = make_module("M1", lessons=1)
    programme = make_programme()
    set_rules(programme=programme, certificate=True, rule=Rule(), modules=[module], workshops=[])
    participant, stranger = make_account(), make_account()
    make_enrolment(participant.person, module)

    standings = []
    for account in (participant, stranger):
        client.force_login(account)
        standings.append(client.get(reverse("programme", args=["P1"])).context["standing"])

    assert [(line.text, line.met) for line in standings[0].lines] == [("modules completed: 0, asked for: 1", False)]
    assert standings[0].done is None
    assert standings[1] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_pages_do_not_grow_with_the_plan(planning, agency_tree, rows):
    today = timezone.localdate()
    modules = [make_module(f"M{number}", lessons=1) for number in range(rows)]
    workshops = [make_workshop(starts_on=today + timedelta(days=5)) for _each in range(rows)]
    programme = make_programme(modules=modules, workshops=workshops)
    for number in range(rows):
        parts = {"modules": [modules[number]], "workshops": [workshops[number]]}
        add_component(programme=programme, number=number + 1, title_en="One", **parts)
        add_partner(programme=programme, part="partner", name_en="Society")
        make_indicator(programme, f"1.{number}")

    counts = {}
    for name in ("programmes", "programme", "programme_plan"):
        address = reverse(name, args=[] if name == "programmes" else ["P1"])
        with CaptureQueriesContext(connection) as queries:
            planning.get(address)
        counts[name] = len(queries)

    assert counts == {"programmes": 5, "programme": 14, "programme_plan": 14}


# --- Planning -------------------------------------------------------------------------------------------------------


def test_a_programme_is_planned_and_opens_its_plan(planning):
    sent = {"code": "NEW-1", "title_en": "New", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "goals": ["3", "5"]}

    response = planning.post(reverse("programme_new"), sent)

    assert response.headers["Location"] == "/en/programmes/NEW-1/plan/"
    programme = Programme.objects.get()
    assert (programme.title, programme.starts_on, programme.goals, programme.is_public) == (
        "New",
        date(2026, 1, 1),
        ["3", "5"],
        False,
    )


def test_what_the_service_refuses_stands_above_the_form_and_nothing_typed_is_lost(planning):
    programme = make_programme()
    sent = {"number": "1", "starts_on": "2026-05-01", "ends_on": "2027-05-01"}

    response = planning.post(reverse("programme_part_new", args=["P1", "periods"]), sent)

    page = text_of(response)
    assert "a reporting period lies within these days." in page
    assert 'value="2027-05-01"' in page
    assert not programme.periods.exists()


def test_parts_are_added_changed_and_removed(planning, agency_tree):
    module = make_module("M1", lessons=1)
    programme = make_programme(modules=[module])
    sent = {
        "partners": {"part": "funder", "name_en": "Fund", "address": "https://example.org/"},
        "components": {"number": "1", "title_en": "One", "modules": [module.pk]},
        "agencies": {"agency": agency_tree.clinic.pk, "seats": "12"},
        "periods": {"number": "1", "starts_on": "2026-01-01", "ends_on": "2026-06-30"},
        "milestones": {"title_en": "Map", "due_on": "2026-06-01"},
    }

    for part, fields in sent.items():
        response = planning.post(reverse("programme_part_new", args=["P1", part]), fields)
        assert response.headers["Location"] == f"/en/programmes/P1/plan/#{part}"
    rows = [
        programme.partners.get(), programme.components.get(), programme.targets.get(), programme.periods.get(),
        programme.milestones.get(),
    ]  # fmt: skip
    for (part, fields), row in zip(sent.items(), rows, strict=True):
        address = reverse("programme_part", args=["P1", part, row.pk])
        form = planning.get(address).context["form"]
        assert form.initial.keys() >= fields.keys()
        planning.post(address, fields | {"number": "2", "seats": "20", "name_en": "Another", "title_en": "Another"})
    changed = [(programme.partners.get().name, programme.targets.get().seats), programme.periods.get().number]
    for part, row in zip(sent, rows, strict=True):
        planning.post(reverse("programme_part_remove", args=["P1", part, row.pk]))

    assert changed == [("Another", 20), 2]
    assert [
        relation.count()
        for relation in (programme.partners, programme.components, programme.targets, programme.periods)
    ] == [0, 0, 0, 0]
    assert not Milestone.objects.exists()


def test_what_stays_says_why(planning):
    programme = make_programme()
    component = add_component(programme=programme, number=1, title_en="One")
    make_indicator(programme, component=component)

    response = planning.post(reverse("programme_part_remove", args=["P1", "components", component.pk]), follow=True)

    assert "This component stays: indicators or milestones belong to it." in text_of(response)
    assert Component.objects.exists()


def test_a_part_of_another_programme_and_a_part_that_is_none_are_not_found(planning):
    make_programme("P1")
    foreign = add_component(programme=make_programme("P2"), number=1, title_en="One")

    statuses = [
        planning.get(reverse("programme_part", args=["P1", part, foreign.pk])).status_code
        for part in ("components", "nothing")
    ]

    assert statuses == [404, 404]


# --- Indicators -----------------------------------------------------------------------------------------------------


def test_a_share_is_typed_in_per_cent_and_kept_as_a_fraction(planning):
    programme = make_programme()
    sent = {"number": "1.1", "title_en": "Hours", "formula": "attendance_rate", "unit": "", "direction": "up"}

    planning.post(reverse("programme_part_new", args=["P1", "indicators"]), {**sent, "target": "7", "baseline": "55.5"})

    indicator = Indicator.objects.get()
    assert (indicator.unit, indicator.target, indicator.baseline) == ("share", 0.07, 0.555)
    form = planning.get(reverse("programme_part", args=["P1", "indicators", indicator.pk])).context["form"]
    assert (form.initial["target"], form.initial["baseline"]) == (7, 55.5)
    assert programme.indicators.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"), [({"unit": ""}, "unit"), ({"number": "1/2"}, "number"), ({"target": "many"}, "target")]
)
def test_an_indicator_that_cannot_be_read_is_asked_for_again(planning, fields, field):
    make_programme()
    sent = {"number": "1.1", "title_en": "Orders", "unit": "number", "direction": "up", "target": "5"}

    response = planning.post(reverse("programme_part_new", args=["P1", "indicators"]), {**sent, **fields})

    assert list(response.context["form"].errors) == [field]
    assert not Indicator.objects.exists()


def test_a_value_is_entered_and_corrected_and_both_stay_in_the_list(planning, roles):
    indicator = make_indicator(make_programme())
    address = reverse("indicator", args=["P1", "1.1"])

    planning.post(address, {"measured_on": "2026-03-01", "value": "8", "evidence": "Letters"})
    wrong = IndicatorValue.objects.get()
    correction = reverse("indicator_correct", args=["P1", "1.1", wrong.pk])
    form = planning.get(correction).context["form"]
    planning.post(correction, {**form.initial, "measured_on": "2026-03-01", "value": "7", "reason": "A draft."})

    assert (form.initial["value"], form.initial["evidence"]) == (8, "Letters")
    assert list(indicator.values.order_by("pk").values_list("value", "reason", "corrects", "entered_by")) == [
        (8.0, "", None, roles.manager.pk),
        (7.0, "A draft.", wrong.pk, roles.manager.pk),
    ]
    page = text_of(planning.get(address))
    assert "<s>8</s>" in page
    assert "A correction: A draft." in page


def test_a_value_that_is_refused_is_kept_in_the_form(planning):
    make_indicator(make_programme())

    response = planning.post(
        reverse("indicator", args=["P1", "1.1"]), {"measured_on": "2090-03-01", "value": "8", "evidence": "Letters"}
    )

    assert "A value cannot be of a day that is still to come." in text_of(response)
    assert response.context["form"]["evidence"].value() == "Letters"


def test_targets_of_periods_are_set_with_the_decimal_sign_of_the_language(planning):
    programme = make_programme()
    period = add_period(programme=programme, number=1, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    indicator = make_indicator(programme, unit="share", target=0.5)
    set_targets(indicator=indicator, targets={period: 0.1})

    planning.post("/ru/programmes/P1/indicators/1.1/targets/", {"period-1": "12,5"})

    assert list(indicator.targets.values_list("value", flat=True)) == [0.125]


def test_a_formula_leaves_nothing_to_enter(planning):
    make_indicator(make_programme(), formula="workshops_held")

    response = planning.get(reverse("indicator", args=["P1", "1.1"]))

    assert response.context["form"] is None
    assert "The Academy computes this indicator" in text_of(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_an_indicator_do_not_grow_with_its_values(planning, roles, rows):
    indicator = make_indicator(make_programme())
    for _each in range(rows):
        enter_value(indicator=indicator, measured_on=date(2026, 3, 1), value=1, evidence="Letters", actor=roles.manager)

    with CaptureQueriesContext(connection) as queries:
        planning.get(reverse("indicator", args=["P1", "1.1"]))

    assert len(queries) == 8
