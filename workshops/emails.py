"""The words of messages about workshops: which template, and what it is filled with, in the language of the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from people.models import Person
from workshops.calendar import Entry
from workshops.models import (
    ActionPlan,
    EvaluationInvitation,
    Facilitation,
    Registration,
    Session,
    Workshop,
)
from workshops.permissions import evaluation_token, invitation_token
from workshops.zones import local, offset

# Where the reader's own links stand in a text; the links themselves are put in when it goes.
YES, NO, OWN_PAGE = "[[yes]]", "[[no]]", "[[link]]"


class Kind(models.TextChoices):
    """What a message about a workshop is for. Each kind but the last has a template of its name."""

    INVITED = "invited", pgettext_lazy("message", "invitation")
    WAITLISTED = "waitlisted", _("place on the waiting list")
    OFFERED = "offered", _("offer of a place")
    CONFIRMED = "confirmed", _("confirmation")
    LAPSED = "lapsed", _("lapse of an offer")
    REJECTED = "rejected", _("rejection")
    WITHDRAWN = "withdrawn", _("withdrawal")
    REPLACED = "replaced", _("replacement")
    CHANGED = "changed", _("change of time or place")
    REMINDER = "reminder", _("reminder")
    POSTPONED = "postponed", _("postponement")
    CANCELLED = "cancelled", _("cancellation")
    FACILITATION = "facilitation", _("invitation to facilitate")
    FACILITATES = "facilitates", _("confirmation to a facilitator")
    RELIEVED = "relieved", _("end of facilitation")
    EVALUATION = "evaluation", _("evaluation")
    ACTION_PLAN = "action_plan", _("question about the action plan")
    WRITTEN = "written", _("written by hand")


class Part(StrEnum):
    """What somebody who is written to is in a workshop."""

    TAKES_PART = "takes_part"
    RUNS = "runs"
    ASKED = "asked"  # to run it


@dataclass(frozen=True)
class Letter:
    """What fills a template, and the links in it that are for the reader alone."""

    context: Mapping[str, Any]
    links: Mapping[str, str] = field(default_factory=dict)


def reminder(person: Person, session: Session, *, part: Part) -> Letter:
    """Of the session with which a workshop begins for the person, who takes part in it or runs it."""
    context = {
        "takes_part": part == Part.TAKES_PART,
        "session": session,
        "offset": offset(session.starts_at, session.zone),
        "in_room": session.mode != Session.Mode.ONLINE,
        "online": session.mode != Session.Mode.ROOM,
    }
    return Letter({**_about(session.workshop, person), **context})


def registered(registration: Registration, sessions: Sequence[Session]) -> Letter:
    """About a registration: what state it is in, and what it is for."""
    person = registration.person
    needs = _address(person, "own_needs", registration.workshop.code)
    context = {"registration": registration, "needs": needs}
    return Letter({**_about(registration.workshop, person), **_agenda(sessions), **context})


def asked(registration: Registration, sessions: Sequence[Session]) -> Letter:
    """An invitation or an offer, which is answered under links of the reader's own."""
    answers = _address(registration.person, "invitation", invitation_token(registration))
    until, zone = registration.offered_until, registration.workshop.zone
    context = {
        **registered(registration, sessions).context,
        "yes": YES,
        "no": NO,
        # As a clock at the place shows it, whatever zone the page is in.
        "until": local(until, zone).replace(tzinfo=None) if until else None,
    }
    return Letter(context, {YES: f"{answers}?answer=yes", NO: f"{answers}?answer=no"})


def changed(
    person: Person, workshop: Workshop, sessions: Sequence[Session], *, gone: Sequence[Entry], part: Part
) -> Letter:
    """What counts from now on, and what of that which the person was told is not held, or not for the person."""
    context = {"gone": gone, "part": part, "takes_part": part == Part.TAKES_PART}
    if part == Part.ASKED:
        context["answer"] = _address(person, "facilitation", workshop.code)
    return Letter({**_about(workshop, person), **_agenda(sessions), **context})


def stopped(person: Person, workshop: Workshop, *, takes_part: bool) -> Letter:
    """That a workshop is postponed or cancelled, with the reason."""
    return Letter({**_about(workshop, person), "takes_part": takes_part})


def facilitation(named: Facilitation, sessions: Sequence[Session]) -> Letter:
    """The question whether somebody will run a workshop, or help with it."""
    answer = _address(named.person, "facilitation", named.workshop.code)
    return Letter({**_about(named.workshop, named.person), **_agenda(sessions), **_part_of(named), "answer": answer})


def facilitates(named: Facilitation, sessions: Sequence[Session]) -> Letter:
    """That somebody runs a workshop, or helps with it, and when."""
    return Letter({**_about(named.workshop, named.person), **_agenda(sessions), **_part_of(named)})


def _part_of(named: Facilitation) -> dict[str, Any]:
    return {"named": named, "helps": named.right != Facilitation.Right.EVERYTHING}


def relieved(person: Person, workshop: Workshop, *, takes_part: bool) -> Letter:
    """That somebody does not run a workshop any more, and whether the person still comes to it."""
    return Letter({**_about(workshop, person), "takes_part": takes_part})


def evaluation(invitation: EvaluationInvitation, *, again: bool) -> Letter:
    """The question what a workshop was worth, or the reminder of it."""
    registration, wave = invitation.registration, invitation.wave
    own_page = _address(registration.person, "evaluation_answer", evaluation_token(invitation))
    context = {"wave": wave, "again": again, "link": OWN_PAGE}
    return Letter({**_about(wave.workshop, registration.person), **context}, {OWN_PAGE: own_page})


def action_plan(plan: ActionPlan) -> Letter:
    """The question what came of somebody's own plan."""
    workshop, person = plan.registration.workshop, plan.registration.person
    answer = _address(person, "action_plan_outcome", workshop.code)
    return Letter({**_about(workshop, person), "plan": plan, "answer": answer})


def _about(workshop: Workshop, person: Person) -> dict[str, Any]:
    page, others = _address(person, "workshop", workshop.code), _address(person, "workshops")
    return {"workshop": workshop, "page": page, "others": others}


def _agenda(sessions: Sequence[Session]) -> dict[str, Any]:
    first = sessions[0] if sessions else None
    return {"sessions": sessions, "first": first, "offset": offset(first.starts_at, first.zone) if first else ""}


def _address(person: Person, name: str, *args: Any) -> str:
    with override(person.language):
        return settings.SITE_ADDRESS + reverse(name, args=args)
