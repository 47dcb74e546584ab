"""What a programme consists of beside modules and workshops: partners, components, agencies, periods, milestones."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from courses.models import Module
from people.models import Account, Agency
from programmes.errors import ProgrammeError
from programmes.models import (
    Component,
    Milestone,
    Programme,
    ProgrammePartner,
    ReportingPeriod,
    TargetAgency,
)
from programmes.services.planning import note_change, values_of
from workshops.models import Workshop

Part = ProgrammePartner | Component | TargetAgency | ReportingPeriod | Milestone
One = TypeVar("One", ProgrammePartner, Component, TargetAgency, ReportingPeriod, Milestone)


# --- Partners -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_partner(
    *, programme: Programme, part: str, name_en: str, actor: Account | None = None, **fields: Any
) -> ProgrammePartner:
    """Add an organisation behind those that are there; `fields` are names in other languages and the address."""
    last = programme.partners.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    partner = ProgrammePartner(programme=programme, part=part, name_en=name_en, position=position, **fields)
    return _added(partner, actor)


@transaction.atomic
def change_partner(*, partner: ProgrammePartner, actor: Account | None = None, **fields: Any) -> ProgrammePartner:
    """Change the part or the name of an organisation."""
    locked, before = _locked(partner, fields)
    return _changed(locked, before, actor)


# --- Components -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_component(
    *,
    programme: Programme,
    number: int,
    title_en: str,
    modules: Iterable[Module] = (),
    workshops: Iterable[Workshop] = (),
    actor: Account | None = None,
    **titles: Any,
) -> Component:
    """Add a part of the programme with some of its modules and workshops.

    Raises ProgrammeError for a number that another component has, or for what does not belong to the programme.
    """
    component = Component(programme=programme, number=number, title_en=title_en, **titles)
    _check_number(component)
    _added(component, actor)
    _fill(component, modules, workshops)
    return component


@transaction.atomic
def change_component(
    *,
    component: Component,
    modules: Iterable[Module],
    workshops: Iterable[Workshop],
    actor: Account | None = None,
    **fields: Any,
) -> Component:
    """Change number, titles, modules and workshops; raises as `add_component` does."""
    locked, before = _locked(component, fields)
    _check_number(locked)
    _changed(locked, before, actor)
    _fill(locked, modules, workshops)
    return locked


def _check_number(row: Component | ReportingPeriod) -> None:
    others = type(row).objects.filter(programme=row.programme_id, number=row.number).exclude(pk=row.pk)
    if not others.exists():
        return
    if isinstance(row, Component):
        raise ProgrammeError(_("Another component has the number %(number)d.") % {"number": row.number})
    raise ProgrammeError(_("Another reporting period has the number %(number)d.") % {"number": row.number})


def _fill(component: Component, modules: Iterable[Module], workshops: Iterable[Workshop]) -> None:
    programme, modules, workshops = component.programme, list(modules), list(workshops)
    known = set(programme.modules.values_list("pk", flat=True)), set(programme.workshops.values_list("pk", flat=True))
    if {each.pk for each in modules} - known[0] or {each.pk for each in workshops} - known[1]:
        raise ProgrammeError(_("A component consists of modules and workshops of its programme."))
    component.modules.set(modules)
    component.workshops.set(workshops)


# --- Agencies to reach ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_target_agency(
    *, programme: Programme, agency: Agency, seats: int, actor: Account | None = None
) -> TargetAgency:
    """Name an agency that the programme wants to reach, and for how many people it has room.

    Raises ProgrammeError for an agency within another one of the programme, or above one: people count once.
    """
    target = TargetAgency(programme=programme, agency=agency, seats=seats)
    _check_target(target)
    return _added(target, actor)


@transaction.atomic
def change_target_agency(*, target: TargetAgency, actor: Account | None = None, **fields: Any) -> TargetAgency:
    """Change the agency or the number of seats; raises as `add_target_agency` does."""
    locked, before = _locked(target, fields)
    _check_target(locked)
    return _changed(locked, before, actor)


def _check_target(target: TargetAgency) -> None:
    _wait_for_turn(target)
    if target.seats < 1:
        raise ProgrammeError(_("At least one seat is needed."))
    others = TargetAgency.objects.filter(programme=target.programme_id).exclude(pk=target.pk).select_related("agency")
    path = target.agency.path or ""
    # The other one stands above, is the same, or stands below.
    other = (
        others.alias(path=Value(path))
        .filter(Q(path__startswith=F("agency__path")) | Q(agency__path__startswith=path))
        .first()
    )
    if other is None:
        return
    values = {"agency": target.agency.name, "other": other.agency.name}
    if other.agency_id == target.agency_id:
        raise ProgrammeError(_("%(agency)s is named already.") % values)
    if path.startswith(other.agency.path or ""):
        words = _("%(agency)s belongs to %(other)s, which is named already: its people would count twice.")
    else:
        words = _("%(other)s is named already and belongs to %(agency)s: its people would count twice.")
    raise ProgrammeError(words % values)


# --- Reporting periods ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_period(
    *, programme: Programme, number: int, starts_on: date, ends_on: date, actor: Account | None = None
) -> ReportingPeriod:
    """Add a time for which the programme reports.

    Raises ProgrammeError for a number that exists, days in disorder or outside the programme, and an overlap.
    """
    period = ReportingPeriod(programme=programme, number=number, starts_on=starts_on, ends_on=ends_on)
    _check_period(period)
    return _added(period, actor)


@transaction.atomic
def change_period(*, period: ReportingPeriod, actor: Account | None = None, **fields: Any) -> ReportingPeriod:
    """Change number or days; raises as `add_period` does."""
    locked, before = _locked(period, fields)
    _check_period(locked)
    return _changed(locked, before, actor)


def _check_period(period: ReportingPeriod) -> None:
    _wait_for_turn(period)
    _check_number(period)
    programme = period.programme
    if period.ends_on < period.starts_on:
        raise ProgrammeError(_("The period ends before it begins."))
    if period.starts_on < programme.starts_on or period.ends_on > programme.ends_on:
        words = _("The programme lasts from %(first)s to %(last)s; a reporting period lies within these days.")
        raise ProgrammeError(words % _days(programme))
    others = programme.periods.exclude(pk=period.pk)
    other = others.filter(starts_on__lte=period.ends_on, ends_on__gte=period.starts_on).first()
    if other is not None:
        words = _("Reporting period %(number)d, from %(first)s to %(last)s, has some of these days already.")
        raise ProgrammeError(words % {"number": other.number, **_days(other)})


def _days(row: Programme | ReportingPeriod) -> dict[str, str]:
    return {
        "first": date_format(row.starts_on, "SHORT_DATE_FORMAT"),
        "last": date_format(row.ends_on, "SHORT_DATE_FORMAT"),
    }


# --- Milestones -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_milestone(
    *, programme: Programme, title_en: str, due_on: date, actor: Account | None = None, **fields: Any
) -> Milestone:
    """Add something that is to be done by a day; `fields` are titles, component, `reached_on` and `evidence`.

    Raises ProgrammeError for a component of another programme, or when it is said to be reached without evidence.
    """
    milestone = Milestone(programme=programme, title_en=title_en, due_on=due_on, **fields)
    _check_milestone(milestone)
    return _added(milestone, actor)


@transaction.atomic
def change_milestone(*, milestone: Milestone, actor: Account | None = None, **fields: Any) -> Milestone:
    """Change a milestone, or say when it was reached and where that can be seen; raises as `add_milestone` does."""
    locked, before = _locked(milestone, fields)
    _check_milestone(locked)
    return _changed(locked, before, actor)


def _check_milestone(milestone: Milestone) -> None:
    check_component(milestone.component, milestone.programme_id)
    if milestone.reached_on is None:
        return
    if milestone.reached_on > timezone.localdate():
        raise ProgrammeError(_("A day that is still to come cannot be the one on which it was reached."))
    if not milestone.evidence.strip():
        raise ProgrammeError(_("Say where it can be seen that the milestone is reached."))


def check_component(component: Component | None, programme_id: int) -> None:
    """Raise ProgrammeError for a component of another programme."""
    if component is not None and component.programme_id != programme_id:
        raise ProgrammeError(_("The component belongs to another programme."))


# --- What all parts have in common ----------------------------------------------------------------------------------


@transaction.atomic
def remove_part(*, part: Part, actor: Account | None = None) -> None:
    """Remove a partner, a component, an agency to reach, a period or a milestone.

    Raises ProgrammeError for one that something else is about: a component with indicators or milestones, a period
    with targets, a milestone that is reached.
    """
    locked = type(part).objects.select_for_update().get(pk=part.pk)
    if sentence := _stays(locked):
        raise ProgrammeError(sentence)
    record(f"programmes.{part._meta.model_name}_removed", obj=locked, actor=actor, before={"is": str(locked)})
    locked.delete()


def _stays(part: Part) -> str:
    """Why a part cannot be removed, in a sentence; empty when it can."""
    if isinstance(part, Component) and (part.indicators.exists() or part.milestones.exists()):
        return _("This component stays: indicators or milestones belong to it.")
    if isinstance(part, ReportingPeriod) and (count := part.targets.count()):
        words = ngettext(
            "This period stays: %(count)d indicator has a target for it.",
            "This period stays: %(count)d indicators have targets for it.",
            count,
        )
        return words % {"count": count}
    if isinstance(part, Milestone) and part.reached_on is not None:
        return _("This milestone stays: it is reached.")
    return ""


def _wait_for_turn(part: TargetAgency | ReportingPeriod) -> None:
    """Whoever plans the same programme at the same time waits, so that two rows cannot get into each other's way."""
    Programme.objects.select_for_update().get(pk=part.programme_id)


def _added(part: One, actor: Account | None) -> One:
    part.save()
    record(f"programmes.{part._meta.model_name}_added", obj=part, actor=actor, after={"is": str(part)})
    return part


def _locked(part: One, fields: dict[str, Any]) -> tuple[One, dict[str, Any]]:
    """Return the row as it will be, not saved yet, and what its fields hold so far."""
    locked: One = type(part).objects.select_for_update().get(pk=part.pk)
    before = values_of(locked, fields)
    for name, value in fields.items():
        setattr(locked, name, value)
    return locked, before


def _changed(part: One, before: dict[str, Any], actor: Account | None) -> One:
    part.save()
    note_change(f"programmes.{part._meta.model_name}_changed", part, before, actor)
    return part
