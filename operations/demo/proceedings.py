"""What workshops of the demonstration worked with, what came of them, and what their people need."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from operations.demo import read
from operations.demo.clock import at
from operations.demo.history import deliver
from operations.demo.papers import handout
from operations.demo.people import World
from workshops.models import Registration, Session, Workshop
from workshops.services import (
    add_material,
    add_note,
    add_recommendation,
    answer_action_plan,
    change_recommendation,
    plan_messages,
    save_action_plan,
    tell_need,
)

# Plans are written on the evening of the last day; people are asked after 90 days, and answer some days later.
EVENING, ASKED, ANSWERED = timedelta(hours=1), timedelta(days=91), timedelta(days=93)
MONTH = 30
# So many days ago people said what they need.
NEEDS_TOLD = 4


def load_proceedings(world: World, now: datetime) -> None:
    """Add materials, notes, recommendations, action plans and needs, each on its day."""
    for code, kept in read("proceedings.yaml")["workshops"].items():
        workshop = Workshop.objects.get(code=code)
        for name, tell in _PARTS.items():
            if name in kept:
                tell(world, workshop, kept[name], now)


def _materials(world: World, workshop: Workshop, lines: list[dict[str, Any]], now: datetime) -> None:
    facilitator = world.accounts["facilitator"]
    for line in lines:
        released = _morning(workshop, line["days"])
        with at(min(released, now - timedelta(days=1))):
            add_material(
                workshop=workshop,
                title=line["title"],
                session=_session(workshop, line),
                released_at=released,
                content=handout(line["handout"]) if "handout" in line else None,
                file_name=f"{line['title']}.pdf" if "handout" in line else "",
                link=line.get("link", ""),
                for_facilitators=line.get("facilitators", False),
                actor=facilitator,
            )


def _notes(world: World, workshop: Workshop, lines: list[dict[str, Any]], now: datetime) -> None:
    for line in lines:
        with at(min(_morning(workshop, line["days"]) + timedelta(hours=9), now - timedelta(hours=3))):
            session, facilitator = _session(workshop, line), world.accounts["facilitator"]
            add_note(workshop=workshop, text=line["text"], session=session, actor=facilitator)


def _recommendations(world: World, workshop: Workshop, lines: list[dict[str, Any]], now: datetime) -> None:
    facilitator = world.accounts["facilitator"]
    for line in lines:
        with at(min(_morning(workshop, 1), now) - timedelta(hours=1)):
            recommendation = add_recommendation(
                workshop=workshop,
                text=line["text"],
                agency=world.agencies[line["agency"]],
                due_on=workshop.starts_on + timedelta(days=line["due"]),
                actor=facilitator,
            )
        for days, state in line.get("states", {}).items():
            with at(_morning(workshop, days)):
                change_recommendation(recommendation=recommendation, state=state, actor=facilitator)


def _plans(world: World, workshop: Workshop, lines: list[dict[str, Any]], now: datetime) -> None:
    """People write plans, are asked after 90 days what came of them, and some answer."""
    evening = workshop.sessions.filter(makes_up_for__isnull=True).latest("ends_at").ends_at + EVENING
    deliver(evening)
    with at(evening):
        plans = [
            save_action_plan(
                registration=registration,
                what=line["what"],
                by_when=workshop.ends_on + timedelta(days=MONTH * line["months"]),
                with_whom=line.get("with", ""),
            )
            for registration, line in zip(_confirmed(world, workshop), lines, strict=False)
        ]
        plan_messages(workshop=workshop)
    # What is asked after 90 days has gone by the time of the answers.
    deliver(min(evening + ASKED, now))
    answered = [(plan, line) for plan, line in zip(plans, lines, strict=True) if "outcome" in line]
    with at(evening + ANSWERED):
        for plan, line in answered:
            answer_action_plan(plan=plan, outcome=line["outcome"], note=line["note"])


def _needs(world: World, workshop: Workshop, lines: list[dict[str, Any]], now: datetime) -> None:
    with at(now - timedelta(days=NEEDS_TOLD)):
        for registration, line in zip(_confirmed(world, workshop), lines, strict=False):
            tell_need(registration=registration, kinds=line["kinds"], note=line["note"])


_PARTS: dict[str, Callable[[World, Workshop, list[dict[str, Any]], datetime], None]] = {
    "materials": _materials,
    "notes": _notes,
    "recommendations": _recommendations,
    "plans": _plans,
    "needs": _needs,
}


def _morning(workshop: Workshop, days: int) -> datetime:
    """Nine o'clock so many days from the first day."""
    first = workshop.sessions.earliest("starts_at")
    return first.starts_at.replace(minute=0) + timedelta(days=days)


def _session(workshop: Workshop, line: dict[str, Any]) -> Session | None:
    return workshop.sessions.get(number=line["session"]) if "session" in line else None


def _confirmed(world: World, workshop: Workshop) -> list[Registration]:
    """People with a place: the learner first, then those whom the coordinator of the demonstration sees."""
    learner = world.accounts["learner"].person_id
    found = workshop.registrations.filter(state=Registration.State.CONFIRMED).select_related("workshop", "agency")
    return sorted(found, key=lambda each: (each.person_id != learner, not each.agency.code.endswith("-BR"), each.pk))
