"""The programme of the demonstration: what its funder pays for, what it promised, and what was measured by hand."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from courses.models import Module
from operations.demo import read
from operations.demo.clock import at
from operations.demo.people import World
from people.models import Account
from programmes.models import Component, Indicator, Programme
from programmes.rules import Rule
from programmes.services import (
    add_component,
    add_indicator,
    add_milestone,
    add_partner,
    add_period,
    add_target_agency,
    complete_earned,
    correct_value,
    create_programme,
    enter_value,
    set_rules,
    set_targets,
)
from workshops.models import Workshop

# Paid for by somebody else, so that it makes a difference whether a report is about the programme.
NOT_OF_THE_PROGRAMME = "IW-02"


def load_programme(world: World, now: datetime) -> None:
    """Make the programme with its plan and its certificate, and complete whoever has earned that."""
    plan, today, manager = read("programme.yaml"), now.date(), world.accounts["manager"]
    with at(now - timedelta(days=-plan["starts"])):
        programme = _create(plan, today, manager)
        _add_parts(programme, plan, world, today)
        components = _add_components(programme, plan["components"], manager)
    _add_indicators(programme, plan["indicators"], components, now, manager)
    for each in plan["milestones"]:
        add_milestone(programme=programme, actor=manager, **_milestone(each, components, today))
    # Since last week whoever has completed all its modules has a certificate of the programme, too.
    with at(now - timedelta(days=6)):
        set_rules(
            programme=programme,
            certificate=True,
            rule=Rule(threshold=0),
            modules=programme.modules.all(),
            workshops=programme.workshops.all(),
            certificate_months=36,
            actor=manager,
        )
        complete_earned()


def _create(plan: dict[str, Any], today: date, manager: Account) -> Programme:
    return create_programme(
        code=plan["code"],
        starts_on=_day(today, plan["starts"]),
        ends_on=_day(today, plan["ends"]),
        modules=Module.objects.all(),
        workshops=Workshop.objects.exclude(code=NOT_OF_THE_PROGRAMME),
        is_public=True,
        goals=plan["goals"],
        actor=manager,
        **_words("title", plan),
        **_words("summary", plan),
        **_words("about", plan),
    )


def _add_parts(programme: Programme, plan: dict[str, Any], world: World, today: date) -> None:
    manager = world.accounts["manager"]
    for partner in plan["partners"]:
        named = {"part": partner["part"], "address": partner.get("address", ""), **_words("name", partner)}
        add_partner(programme=programme, actor=manager, **named)
    for code, seats in plan["agencies"].items():
        add_target_agency(programme=programme, agency=world.agencies[code], seats=seats, actor=manager)
    for each in plan["periods"]:
        days = {"starts_on": _day(today, each["starts"]), "ends_on": _day(today, each["ends"])}
        add_period(programme=programme, number=each["number"], actor=manager, **days)


def _add_components(programme: Programme, plans: Iterable[dict[str, Any]], manager: Account) -> dict[int, Component]:
    return {
        plan["number"]: add_component(
            programme=programme,
            number=plan["number"],
            modules=programme.modules.all() if "modules" in plan else (),
            workshops=programme.workshops.filter(code__startswith=plan["workshops"]) if "workshops" in plan else (),
            actor=manager,
            **_words("title", plan),
        )
        for plan in plans
    }


def _add_indicators(
    programme: Programme,
    plans: Iterable[dict[str, Any]],
    components: dict[int, Component],
    now: datetime,
    manager: Account,
) -> None:
    periods = {period.number: period for period in programme.periods.all()}
    for plan in plans:
        with at(now - (now.date() - programme.starts_on)):
            indicator = _add_indicator(programme, plan, components, now.date(), manager)
            targets = {periods[number]: value for number, value in plan["targets"].items()}
            set_targets(indicator=indicator, targets=targets, actor=manager)
        for value in plan.get("values", ()):
            _enter(indicator, value, now, manager)


def _add_indicator(
    programme: Programme, plan: dict[str, Any], components: dict[int, Component], today: date, manager: Account
) -> Indicator:
    optional: dict[str, Any] = {
        name: plan[name] for name in ("formula", "by_sex", "direction", "baseline") if name in plan
    }
    if "baseline_day" in plan:
        optional["baseline_on"] = _day(today, plan["baseline_day"])
    return add_indicator(
        programme=programme,
        component=components.get(plan.get("component", 0)),
        number=plan["number"],
        unit=plan["unit"],
        target=plan["target"],
        actor=manager,
        **_words("title", plan),
        **_words("source", plan),
        **optional,
    )


def _enter(indicator: Indicator, plan: dict[str, Any], now: datetime, manager: Account) -> None:
    """Enter a value five days after the day of which it is, and its correction when it was found to be wrong."""
    day = _day(now.date(), plan["day"])
    said = {"measured_on": day, "value": plan["value"], "evidence": plan["evidence"], "actor": manager}
    with at(now + timedelta(days=plan["day"] + 5)):
        entered = enter_value(indicator=indicator, **said)
    if right := plan.get("corrected"):
        said |= {name: right[name] for name in ("value", "evidence", "reason")}
        with at(now + timedelta(days=right["day"])):
            correct_value(corrected=entered, **said)


def _milestone(plan: dict[str, Any], components: dict[int, Component], today: date) -> dict[str, Any]:
    return {
        **_words("title", plan),
        "component": components.get(plan.get("component", 0)),
        "due_on": _day(today, plan["due"]),
        "reached_on": _day(today, plan["reached"]) if "reached" in plan else None,
        "evidence": plan.get("evidence", ""),
    }


def _words(name: str, plan: dict[str, Any]) -> dict[str, str]:
    """The columns of a text in three languages; none where the plan says nothing."""
    return {f"{name}_{code}": text for code, text in plan.get(name, {}).items()}


def _day(today: date, days: int) -> date:
    return today + timedelta(days=days)
