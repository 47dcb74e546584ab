"""Seats by pool, and the waiting lists that fill them. Callers hold the lock of the workshop unless it is said here."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from core.jobs import for_each
from people.models import Account, Agency
from workshops import seats as rules
from workshops.errors import SeatError
from workshops.models import Registration, SeatPool, Session, Workshop
from workshops.models.registrations import SeatPoolQuerySet
from workshops.services.states import State, begins_at, lock_workshop, move

# Whom the clock asks for nothing: nobody answers before a workshop is published, or while it is postponed.
_ASLEEP = [Workshop.Status.DRAFT, Workshop.Status.POSTPONED, Workshop.Status.CANCELLED]


def pools_of(workshop: Workshop) -> list[rules.Pool]:
    """The pools of a workshop with the seats that are taken, as the rules see them."""
    pools = SeatPool.objects.filter(workshop=workshop).select_related("agency").with_taken()
    return [rules.Pool(pool.pk, _path(pool.agency), pool.seats, pool.taken) for pool in pools]


def waiting_lists(workshop: Workshop) -> dict[int | None, list[int]]:
    """Keys of the registrations that wait, in the order of each pool's list, by the key of the pool. Needs no lock."""
    waiting = _waiting(workshop)
    lists = rules.waiting_lists(pools_of(workshop) if waiting else [], [_seen(each) for each in waiting])
    return {pool: [each.key for each in people] for pool, people in lists.items()}


def waiting_places(workshop: Workshop) -> dict[int, int]:
    """The places of those who wait, each on the own list: 1 is next. Needs no lock."""
    return {key: place for keys in waiting_lists(workshop).values() for place, key in enumerate(keys, start=1)}


def take_free_seat(registration: Registration) -> bool:
    """Give a registration the nearest free seat, or say that there is none. Without pools there is no limit."""
    pools = pools_of(registration.workshop)
    free = rules.free_pool(pools, _path(registration.agency))
    registration.pool_id = free.key if free else None
    return free is not None or not pools


def check_seats_exist(workshop: Workshop, agency: Agency) -> None:
    """Raise SeatError when no seat of a workshop is meant for people of an agency."""
    pools = pools_of(workshop)
    if pools and not rules.nearest_first(pools, _path(agency)):
        raise SeatError(full_sentence(workshop, agency))


def full_sentence(workshop: Workshop, agency: Agency) -> str:
    """Why somebody of an agency cannot be confirmed now."""
    seats = sum(pool.seats for pool in rules.nearest_first(pools_of(workshop), _path(agency)))
    if not seats:
        return _("%(workshop)s has no seats for %(agency)s.") % {"workshop": workshop, "agency": agency}
    return ngettext(
        "The only seat for %(agency)s is taken.", "All %(seats)d seats for %(agency)s are taken.", seats
    ) % {"agency": agency, "seats": seats}


def offer_free_seats(locked: Workshop, now: datetime) -> int:
    """Offer every free seat to whoever is next, until the offer runs out or the workshop begins. Returns how many.

    So a seat is only ever free while nobody waits who could take it.
    """
    begins = begins_at(locked)
    if locked.status != Workshop.Status.PUBLISHED or begins is None or begins <= now:
        return 0
    waiting = {each.pk: each for each in _waiting(locked)}
    if not waiting:
        return 0
    found = rules.offers(pools_of(locked), [_seen(each) for each in waiting.values()])
    for who, pool in found:
        registration = waiting[who.key]
        registration.workshop = locked
        registration.pool_id = pool.key if pool else None
        registration.offered_until = min(now + timedelta(hours=locked.offer_hours), begins)
        move(registration, State.OFFERED, after={"until": registration.offered_until.isoformat()})
    return len(found)


def has_run_out(offered: Registration, now: datetime) -> bool:
    """Whether an offer can no longer be taken: its time is over, or the workshop has begun."""
    begins = begins_at(offered.workshop)
    until = offered.offered_until
    return until is None or until <= now or (begins is not None and begins <= now)


@transaction.atomic
def set_seats(
    *,
    workshop: Workshop,
    agency: Agency | None,
    seats: int | None,
    released_on: date | None = None,
    actor: Account | None = None,
) -> None:
    """Keep seats of a workshop for an agency and its subtree, or, without an agency, open ones; None removes the pool.

    People who were confirmed before the pool existed and belong to it take seats in it; whoever waits is offered what
    became free. From `released_on` on seats of an agency that nobody has are open to all. Raises SeatError when fewer
    seats are wanted than are taken. Takes the lock.
    """
    locked = lock_workshop(workshop)
    released_on = released_on if agency is not None else None
    pool = SeatPool.objects.filter(workshop=locked, agency=agency).first()
    if seats is None:
        _remove_pool(pool)
    elif pool is None:
        pool = SeatPool.objects.create(workshop=locked, agency=agency, seats=seats, released_on=released_on)
        _seat_earlier_people(pool)
    else:
        if released_on != pool.released_on:
            pool.released_at = None
        pool.seats, pool.released_on = seats, released_on
        pool.save(update_fields=["seats", "released_on", "released_at"])
    if seats is not None and pool is not None:
        _check_not_below(pool)
    after = {"agency": agency.code if agency else "", "seats": seats, "released_on": _written(released_on)}
    record("workshops.seats_set", obj=locked, actor=actor, after=after)
    offer_free_seats(locked, timezone.now())


def follow_waiting_lists() -> int:
    """End offers that ran out, release seats whose day has come, and offer what is free. Returns how many workshops.

    The clock calls this; each workshop is a transaction of its own.
    """
    now = timezone.now()
    registrations = Registration.objects.filter(workshop=OuterRef("pk"))
    begun = Session.objects.filter(workshop=OuterRef("workshop"), starts_at__lte=now)
    run_out = registrations.filter(Q(offered_until__lte=now) | Exists(begun), state=State.OFFERED)
    waiting = registrations.filter(state=State.WAITLISTED)
    due = Workshop.objects.exclude(status__in=_ASLEEP).filter(
        Exists(run_out)
        | Q(Exists(waiting) | Exists(_releasable().filter(workshop=OuterRef("pk"))), status=Workshop.Status.PUBLISHED)
    )
    return len(for_each(list(due), _follow))


@transaction.atomic
def _follow(workshop: Workshop) -> None:
    lapse_offers(workshop=workshop)
    release_unused_seats(workshop=workshop)
    offer_free_seats(lock_workshop(workshop), timezone.now())


@transaction.atomic
def lapse_offers(*, workshop: Workshop) -> int:
    """End the offers of a workshop whose time is over; whoever is next is offered the seat. Returns how many ended."""
    locked, now = lock_workshop(workshop), timezone.now()
    if locked.status in _ASLEEP:
        return 0
    offered = Registration.objects.filter(workshop=locked, state=State.OFFERED).select_related("person", "agency")
    ended = 0
    for each in offered.order_by("pk"):
        each.workshop = locked
        if has_run_out(each, now):
            move(each, State.LAPSED)
            ended += 1
    offer_free_seats(locked, now)
    return ended


@transaction.atomic
def release_unused_seats(*, workshop: Workshop) -> int:
    """Open the seats that agencies do not use from the day on that was set for it. Returns how many were opened.

    A seat that becomes free later follows, once nobody of the agency waits for it.
    """
    locked, now = lock_workshop(workshop), timezone.now()
    if locked.status != Workshop.Status.PUBLISHED:
        return 0
    released = 0
    for pool in _releasable().filter(workshop=locked).select_related("agency").with_taken():
        unused = pool.seats - pool.taken
        if unused > 0:
            pool.seats, pool.released_at = pool.taken, pool.released_at or now
            pool.save(update_fields=["seats", "released_at"])
            code = pool.agency.code if pool.agency else ""
            record("workshops.seats_released", obj=locked, after={"agency": code, "seats": unused})
            released += unused
    if released:
        open_pool = SeatPool.objects.get_or_create(workshop=locked, agency=None, defaults={"seats": 0})[0]
        open_pool.seats += released
        open_pool.save(update_fields=["seats"])
        offer_free_seats(locked, now)
    return released


def _releasable() -> SeatPoolQuerySet:
    """Pools of agencies whose day of release has come."""
    return SeatPool.objects.filter(agency__isnull=False, released_on__lte=timezone.localdate()).order_by("pk")


def _waiting(workshop: Workshop) -> list[Registration]:
    found = Registration.objects.filter(workshop=workshop, state=State.WAITLISTED)
    return list(found.select_related("person", "agency"))


def _seen(registration: Registration) -> rules.Waiting:
    """A registration as the rules see it."""
    return rules.Waiting(registration.pk, _path(registration.agency), registration.priority, registration.created_at)


def _path(agency: Agency | None) -> str:
    return (agency.path or "") if agency else ""


def _written(day: date | None) -> str:
    return str(day) if day else ""


def _remove_pool(pool: SeatPool | None) -> None:
    if pool is None:
        return
    if pool.registrations.exists():
        raise SeatError(_("People have seats of this kind. Set the number of seats instead of removing them."))
    pool.delete()


def _seat_earlier_people(pool: SeatPool) -> None:
    unseated = Registration.objects.filter(workshop=pool.workshop, pool__isnull=True, state__in=Registration.SEATED)
    unseated = unseated.exclude(source=Registration.Source.WALK_IN)
    if pool.agency is not None:
        unseated = unseated.filter(agency__in=Agency.objects.within(pool.agency))
    unseated.update(pool=pool)


def _check_not_below(pool: SeatPool) -> None:
    taken = SeatPool.objects.with_taken().get(pk=pool.pk).taken
    if pool.seats < taken:
        raise SeatError(
            ngettext("%(count)d seat is taken already.", "%(count)d seats are taken already.", taken) % {"count": taken}
        )
