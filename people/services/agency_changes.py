"""Changes of agencies with a date: a new name, a move in the tree, a merger, a split, an end (decision 3).

A row never changes into another one. It closes the day before; a successor opens on the day, and everybody who belonged
to the one belongs to the other from then on. `plan_change` says all of this and writes nothing; `carry_out_change`
plans once more under locks and writes exactly that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from people import consequences
from people.errors import PeopleError
from people.models import (
    Account,
    Agency,
    AgencyDomain,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    Role,
    RoleGrant,
    Transfer,
)
from people.services.agencies import create_agency
from people.signals import agency_succeeded, memberships_changed

NAMES = ("name_en", "name_ru", "name_be")
CODE_LENGTH = 40
_NUMBERED = re.compile(r"^(?P<stem>.+)\.(?P<number>\d+)$")


class ChangeKind(models.TextChoices):
    """What happens to an agency on a day."""

    RENAME = "rename", gettext_lazy("new name")
    MOVE = "move", gettext_lazy("move in the tree")
    MERGE = "merge", gettext_lazy("merger")
    SPLIT = "split", gettext_lazy("split")
    CLOSE = "close", gettext_lazy("end")


@dataclass(frozen=True)
class Part:
    """An agency that takes the place of another: its code (derived when it is empty) and its names."""

    names: Mapping[str, str]
    code: str = ""


@dataclass(frozen=True)
class Change:
    """What a manager wants. `on` is the first day of what comes after.

    parts: the successor of a rename or a move, the successors of a split, the first of which is the named one. parent:
    where a moved agency stands (None: at the top). into: with which agency one is merged. people and below: of a split,
    by id of a person or of an agency directly below, the place of the part to which it goes; the first where nothing is
    said. keep_coordinators: whether coordinators of a merged agency coordinate the other one from then on.
    """

    kind: ChangeKind
    agency: Agency
    on: date
    reason: str
    parts: Sequence[Part] = ()
    parent: Agency | None = None
    into: Agency | None = None
    people: Mapping[int, int] = field(default_factory=dict)
    below: Mapping[int, int] = field(default_factory=dict)
    keep_coordinators: bool = True


@dataclass
class Opening:
    """A row that will open instead of another. `parent` is a row that is there, or one that opens as well."""

    code: str
    names: Mapping[str, str]
    instead_of: Agency
    parent: "Agency | Opening | None"
    row: Agency | None = None

    def __str__(self) -> str:
        return self.names["name_en"] if self.row is None else str(self.row)


Heir = Agency | Opening


@dataclass(frozen=True)
class Move:
    """Somebody's membership or role that goes to another agency on the day; without an heir it ends.

    `origin` is the id of the agency that it leaves.
    """

    what: Any
    origin: int
    heirs: tuple[Heir, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a change writes, said before it is written."""

    change: Change
    closing: list[Agency]
    opening: list[Opening]
    heirs: Mapping[int, tuple[Heir, ...]]
    memberships: list[Move]
    grants: list[Move]
    foretold: list[str]

    @property
    def last_day(self) -> date:
        """The day on which the closing rows are there for the last time."""
        return self.change.on - timedelta(days=1)

    @property
    def people(self) -> int:
        """How many different people move, or lose their agency."""
        return len({each.what.person_id for each in self.memberships})

    @property
    def coordinators(self) -> int:
        """How many different accounts coordinate another agency from then on, or none."""
        return len({each.what.account_id for each in self.grants})


def plan_change(change: Change) -> Plan:
    """Say what a change would write. Raises PeopleError where it cannot be made."""
    closing = _closing(change)
    _check_dates(change, closing)
    _CHECKS[change.kind](change, closing)
    opening, heirs = _succession(change, closing)
    memberships = _membership_moves(change, closing, heirs)
    if change.kind == ChangeKind.CLOSE and any(each.what.valid_from >= change.on for each in memberships):
        raise PeopleError(_("Somebody joins this agency only after that day. Choose a later one."))
    return Plan(
        change,
        closing,
        opening,
        heirs,
        memberships,
        _grant_moves(change, closing, heirs),
        consequences.foretold(closing, change.on),
    )


@transaction.atomic
def carry_out_change(*, change: Change, actor: Account | None) -> Agency | None:
    """Make a change and return the successor (None where an agency ends).

    Everything as `plan_change` says it, planned again under locks. Raises PeopleError where it cannot be made (any
    more), for instance because somebody else was first.
    """
    # In one order, so that two changes at once wait for each other instead of for ever.
    list(Agency.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    agency = Agency.objects.get(pk=change.agency.pk)
    plan = plan_change(replace(change, agency=agency))
    for opening in plan.opening:
        _open(opening, plan, actor)
    for closed in plan.closing:
        _close(closed, plan, actor)
    for move in plan.memberships:
        _move_membership(move, plan, actor)
    for move in plan.grants:
        _move_grant(move, plan, actor)
    for closed in plan.closing:
        _announce(closed, plan)
        _hand_over_waiting(closed, plan, actor)
    memberships_changed.send(
        sender=Membership, people={each.what.person_id for each in plan.memberships}, since=change.on
    )
    first = plan.heirs[agency.pk][:1]
    return _row(first[0]) if first else None


def next_code(code: str, taken: set[str]) -> str:
    """Return the code of a successor: "GOV-11" is followed by "GOV-11.2", that one by "GOV-11.3".

    >>> next_code("GOV-11", set()), next_code("GOV-11.2", {"GOV-11.3"})
    ('GOV-11.2', 'GOV-11.4')
    """
    found = _NUMBERED.match(code)
    stem, number = (found["stem"], int(found["number"])) if found else (code, 1)
    while True:
        number += 1
        ending = f".{number}"
        derived = stem[: CODE_LENGTH - len(ending)] + ending
        if derived not in taken:
            return derived


# --- Whether it can be ----------------------------------------------------------------------------------------------
def _closing(change: Change) -> list[Agency]:
    """The agency and what stands below it and is there on the day, from above."""
    agency = change.agency
    if agency.closed_on is not None:
        raise PeopleError(_("%(agency)s is closed already.") % {"agency": agency})
    below = Agency.objects.within(agency).exclude(pk=agency.pk)
    rows = list(below.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=change.on)))
    return [agency, *sorted(rows, key=lambda each: (each.depth, each.code))]


def _check_dates(change: Change, closing: Sequence[Agency]) -> None:
    for each in closing:
        if each.opened_on is not None and each.opened_on >= change.on:
            raise PeopleError(
                _("%(agency)s opened only on %(day)s. Choose a later day.")
                % {"agency": each, "day": date_format(each.opened_on)}
            )
        if each.closed_on is not None:
            raise PeopleError(
                _("%(agency)s closes on %(day)s by another change. Choose a day after it.")
                % {"agency": each, "day": date_format(each.closed_on)}
            )


def _check_rename(change: Change, closing: Sequence[Agency]) -> None:
    [part] = change.parts
    if all(part.names[name] == getattr(change.agency, name) for name in NAMES):
        raise PeopleError(_("The names are the same as before."))
    _check_codes(change)


def _check_move(change: Change, closing: Sequence[Agency]) -> None:
    if change.parent is not None and change.parent.pk in {each.pk for each in closing}:
        raise PeopleError(_("An agency cannot stand below itself."))
    if (change.parent.pk if change.parent else None) == change.agency.parent_id:
        raise PeopleError(_("%(agency)s stands there already.") % {"agency": change.agency})
    _check_there(change.parent, change.on)
    _check_codes(change)


def _check_merge(change: Change, closing: Sequence[Agency]) -> None:
    if change.into is None:
        raise PeopleError(_("Say with which agency it is merged."))
    if change.into.pk in {each.pk for each in closing}:
        raise PeopleError(_("An agency cannot be merged with itself or with one below it."))
    _check_there(change.into, change.on)


def _check_split(change: Change, closing: Sequence[Agency]) -> None:
    if len(change.parts) < 2:  # noqa: PLR2004 - fewer are no split
        raise PeopleError(_("A split has two parts at least."))
    _check_codes(change)


def _check_close(change: Change, closing: Sequence[Agency]) -> None:
    """Any agency may end."""


_CHECKS = {
    ChangeKind.RENAME: _check_rename,
    ChangeKind.MOVE: _check_move,
    ChangeKind.MERGE: _check_merge,
    ChangeKind.SPLIT: _check_split,
    ChangeKind.CLOSE: _check_close,
}


def _check_there(agency: Agency | None, day: date) -> None:
    if agency is not None and not Agency.objects.open_on(day).filter(pk=agency.pk, closed_on__isnull=True).exists():
        raise PeopleError(_("%(agency)s is not there on that day, or closes later.") % {"agency": agency})


def _check_codes(change: Change) -> None:
    """Codes name one agency for ever, also one that is closed."""
    codes = [part.code for part in change.parts if part.code]
    taken = Agency.objects.filter(code__in=codes).values_list("code", flat=True).first()
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if taken or twice:
        raise PeopleError(_("The code “%(code)s” belongs to another agency.") % {"code": taken or twice})


# --- Who follows whom -----------------------------------------------------------------------------------------------
def _succession(change: Change, closing: Sequence[Agency]) -> tuple[list[Opening], dict[int, tuple[Heir, ...]]]:
    """Rows that open, from above, and by closing agency who takes its place."""
    if change.kind == ChangeKind.CLOSE:
        return [], {each.pk: () for each in closing}
    taken = {*Agency.objects.values_list("code", flat=True), *(part.code for part in change.parts)}
    top, heirs = change.agency, dict[int, tuple[Heir, ...]]()
    openings: list[Opening] = []
    if change.kind == ChangeKind.MERGE and change.into is not None:
        heirs[top.pk] = (change.into,)
    else:
        parent = change.parent if change.kind == ChangeKind.MOVE else top.parent
        for part in change.parts:
            openings.append(Opening(part.code or next_code(top.code, taken), part.names, top, parent))
            taken.add(openings[-1].code)
        heirs[top.pk] = tuple(openings)
    for each in closing[1:]:
        above = heirs[each.parent_id or top.pk]
        place = change.below.get(each.pk, 0) if each.parent_id == top.pk else 0
        names = {name: getattr(each, name) for name in NAMES}
        opening = Opening(next_code(each.code, taken), names, each, above[place] if place < len(above) else above[0])
        taken.add(opening.code)
        openings.append(opening)
        heirs[each.pk] = (opening,)
    return openings, heirs


def _membership_moves(change: Change, closing: Sequence[Agency], heirs: Mapping[int, tuple[Heir, ...]]) -> list[Move]:
    """Memberships that reach into the time after, with where they go."""
    after = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=change.on), agency__in=closing)
    found = after.select_related("person", "agency").order_by("person__sort_name", "pk")
    return [Move(each, each.agency_id, _heirs_of(each.person_id, each.agency_id, change, heirs)[:1]) for each in found]


def _heirs_of(
    person_id: int | None, agency_id: int, change: Change, heirs: Mapping[int, tuple[Heir, ...]]
) -> tuple[Heir, ...]:
    """Where somebody goes: the part that was said for the person first, then the others."""
    found = heirs[agency_id]
    place = change.people.get(person_id or 0, 0) if agency_id == change.agency.pk else 0
    return (*found[place:], *found[:place]) if place < len(found) else found


def _grant_moves(change: Change, closing: Sequence[Agency], heirs: Mapping[int, tuple[Heir, ...]]) -> list[Move]:
    """Coordinators' roles that reach into the time after. Of a split, members go to their part, others have all."""
    after = RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=change.on), role=Role.COORDINATOR, agency__in=closing
    )
    members = set(Membership.objects.on(change.on).filter(agency=change.agency).values_list("person", flat=True))
    moves = []
    for each in after.select_related("account__person", "agency").order_by("account__email", "pk"):
        agency_id: int = each.agency_id or 0
        found = _heirs_of(each.account.person_id, agency_id, change, heirs)
        if each.account.person_id in members:
            found = found[:1]
        if change.kind == ChangeKind.MERGE and agency_id == change.agency.pk and not change.keep_coordinators:
            found = ()
        moves.append(Move(each, agency_id, found))
    return moves


# --- Writing --------------------------------------------------------------------------------------------------------
def _row(heir: Heir) -> Agency:
    if isinstance(heir, Agency):
        return heir
    assert heir.row is not None  # noqa: S101 - rows open from above, before anything goes there
    return heir.row


def _open(opening: Opening, plan: Plan, actor: Account | None) -> None:
    before = opening.instead_of
    heirs = plan.heirs[before.pk]
    opening.row = create_agency(
        code=opening.code,
        kind=before.kind,
        region=before.region,
        parent=_row(opening.parent) if opening.parent is not None else None,
        opened_on=plan.change.on,
        split_from=before if len(heirs) > 1 and heirs[0] is not opening else None,
        actor=actor,
        **opening.names,
    )


def _close(agency: Agency, plan: Plan, actor: Account | None) -> None:
    heirs = plan.heirs[agency.pk]
    agency.closed_on, agency.successor = plan.last_day, _row(heirs[0]) if heirs else None
    agency.save(update_fields=["closed_on", "successor"])
    record(
        "people.agency_closed",
        obj=agency,
        actor=actor,
        after={
            "change": plan.change.kind.value,
            "closed_on": str(plan.last_day),
            "successors": [_row(heir).code for heir in heirs],
        },
        reason=plan.change.reason,
    )


def _move_membership(move: Move, plan: Plan, actor: Account | None) -> None:
    membership: Membership = move.what
    before, until = membership.agency, membership.valid_to
    after = _row(move.heirs[0]) if move.heirs else None
    if after is not None and membership.valid_from >= plan.change.on:
        membership.agency = after
        membership.save(update_fields=["agency"])
    else:
        membership.valid_to = plan.last_day
        membership.save(update_fields=["valid_to"])
        if after is not None and not _belongs_already(membership, after, plan.change.on):
            Membership.objects.create(
                person=membership.person,
                agency=after,
                valid_from=plan.change.on,
                valid_to=until,
                post=membership.post,
                primary=membership.primary,
            )
    record(
        "people.agency_followed" if after else "people.membership_ended",
        obj=membership,
        actor=actor,
        subject=membership.person,
        before={"agency": before.code},
        after={"agency": after.code, "since": str(plan.change.on)} if after else {"until": str(plan.last_day)},
        reason=plan.change.reason,
    )


def _belongs_already(membership: Membership, agency: Agency, day: date) -> bool:
    """Whether somebody's second membership would double the first one."""
    own = Membership.objects.on(day).filter(person=membership.person, agency=agency)
    return not membership.primary and own.exists()


def _move_grant(move: Move, plan: Plan, actor: Account | None) -> None:
    grant: RoleGrant = move.what
    before, until, begins = grant.agency, grant.valid_to, max(grant.valid_from, plan.change.on)
    if grant.valid_from < plan.change.on:
        grant.valid_to = plan.last_day
        grant.save(update_fields=["valid_to"])
    else:
        grant.delete()  # it would have begun only after its agency
    for heir in move.heirs:
        agency = _row(heir)
        held = RoleGrant.objects.filter(account=grant.account, role=Role.COORDINATOR, agency=agency)
        if not held.filter(valid_to__isnull=True).exists():
            held.create(
                account=grant.account,
                role=Role.COORDINATOR,
                agency=agency,
                valid_from=begins,
                valid_to=until,
                granted_by=grant.granted_by,
            )
    record(
        "people.role_followed" if move.heirs else "people.role_revoked",
        obj=grant.account,
        actor=actor,
        subject=grant.account.person,
        before={"role": Role.COORDINATOR.value, "agency": before.code if before else ""},
        after={"agencies": [_row(heir).code for heir in move.heirs], "since": str(begins)},
        reason=plan.change.reason,
    )


def _announce(closed: Agency, plan: Plan) -> None:
    """Let the other apps follow: all to one successor, or of a split each part with its people."""
    heirs = plan.heirs[closed.pk]
    rest: tuple[Heir | None, ...] = heirs or (None,)
    # The named successor comes last and takes everything that is left.
    for heir in reversed(rest):
        named = heir is rest[0]
        agency_succeeded.send(
            sender=Agency,
            agency=closed,
            successor=_row(heir) if heir is not None else None,
            people=None if named else _going_to(heir, closed, plan),
            since=plan.change.on,
        )


def _going_to(heir: Heir | None, closed: Agency, plan: Plan) -> set[int]:
    leaving = [each for each in plan.memberships if each.origin == closed.pk and each.heirs]
    return {each.what.person_id for each in leaving if each.heirs[0] is heir}


# --- What waits -----------------------------------------------------------------------------------------------------
def _hand_over_waiting(closed: Agency, plan: Plan, actor: Account | None) -> None:
    """Let mail domains, invitations, requests to join and transfers follow to the named successor, or end."""
    heirs = plan.heirs[closed.pk]
    heir = _row(heirs[0]) if heirs else None
    domains = AgencyDomain.objects.filter(agency=closed)
    domains.update(agency=heir) if heir else domains.delete()
    _hand_over_invitations(closed, heir, plan)
    for asked in JoinRequest.objects.waiting().filter(agency=closed):
        if heir is None:
            asked.state, asked.decided_at, asked.decided_by = JoinRequest.State.REFUSED, timezone.now(), actor
            asked.reason = _("%(agency)s is closed.") % {"agency": closed}
        else:
            asked.agency, asked.since = heir, max(asked.since, plan.change.on)
        asked.save()
        record(
            "people.join_request_followed" if heir else "people.join_request_refused",
            obj=asked,
            actor=actor,
            before={"agency": closed.code},
            after={"agency": heir.code} if heir else {"state": asked.state},
            reason=plan.change.reason,
        )
    for transfer in Transfer.objects.asked().filter(Q(losing=closed) | Q(gaining=closed)):
        _hand_over_transfer(transfer, closed, heir, actor)


def _hand_over_invitations(closed: Agency, heir: Agency | None, plan: Plan) -> None:
    still = Invitation.objects.filter(agency=closed, accepted_at__isnull=True, withdrawn_at__isnull=True)
    doubled = Invitation.objects.filter(agency=heir, accepted_at__isnull=True, withdrawn_at__isnull=True)
    over = still.exclude(email__in=list(doubled.values_list("email", flat=True))) if heir else still.none()
    ids = list(over.values_list("pk", flat=True))
    still.exclude(pk__in=ids).update(withdrawn_at=timezone.now())
    moved = Invitation.objects.filter(pk__in=ids)
    moved.filter(since__lt=plan.change.on).update(since=plan.change.on)
    moved.update(agency=heir)


def _hand_over_transfer(transfer: Transfer, closed: Agency, heir: Agency | None, actor: Account | None) -> None:
    side = "losing" if transfer.losing_id == closed.pk else "gaining"
    other = transfer.gaining_id if side == "losing" else transfer.losing_id
    if heir is None or heir.pk == other:
        transfer.state, transfer.decided_at, transfer.decided_by = Transfer.State.WITHDRAWN, timezone.now(), actor
        transfer.answer = _("%(agency)s is closed.") % {"agency": closed}
    else:
        setattr(transfer, side, heir)
    transfer.save()
    record(
        "people.transfer_followed" if transfer.state == Transfer.State.ASKED else "people.transfer_withdrawn",
        obj=transfer,
        actor=actor,
        subject=transfer.person,
        before={side: closed.code},
        after={side: heir.code if heir else "", "state": transfer.state},
    )


def members_for_split(agency: Agency, day: date) -> list[Person]:
    """People of an agency on a day, in the order of their names: whom a split shares out."""
    members = Membership.objects.on(day).filter(agency=agency)
    return list(Person.objects.filter(pk__in=members.values("person")))
