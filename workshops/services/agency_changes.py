"""What a workshop makes of people who belong to another agency from a day on, and of agencies that others follow."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from people.models import Agency
from workshops.models import Registration, SeatPool, Session
from workshops.models.registrations import RegistrationQuerySet
from workshops.services.records import lock_session, restamp_agencies


@transaction.atomic
def follow_memberships(*, people: Collection[int], since: date) -> int:
    """Let minutes of registers that are open and not signed count for the agencies of their day, as known now.

    What was signed stays as it was signed. Returns how many registers were looked at.
    """
    unsigned = _unsigned_since(since).filter(records__person__in=people).order_by("pk").distinct()
    sessions = [lock_session(pk) for pk in unsigned.values_list("pk", flat=True)]
    for session in sessions:
        restamp_agencies(session)
        record("workshops.register_restamped", obj=session, after={"people": sorted(people), "since": str(since)})
    return len(sessions)


@transaction.atomic
def follow_agency(*, agency: Agency, successor: Agency, people: Collection[int] | None, since: date) -> int:
    """Let registrations and seats for workshops that begin on a day or later count for an agency's successor.

    `people` narrows it to those who go there, without the seats that were kept for all. Workshops that have begun keep
    the agency of their registrations: only the minutes of their later days go over. Returns how many moved.
    """
    coming = _registrations_since(since).filter(agency=agency)
    if people is not None:
        coming = coming.filter(person__in=people)
    moved = coming.update(agency=successor)
    kept = SeatPool.objects.filter(agency=agency, workshop__starts_on__gte=since)
    for pool in kept.order_by("pk") if people is None else ():
        _hand_over(pool, successor)
    if moved:
        after = {"agency": successor.code, "registrations": moved, "since": str(since)}
        record("workshops.registrations_followed_agency", obj=agency, before={"agency": agency.code}, after=after)
    return moved


def foretell_registrations(agencies: Sequence[Agency], day: date) -> list[str]:
    """Say what a change of agencies on a day does to registrations, open registers and figures of workshops."""
    coming = _registrations_since(day).active().filter(agency__in=agencies).count()
    open_registers = _unsigned_since(day).filter(records__agency__in=agencies).distinct().count()
    pools = SeatPool.objects.filter(agency__in=agencies, workshop__starts_on__gte=day).count()
    return [
        ngettext(
            "%(count)d registration for workshops to come goes over.",
            "%(count)d registrations for workshops to come go over.",
            coming,
        )
        % {"count": coming},
        ngettext(
            "Seats are kept in %(count)d workshop to come, and go over as well.",
            "Seats are kept in %(count)d workshops to come, and go over as well.",
            pools,
        )
        % {"count": pools},
        ngettext(
            "%(count)d open register of a session on or after that day is counted anew. Signed registers stay.",
            "%(count)d open registers of sessions on or after that day are counted anew. Signed registers stay.",
            open_registers,
        )
        % {"count": open_registers},
        _("A workshop that has begun before that day keeps the agency of its registrations."),
    ]


def _hand_over(pool: SeatPool, successor: Agency) -> None:
    """Give a pool to the successor; where it has seats of its own in this workshop, these become more."""
    own = SeatPool.objects.filter(workshop=pool.workshop_id, agency=successor).first()
    if own is None:
        SeatPool.objects.filter(pk=pool.pk).update(agency=successor)
        return
    SeatPool.objects.filter(pk=own.pk).update(seats=F("seats") + pool.seats)
    pool.registrations.update(pool=own)
    pool.delete()


def _registrations_since(day: date) -> RegistrationQuerySet:
    return Registration.objects.filter(workshop__starts_on__gte=day)


def _unsigned_since(day: date) -> QuerySet[Session]:
    return Session.objects.filter(day__gte=day, opened_at__isnull=False, sign_off__isnull=True)
