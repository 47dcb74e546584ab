"""Workshops and their states."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.services import record
from people.models import Account, Person
from workshops.errors import WorkshopError
from workshops.models import Facilitation, Outline, Registration, Room, Session, SignOff, Workshop, WorkshopRequest
from workshops.readiness import missing
from workshops.rules import RULE_FIELDS
from workshops.services.completion import complete_workshop
from workshops.services.evaluation import plan_waves
from workshops.services.facilitators import add_facilitator
from workshops.services.messages import plan_messages
from workshops.services.readiness import readiness_of
from workshops.services.records import recompute
from workshops.services.registrations import lock_workshop
from workshops.services.requests import fulfil_request
from workshops.services.sessions import add_sessions
from workshops.timetable import Slot
from workshops.zones import is_zone

Status = Workshop.Status

# From which states a state can be reached, and the sentence for those who ask in another one.
_WAYS: dict[str, tuple[set[str], str | Promise]] = {
    Status.PUBLISHED: (
        {Status.DRAFT, Status.POSTPONED},
        gettext_lazy("Only a draft or a postponed workshop can be published."),
    ),
    Status.RUNNING: ({Status.PUBLISHED}, gettext_lazy("Publish the workshop before you open a register.")),
    Status.ENDED: ({Status.PUBLISHED, Status.RUNNING}, gettext_lazy("Only a published or running workshop can end.")),
    Status.RECONCILED: (
        {Status.RUNNING, Status.ENDED},
        gettext_lazy("Only a running or ended workshop can have its registers completed."),
    ),
    Status.CLOSED: ({Status.RECONCILED}, gettext_lazy("Sign all registers before you close the workshop.")),
    Status.POSTPONED: (
        {Status.DRAFT, Status.PUBLISHED},
        gettext_lazy("Only a workshop that has not begun can be postponed."),
    ),
    Status.CANCELLED: (
        {Status.DRAFT, Status.PUBLISHED, Status.POSTPONED, Status.RUNNING},
        gettext_lazy("This workshop is over and cannot be cancelled any more."),
    ),
}


# What a certificate depends on.
_RULE = {"lock_on", "partial_share", *RULE_FIELDS}

# Who must agree, from nobody to the one whose word weighs most.
_APPROVALS: list[str] = [Workshop.Approval.NONE, Workshop.Approval.AGENCY, Workshop.Approval.PROGRAMME]

# What a session takes over from its outline.
_COPIED = ["number", "title_en", "title_ru", "title_be", "kind", "planned_minutes", "required"]


@transaction.atomic
def schedule_workshop(
    *,
    code: str,
    title_en: str,
    starts_on: date,
    outline: Outline | None = None,
    zone: str = "Europe/Minsk",
    room: Room | None = None,
    facilitators: Iterable[Person] = (),
    request: WorkshopRequest | None = None,
    actor: Account | None = None,
    **fields: Any,
) -> Workshop:
    """Plan a delivery of an outline as a draft: its sessions are copied to consecutive days from `starts_on`.

    `fields` are others of the workshop: title_ru, place, language, threshold, test … The first facilitator leads.
    The workshop answers `request`, if it was planned because of one. Raises WorkshopError for a code that is taken, a
    zone that does not exist, or a request that has its answer.
    """
    workshop = create_workshop(
        code=code, title_en=title_en, starts_on=starts_on, outline=outline, zone=zone, actor=actor, **fields
    )
    planned = [
        (
            Slot(starts_on + timedelta(days=each.day - 1), each.start_time, each.end_time),
            {"room": room, **{name: getattr(each, name) for name in _COPIED}},
        )
        for each in (outline.sessions.all() if outline else ())
    ]
    add_sessions(workshop=workshop, rows=planned, actor=actor)
    for place, person in enumerate(facilitators):
        add_facilitator(workshop=workshop, person=person, lead=place == 0, actor=actor)
    if request is not None:
        fulfil_request(request=request, workshop=workshop, actor=actor)
    return workshop


def create_workshop(*, code: str, starts_on: date, zone: str, actor: Account | None, **fields: Any) -> Workshop:
    """Make the draft of a workshop without sessions. Raises WorkshopError for a code that is taken or no zone."""
    if Workshop.objects.filter(code=code).exists():
        raise WorkshopError(_("A workshop with the code %(code)s exists already.") % {"code": code})
    if not is_zone(zone):
        raise WorkshopError(_("%(zone)s is no time zone.") % {"zone": zone})
    values = {"ends_on": starts_on, **fields}
    workshop = Workshop.objects.create(code=code, starts_on=starts_on, zone=zone, status_at=timezone.now(), **values)
    record("workshops.scheduled", obj=workshop, actor=actor, after={"code": code, "starts_on": str(starts_on)})
    return workshop


@transaction.atomic
def change_workshop(*, workshop: Workshop, actor: Account | None = None, **fields: Any) -> Workshop:
    """Change titles, place, language, lock date or the rule. Whoever completed under the earlier rule stays so, and
    whoever meets the new one completes now (`whom_a_rule_touches` names them beforehand).

    Once a register is signed, or the lock date is over, only those who see everybody change the rule and the lock date;
    once a register is signed nobody changes what late counts. While people wait for an approval, only those who see
    everybody let somebody of less weight give it; and managers give it only where no helper has the right to approve
    from before. Raises WorkshopError otherwise.
    """
    # Sessions before their workshop, as everybody who takes attendance locks them.
    sessions = list(
        Session.objects.filter(workshop=workshop, opened_at__isnull=False, sign_off__isnull=True)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    locked = lock_workshop(workshop)
    before = {name: getattr(locked, name) for name in fields if getattr(locked, name) != fields[name]}
    if not before:
        return locked
    _check_rule(locked, before, actor)
    _check_approval(locked, fields.get("approval", locked.approval), actor)
    for name in before:
        setattr(locked, name, fields[name])
    locked.save(update_fields=list(before))
    record(
        "workshops.changed",
        obj=locked,
        actor=actor,
        before={name: str(value) for name, value in before.items()},
        after={name: str(fields[name]) for name in before},
    )
    if "partial_share" in before:
        for session in sessions:
            session.workshop = locked
            recompute(session, session.records.values_list("person", flat=True))
    plan_messages(workshop=locked)
    if RULE_FIELDS.intersection(before):
        complete_workshop(locked)
    return locked


@transaction.atomic
def publish_workshop(*, workshop: Workshop, actor: Account | None = None) -> Workshop:
    """Show a workshop to everybody, and plan reminders for those who are confirmed.

    Raises WorkshopError for the first thing that is missing.
    """
    locked = lock_workshop(workshop)
    if locked.status == Status.PUBLISHED:
        return locked
    for check in missing(readiness_of(locked)):
        raise WorkshopError(check.sentence)
    published = move_to(locked, Status.PUBLISHED, actor=actor)
    plan_waves(workshop=published)
    plan_messages(workshop=published)
    return published


@transaction.atomic
def postpone_workshop(*, workshop: Workshop, reason: str, actor: Account | None = None) -> Workshop:
    """Postpone a workshop that has not begun, with a reason that everybody can read and participants are told."""
    return _stop(workshop, Status.POSTPONED, reason, actor)


@transaction.atomic
def cancel_workshop(*, workshop: Workshop, reason: str, actor: Account | None = None) -> Workshop:
    """Cancel a workshop, with a reason that everybody can read and participants are told.

    Attendance stays; nobody completes it.
    """
    return _stop(workshop, Status.CANCELLED, reason, actor)


@transaction.atomic
def close_workshop(*, workshop: Workshop, actor: Account | None = None) -> Workshop:
    """Close a workshop whose registers are all signed."""
    locked = lock_workshop(workshop)
    if locked.sessions.filter(sign_off__isnull=True).exists():
        raise WorkshopError(_WAYS[Status.CLOSED][1])
    complete_workshop(locked)
    return move_to(locked, Status.CLOSED, actor=actor)


@transaction.atomic
def end_due_workshops() -> int:
    """End what is over by the clock and not yet by its registers. Returns how many."""
    now = timezone.now()
    going_on = Workshop.objects.filter(status__in=[Status.PUBLISHED, Status.RUNNING])
    due = going_on.annotate(last=Max("sessions__ends_at")).filter(last__lte=now).values_list("pk", flat=True)
    for pk in list(due):
        move_to(Workshop.objects.select_for_update(no_key=True).get(pk=pk), Status.ENDED)
    return len(due)


def move_to(locked: Workshop, status: str, *, reason: str = "", actor: Account | None = None) -> Workshop:
    """Move a locked workshop to a state, if its present one allows that. The state it has already changes nothing."""
    if locked.status == status:
        return locked
    allowed, sentence = _WAYS[status]
    if locked.status not in allowed:
        raise WorkshopError(sentence)
    before, after = {"status": locked.status}, {"status": str(status)}
    was_stopped = locked.is_stopped
    locked.status, locked.status_at, locked.status_reason = status, timezone.now(), reason
    locked.sequence += was_stopped or locked.is_stopped
    locked.save(update_fields=["status", "status_at", "status_reason", "sequence"])
    record(f"workshops.{status}", obj=locked, actor=actor, before=before, after=after, reason=reason)
    return locked


def _stop(workshop: Workshop, status: str, reason: str, actor: Account | None) -> Workshop:
    locked = lock_workshop(workshop)
    before = locked.status
    stopped = move_to(locked, status, reason=reason, actor=actor)
    if before != status:
        plan_waves(workshop=stopped)
        plan_messages(workshop=stopped)
    return stopped


def fixed_fields(workshop: Workshop, account: Account | None) -> set[str]:
    """Which fields of a workshop an account can no longer change, so that nobody bends the rule after the fact.

    Without an account it is the system that asks.
    """
    signed = SignOff.objects.filter(session__workshop=workshop).exists()
    over = workshop.lock_on is not None and timezone.localdate() > workshop.lock_on
    fixed = {"partial_share"} if signed else set()
    if (signed or over) and account is not None and not account.sees_everybody:
        fixed |= _RULE
    return fixed


def _check_rule(locked: Workshop, changed: Collection[str], actor: Account | None) -> None:
    stopped = fixed_fields(locked, actor).intersection(changed)
    if "partial_share" in stopped:
        raise WorkshopError(_("A register is signed, so what late or left early counts stays as it is."))
    if stopped:
        raise WorkshopError(
            _("A register is signed or locked, so only a programme manager can change the rule and the lock date.")
        )


def _check_approval(locked: Workshop, approval: str, actor: Account | None) -> None:
    """Whoever runs a workshop gets round neither those whose word people are waiting for, nor those who hand it on."""
    to_programme = approval == Workshop.Approval.PROGRAMME and approval != locked.approval
    if to_programme and locked.facilitations.standing().filter(right=Facilitation.Right.APPROVE).exists():
        raise WorkshopError(
            _("Take the right to approve from the helpers first: from now on programme managers hand it on.")
        )
    lowered = _APPROVALS.index(approval) < _APPROVALS.index(locked.approval)
    if not lowered or actor is None or actor.sees_everybody:
        return
    waiting = locked.registrations.filter(state=Registration.State.PENDING).count()
    if waiting:
        raise WorkshopError(
            ngettext(
                "%(count)d person waits for an approval, so only a programme manager can let fewer agree.",
                "%(count)d people wait for an approval, so only a programme manager can let fewer agree.",
                waiting,
            )
            % {"count": waiting}
        )
