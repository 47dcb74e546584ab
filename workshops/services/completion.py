"""Where people stand, and who has earned the certificate."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Attempt
from assessments.services import start_attempt
from audit.services import record
from people.models import Account
from workshops.attendance import Cell, Standing, made_up, stand
from workshops.errors import WorkshopError
from workshops.models import (
    AttendanceRecord,
    AttendanceStatus,
    EvaluationInvitation,
    PhaseAttempt,
    Registration,
    Session,
    Workshop,
)
from workshops.phases import Order, next_order, order_with
from workshops.rules import Rule, TestResult, explain, is_met
from workshops.services.registrations import lock_workshop
from workshops.signals import participation_changed, registration_completed

FORMS = {"A", "B"}


def standings(workshop: Workshop, registrations: Iterable[Registration]) -> dict[int, Standing]:
    """Return where each of the registrations stands, by its key; two queries however many there are."""
    registrations = list(registrations)
    sessions = list(workshop.sessions.select_related("sign_off"))
    return standings_in(sessions, registrations, timezone.now())


@transaction.atomic
def complete_if_earned(*, registration: Registration, at: datetime | None = None) -> bool:
    """Freeze the completion of a registration that meets the rule of its workshop. Returns whether it did so now.

    Earned when all registers of the required sessions of the person's track are signed, the share of all their planned
    minutes reaches the threshold, and whatever else the rule names is there (`workshops.rules`). A person completes a
    workshop once: of several registrations the one that stands is completed, whichever is given.
    """
    return complete_workshop(registration.workshop, only=registration, at=at) > 0


@transaction.atomic
def complete_workshop(workshop: Workshop, *, only: Registration | None = None, at: datetime | None = None) -> int:
    """Complete everybody in a workshop (or one of them) who has earned it. Returns how many it did complete."""
    if workshop.status == Workshop.Status.CANCELLED:
        return 0
    sessions = list(workshop.sessions.select_related("sign_off"))
    waiting = [each for each in _incomplete(workshop, only) if is_final(each, sessions)]
    if not waiting:
        return 0
    moment = at or timezone.now()
    counted = _explained(workshop, waiting, standings_in(sessions, waiting, moment), workshop.rule)
    completed = 0
    for registration in waiting:
        if is_met(counted[registration.pk]):
            registration.completion = counted[registration.pk]
            registration.completed_at = moment
            registration.save(update_fields=["completed_at", "completion"])
            record("workshops.completed", obj=registration, subject=registration.person, after=registration.completion)
            registration_completed.send(sender=Registration, registration=registration)
            completed += 1
    return completed


def explanations(
    workshop: Workshop, registrations: Collection[Registration], found: Mapping[int, Standing]
) -> dict[int, dict[str, Any]]:
    """Return what counts for each of the registrations, by its key: what was stored, or as it stands today.

    `found` are their standings. Two queries at most, none where the rule asks for hours only.
    """
    counted = _explained(workshop, registrations, found, workshop.rule)
    return {each.pk: each.completion or counted[each.pk] for each in registrations}


@dataclass(frozen=True)
class RuleChange:
    """Whom another rule would touch: who would meet it and does not, who would no longer; completions stay."""

    gain: list[Registration]
    lose: list[Registration]
    kept: int

    @property
    def touches(self) -> bool:
        return bool(self.gain or self.lose)


def whom_a_rule_touches(*, workshop: Workshop, rule: Rule) -> RuleChange:
    """Say whom another rule would touch, before it is saved. Writes nothing."""
    found = Registration.objects.ever_confirmed().filter(workshop=workshop).select_related("person", "agency")
    people = sorted(one_each(found), key=lambda each: (each.person.sort_name, each.pk))
    waiting = [each for each in people if each.completed_at is None]
    sessions = list(workshop.sessions.select_related("sign_off"))
    standing = standings_in(sessions, waiting, timezone.now())
    before, after = (
        {key for key, counted in _explained(workshop, waiting, standing, each).items() if is_met(counted)}
        for each in (workshop.rule, rule)
    )
    return RuleChange(
        gain=[each for each in waiting if each.pk in after - before and is_final(each, sessions)],
        lose=[each for each in waiting if each.pk in before - after],
        kept=len(people) - len(waiting),
    )


def complete_earned() -> int:
    """Complete whatever was earned and, by an accident, not noticed. Returns how many."""
    waiting = Registration.objects.ever_confirmed().filter(completed_at__isnull=True)
    open_ones = Workshop.objects.exclude(status=Workshop.Status.CLOSED).filter(pk__in=waiting.values("workshop"))
    workshops = open_ones.filter(sessions__sign_off__isnull=False).distinct()
    return sum(complete_workshop(workshop) for workshop in workshops)


@transaction.atomic
def start_phase_test(*, registration: Registration, phase: str, language: str) -> Attempt:
    """Start the test before or after, or return the attempt that is open.

    Of the people of a workshop half take form A before and B after, the others B before and A after. Who does what is
    settled by the attempt that a person starts first, see `workshops.phases`. A test that has closed can be gone on
    with. Attempts of other workshops with the same test neither count here nor are gone on with.
    """
    workshop = registration.workshop
    if workshop.test is None:
        raise WorkshopError(_("This workshop has no test."))
    if registration.state != Registration.State.CONFIRMED:
        raise WorkshopError(_("The test is for confirmed participants."))
    made = phase_attempts(registration)
    if not workshop.offers_test(phase) and not any(each.attempt.submitted_at is None for each in made[phase]):
        raise WorkshopError(_why_closed(workshop, phase))
    attempt = start_attempt(
        test=workshop.test,
        person=registration.person,
        agency=registration.agency,
        language=language,
        form=_form(registration, phase),
        phase=phase,
        occasion=workshop.code,
    )
    PhaseAttempt.objects.get_or_create(attempt=attempt, defaults={"registration": registration, "phase": phase})
    return attempt


@transaction.atomic
def switch_phase_test(*, workshop: Workshop, phase: str, opened: bool, actor: Account) -> Workshop:
    """Open or close the test before or after, whatever the workshop has come to. Who has begun can finish.

    Raises WorkshopError without a test, and for a workshop that is postponed or cancelled.
    """
    locked = lock_workshop(workshop)
    if locked.test_id is None:
        raise WorkshopError(_("This workshop has no test."))
    if locked.is_stopped:
        raise WorkshopError(_("This workshop does not take place as planned, so its tests are closed."))
    if locked.offers_test(phase) == opened:
        return locked
    now = timezone.now()
    setattr(locked, f"{phase}_closed_at", None if opened else now)
    if opened:
        setattr(locked, f"{phase}_opened_at", now)
    locked.save(update_fields=[f"{phase}_opened_at", f"{phase}_closed_at"])
    record(f"workshops.test_{'opened' if opened else 'closed'}", obj=locked, actor=actor, after={"phase": phase})
    return locked


def phase_attempts(registration: Registration) -> dict[str, list[PhaseAttempt]]:
    """What a person made of the tests of a workshop, by phase, in order; with whichever registration. One query."""
    links = PhaseAttempt.objects.filter(
        registration__workshop=registration.workshop_id, registration__person=registration.person_id
    ).select_related("attempt")
    made: dict[str, list[PhaseAttempt]] = {phase: [] for phase in PhaseAttempt.Phase.values}
    for link in links.order_by("attempt"):
        made[link.phase].append(link)
    return made


@transaction.atomic
def note_attempt(*, attempt: Attempt) -> None:
    """Take notice of a test before or after that was marked."""
    link = PhaseAttempt.objects.select_related("registration__workshop").filter(attempt=attempt).first()
    if link is not None:
        participation_changed.send(sender=Registration, registration_id=link.registration_id)
        complete_if_earned(registration=link.registration)


def _why_closed(workshop: Workshop, phase: str) -> str:
    """Why nobody can begin a test of the workshop now."""
    before = phase == PhaseAttempt.Phase.PRE
    if workshop.is_stopped:
        return _("This workshop does not take place as planned, so its tests are closed.")
    if getattr(workshop, f"{phase}_closed_at") is not None:
        return _("The test before is closed.") if before else _("The test after is closed.")
    if before:
        return _("The test before closes when the workshop begins.")
    return _("The test after opens when the workshop has begun.")


def _form(registration: Registration, phase: str) -> str:
    """The form that somebody takes in a phase; an empty string where the test has no two forms."""
    workshop = registration.workshop
    if set(workshop.test.sections.values_list("form", flat=True)) != FORMS:  # type: ignore[union-attr]
        return ""
    # One after the other, so that two who begin at the same moment do not both make the same half fuller.
    lock_workshop(workshop)
    orders = orders_of(workshop)
    known = orders.get(registration.person_id)
    others = ((agency, order) for agency, order in orders.values())
    return (known[1] if known else next_order(others, registration.agency_id)).form(phase)


def orders_of(workshop: Workshop) -> dict[int, tuple[int, Order]]:
    """Who took which form first in a workshop: {person: (agency, order)}, in the order in which they began."""
    made = PhaseAttempt.objects.filter(registration__workshop=workshop, attempt__form__in=FORMS).order_by("attempt")
    found: dict[int, tuple[int, Order]] = {}
    for person, agency, phase, form in made.values_list(
        "registration__person", "registration__agency", "phase", "attempt__form"
    ):
        found.setdefault(person, (agency, order_with(phase, form)))
    return found


def _incomplete(workshop: Workshop, only: Registration | None) -> list[Registration]:
    """One registration of everybody who was confirmed at some time and has not completed: the one that stands, else the
    latest. Locked, so that nothing is completed twice."""
    found = Registration.objects.ever_confirmed().filter(workshop=workshop)
    if only is not None:
        found = found.filter(person=only.person_id)
    locked = found.select_for_update(of=("self",), no_key=True).select_related("person", "agency", "workshop")
    return [each for each in one_each(locked) if each.completed_at is None]


def one_each(registrations: Iterable[Registration]) -> list[Registration]:
    """Of several registrations of a person the completed one, else the one that stands, else the latest."""
    standing: dict[int, Registration] = {}
    for each in sorted(registrations, key=lambda one: (one.completed_at is not None, one.state in one.ACTIVE, one.pk)):
        standing[each.person_id] = each
    return list(standing.values())


def _explained(
    workshop: Workshop, registrations: Collection[Registration], found: Mapping[int, Standing], rule: Rule
) -> dict[int, dict[str, Any]]:
    """What counts for each of the registrations under a rule, by its key; `found` are their standings."""
    made = PhaseAttempt.objects.filter(registration__workshop=workshop)
    made = made.filter(registration__person__in=[each.person_id for each in registrations])
    results = test_results(marked_after(made)) if workshop.test_id is not None else {}
    invited = (
        set(invited_to([workshop]).values_list("registration__person", flat=True)) if rule.evaluation_invited else set()
    )
    return {
        each.pk: explain(
            found[each.pk], rule, results.get((workshop.pk, each.person_id)), invited=each.person_id in invited
        )
        for each in registrations
    }


def invited_to(workshops: Any) -> QuerySet[EvaluationInvitation]:
    """Who was asked for an evaluation of one of the workshops; whether they answered is nobody's business."""
    return EvaluationInvitation.objects.filter(wave__workshop__in=workshops)


def is_final(registration: Registration, sessions: Iterable[Session]) -> bool:
    """Whether all required sessions of the person's track are signed, and there are any."""
    required = [each for each in sessions if each.required and each.track in {"", registration.track}]
    return bool(required) and all(each.is_signed for each in required)


def marked_after(made: QuerySet[PhaseAttempt]) -> QuerySet[PhaseAttempt]:
    """Of these, the marked attempts at the test after, with what `test_results` reads of them."""
    marked = made.filter(phase=PhaseAttempt.Phase.POST, attempt__mark__isnull=False)
    return marked.select_related("attempt", "registration")


def test_results(marked: Iterable[PhaseAttempt]) -> dict[tuple[int, int], TestResult]:
    """The best of them by workshop and person, whichever registration it was made with."""
    best: dict[tuple[int, int], TestResult] = {}
    for link in marked:
        result = TestResult(link.attempt.mark or 0, link.attempt.max_mark)
        key = (link.registration.workshop_id, link.attempt.person_id)
        known = best.get(key)
        if known is None or result.mark * known.max_mark > known.mark * result.max_mark:
            best[key] = result
    return best


def standings_in(
    sessions: Iterable[Session], registrations: Iterable[Registration], now: datetime
) -> dict[int, Standing]:
    """Return where registrations of one workshop stand in its sessions, by their keys. One query."""
    sessions, registrations = list(sessions), list(registrations)
    people = [each.person_id for each in registrations]
    records = records_of(AttendanceRecord.objects.filter(session__in=sessions, person__in=people))
    return {each.pk: standing_with(sessions, each, records[each.person_id], now) for each in registrations}


def records_of(found: Iterable[AttendanceRecord]) -> dict[int, dict[int, AttendanceRecord]]:
    """Return records of attendance by person and session."""
    records: dict[int, dict[int, AttendanceRecord]] = defaultdict(dict)
    for each in found:
        records[each.person_id][each.session_id] = each
    return records


def standing_with(
    sessions: Iterable[Session], registration: Registration, records: Mapping[int, AttendanceRecord], now: datetime
) -> Standing:
    """Return where somebody stands in the sessions of a workshop, with the records of that person."""
    return stand(_cells(sessions, registration, records, now))


def _cells(
    sessions: Iterable[Session], registration: Registration, records: Mapping[int, AttendanceRecord], now: datetime
) -> list[Cell]:
    """The sessions of a person's track as they stand for the person, what makes up for one another taken together."""
    mine = [session for session in sessions if session.track in {"", registration.track}]
    cells = {session.pk: _cell(registration, session, records, now) for session in mine}
    make_ups = defaultdict(list)
    for session in mine:
        if session.makes_up_for_id is not None:
            make_ups[session.makes_up_for_id].append(cells[session.pk])
    return [made_up(cells[session.pk], make_ups[session.pk]) for session in mine]


def _cell(registration: Registration, session: Session, records: Mapping[int, AttendanceRecord], now: datetime) -> Cell:
    """A session as it stands for a person; before its register opens, dates or what the person missed say whether the
    person is expected."""
    found, missed = records.get(session.pk), records.get(session.makes_up_for_id or 0)
    lacking = missed is not None and missed.credited_minutes < missed.planned_minutes
    return Cell(
        planned=found.planned_minutes if found else session.planned_minutes,
        credited=found.credited_minutes if found else 0,
        required=session.required,
        expected=found is not None
        or registration.is_expected_in(session)
        or registration.may_make_up(session, lacking=lacking),
        held=session.is_signed or session.ends_at <= now,
        recorded=found is not None and found.status != AttendanceStatus.NOT_RECORDED,
        final=session.is_signed,
        day=session.day.isoformat(),
        kind=session.kind,
    )
