"""A list of people that was taken is undone for a day: all as it was before, or nothing, and what is in the way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import Note, record, record_all
from core.errors import DomainError
from core.jobs import enqueue
from people.columns import RowError
from people.errors import PeopleError
from people.lists import ListRow
from people.models import Account, Membership, PeopleImport, PeopleImportRow, Person, RoleGrant, Transfer
from people.permissions import can_undo_list
from people.services.people_lists.keeping import MOST_ERRORS, State
from people.services.people_lists.planning import portions
from people.services.people_lists.standing import called, rows_on_agencies, rows_on_people
from people.services.people_lists.taking import lock_people, write_changes
from people.services.people_lists.telling import Step, Tell, telling
from people.services.transfers import withdraw_transfer
from people.signals import memberships_changed

UNDO_WITHIN = timedelta(hours=24)
_DAYS = ("valid_from", "valid_to")


class _InTheWayError(Exception):
    """Something stands on what the list did."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(len(errors))
        self.errors = errors


@transaction.atomic
def ask_to_undo(*, source: PeopleImport, actor: Account) -> PeopleImport:
    """Have a list undone by a job. A second click changes nothing.

    Raises PeopleError a day after the list was taken, for what was not taken, and for who may not.
    """
    locked = PeopleImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if not can_undo_list(actor, locked):
        raise PeopleError(_("Whoever sent a list, or a manager, undoes it."))
    if locked.state in {State.UNDOING, State.UNDONE}:
        return locked
    if locked.state != State.TAKEN or locked.taken_at is None:
        raise PeopleError(_("This list was not taken."))
    if timezone.now() > locked.taken_at + UNDO_WITHIN:
        raise PeopleError(_("A list can be undone for 24 hours after it was taken."))
    locked.state, locked.undone_by, locked.errors, locked.done = State.UNDOING, actor, [], 0
    locked.save(update_fields=["state", "undone_by", "errors", "done"])
    enqueue("people.tasks.undo_people_list", locked.pk, get_language() or "en")
    return locked


def undo_people_list(*, source: PeopleImport) -> None:
    """Undo a list, as a job does. Where something stands on what it did, the list stays taken and says what."""
    if source.state != State.UNDOING:
        return
    stays = PeopleImport.objects.filter(pk=source.pk, state=State.UNDOING)
    try:
        with telling(source) as tell:
            _undo_all(source, tell)
    except _InTheWayError as found:
        said = [asdict(error) for error in found.errors[:MOST_ERRORS]]
        stays.update(state=State.TAKEN, undone_by=None, errors=said)
    except (DomainError, IntegrityError, ProtectedError) as error:
        words = str(error) if isinstance(error, DomainError) else _("Other records stand on what the list did.")
        said = [asdict(RowError(0, "", words))]
        stays.update(state=State.TAKEN, undone_by=None, errors=said)
    except Exception:
        stays.update(state=State.TAKEN, undone_by=None)
        raise


@transaction.atomic
def _undo_all(source: PeopleImport, tell: Tell) -> None:
    locked = PeopleImport.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=source.pk)
    if locked.state != State.UNDOING or locked.undone_by is None:
        return
    rows = list(locked.entries.filter(undo__isnull=False))
    tell(Step.CHECKED, 0, len(rows))
    lock_people(rows)
    done, checked, errors = 0, [], []
    for portion in portions(rows):
        state = _State.of(portion)
        errors += [error for row in portion for error in _in_the_way(row, state)]
        checked.append((portion, state))
        done += len(portion)
        tell(Step.CHECKED, done, len(rows))
    if errors:
        raise _InTheWayError(errors)
    done = 0
    elsewhere: dict[date, set[int]] = defaultdict(set)
    for portion, state in checked:
        record_all(_put_back(portion, state, locked.undone_by), actor=locked.undone_by)
        _remove_created(locked, portion)
        for since, people in _elsewhere(portion, state).items():
            elsewhere[since] |= people
        done += len(portion)
        tell(Step.PUT_BACK, done, len(rows))
    for since, people in sorted(elsewhere.items()):
        memberships_changed.send(sender=Membership, people=people, since=since)
    locked.state, locked.undone_at, locked.done = State.UNDONE, timezone.now(), locked.rows
    locked.save(update_fields=["state", "undone_at", "done"])
    record("people.list_undone", obj=locked, actor=locked.undone_by, after={"rows": len(rows)})


@dataclass(frozen=True)
class _State:
    """How everything that some rows touched is now, asked once for all of them; the people are locked."""

    people: Mapping[int, Person]
    memberships: Mapping[int, list[Membership]]
    transfers: Mapping[int, Transfer]
    on_people: Mapping[int, set[str]]
    on_agencies: Mapping[tuple[int, int], list[str]]

    @classmethod
    def of(cls, rows: Sequence[PeopleImportRow]) -> "_State":
        people = {row.person_id for row in rows if row.person_id}
        found = Person.objects.in_bulk(people)
        memberships: dict[int, list[Membership]] = defaultdict(list)
        for membership in Membership.objects.filter(person__in=people, primary=True).order_by("valid_from", "pk"):
            memberships[membership.person_id].append(membership)
        undo = [row.undo or {} for row in rows]
        created = {each["created"][0] for each in undo if "created" in each}
        moved = {row.person_id for row in rows if row.person_id and "joined" in (row.undo or {})}
        transfers = Transfer.objects.select_related("person", "losing", "gaining").in_bulk(
            [each["transfer"] for each in undo if "transfer" in each]
        )
        return cls(found, memberships, transfers, rows_on_people(created), rows_on_agencies(moved))

    def membership(self, row: PeopleImportRow, pk: int) -> Membership | None:
        """A membership of the person of a row, if it is still there."""
        theirs = self.memberships.get(row.person_id or 0, [])
        return next((each for each in theirs if each.pk == pk), None)


def _in_the_way(row: PeopleImportRow, state: _State) -> Iterable[RowError]:
    undo, said = row.undo or {}, ListRow.from_json(row.line, row.values)
    person = state.people.get(row.person_id or 0)
    if person is None:
        return
    if "created" in undo:
        yield from _on_created(row, said, undo["created"], state)
        return
    if _is_changed(row, person, undo, state):
        yield RowError(row.line, "", _("%(person)s was changed since the list was taken.") % {"person": said.full_name})
    transfer = state.transfers.get(undo.get("transfer", 0))
    if transfer is not None and transfer.state == Transfer.State.CONFIRMED:
        yield RowError(row.line, "", _("The transfer of %(person)s was confirmed.") % {"person": said.full_name})
    if "joined" in undo:
        stood = set(undo.get("there", []))
        since = [each for each in state.on_agencies.get((person.pk, row.agency_id or 0), []) if each not in stood]
        if since:
            words = _("%(person)s has something else by now: %(records)s.")
            records = called({each.partition(" ")[0] for each in since})
            yield RowError(row.line, "", words % {"person": said.full_name, "records": records})


def _on_created(row: PeopleImportRow, said: ListRow, created: Sequence[int], state: _State) -> Iterable[RowError]:
    """What stands on somebody whom the list brought."""
    person, membership = created
    if row.person_id != person:
        # The record was merged into another one.
        yield RowError(row.line, "", _("%(person)s was changed since the list was taken.") % {"person": said.full_name})
        return
    stands = called(state.on_people.get(person, set()))
    if stands or [each.pk for each in state.memberships[person]] != [membership]:
        words = _("%(person)s has something else by now: %(records)s.")
        records = stands or str(Membership._meta.verbose_name_plural)
        yield RowError(row.line, "", words % {"person": said.full_name, "records": records})


def _is_changed(row: PeopleImportRow, person: Person, undo: Mapping[str, Any], state: _State) -> bool:
    if person.merged_into_id is not None:
        return True
    if any(getattr(person, name) != after for name, (_before, after) in undo.get("person", {}).items()):
        return True
    changed = undo.get("membership")
    if changed is not None:
        membership = state.membership(row, changed["id"])
        if membership is None or any(_text(membership, name) != pair[1] for name, pair in _pairs(changed)):
            return True
    return "joined" in undo and _has_moved_on(row, undo["joined"], state)


def _has_moved_on(row: PeopleImportRow, pk: int, state: _State) -> bool:
    joined = state.membership(row, pk)
    if joined is None or state.memberships[joined.person_id][-1].pk != pk:
        return True
    until = row.values.get("until", "")
    return joined.agency_id != row.agency_id or _text(joined, "valid_to") != until


def _pairs(changed: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [(name, pair) for name, pair in changed.items() if name != "id"]


def _text(membership: Membership, name: str) -> str:
    value = getattr(membership, name)
    return value.isoformat() if isinstance(value, date) else value or ""


def _put_back(rows: Sequence[PeopleImportRow], state: _State, actor: Account) -> list[Note]:
    """Write what was there before, for people who were known; return what is noted about them."""
    people: list[Person] = []
    memberships: list[Membership] = []
    notes: list[Note] = []
    Membership.objects.filter(pk__in=[row.undo["joined"] for row in rows if row.undo and "joined" in row.undo]).delete()
    for row in rows:
        undo, person = row.undo or {}, state.people.get(row.person_id or 0)
        if person is None:
            continue
        if changes := undo.get("person"):
            for name, (before, _after) in changes.items():
                setattr(person, name, before)
            person.fold_names()
            people.append(person)
            notes.append(_note("people.person_changed", person, person, changes))
        changed = undo.get("membership")
        membership = state.membership(row, changed["id"]) if changed else None
        if membership is not None:
            pairs = dict(_pairs(changed or {}))
            for name, (before, _after) in pairs.items():
                value = date.fromisoformat(before) if name in _DAYS and before else before
                setattr(membership, name, value if value or name == "post" else None)
            memberships.append(membership)
            notes.append(_note("people.membership_changed", membership, person, pairs))
        _give_roles_back(undo, person, actor)
        transfer = state.transfers.get(undo.get("transfer", 0))
        if transfer is not None and transfer.state == Transfer.State.ASKED:
            withdraw_transfer(transfer=transfer, reason=_("The list was undone."), actor=actor)
    write_changes(people, memberships, [row.undo or {} for row in rows])
    return notes


def _note(action: str, obj: Any, person: Person, changes: Mapping[str, list[str]]) -> Note:
    before, after = ({name: pair[place] for name, pair in changes.items()} for place in (1, 0))
    return Note(action, obj=obj, subject=person, before=before, after=after)


def _give_roles_back(undo: Mapping[str, Any], person: Person, actor: Account) -> None:
    """Roles that ended with the move, unless somebody has changed them or given them anew since."""
    for pk, before, after in undo.get("roles", []):
        grant = RoleGrant.objects.filter(pk=pk, valid_to=after).first()
        if grant is None or (not before and _is_given_anew(grant)):
            continue
        grant.valid_to = date.fromisoformat(before) if before else None
        grant.save(update_fields=["valid_to"])
        then, now = {"until": after}, {"until": before}
        record("people.role_granted", obj=grant, actor=actor, subject=person, before=then, after=now)


def _is_given_anew(grant: RoleGrant) -> bool:
    lasting = RoleGrant.objects.filter(account=grant.account_id, role=grant.role, agency=grant.agency_id)
    return lasting.filter(valid_to=None).exists()


def _remove_created(source: PeopleImport, rows: Sequence[PeopleImportRow]) -> None:
    """People whom the list brought, on whom nothing stands."""
    created = [row.undo["created"] for row in rows if row.undo and "created" in row.undo and row.person_id]
    theirs = source.entries.filter(pk__in=[row.pk for row in rows if row.undo and "created" in row.undo])
    # Who is not there any more can neither ask what is known about them nor have it erased.
    theirs.update(person=None, values={}, changes={}, alike=[])
    Membership.objects.filter(pk__in=[membership for _person, membership in created]).delete()
    Person.objects.filter(pk__in=[person for person, _membership in created]).delete()


def _elsewhere(rows: Sequence[PeopleImportRow], state: _State) -> dict[date, set[int]]:
    """People by the first day from which they belong elsewhere than a moment ago."""
    found: dict[date, set[int]] = defaultdict(set)
    for row in rows:
        changed = (row.undo or {}).get("membership", {})
        if row.person_id not in state.people:
            continue
        days = [date.fromisoformat(day) for day in changed.get("valid_from", []) if day]
        days += [date.fromisoformat(day) + timedelta(days=1) for day in changed.get("valid_to", []) if day]
        if "joined" in (row.undo or {}):
            days += [date.fromisoformat(row.changes["since"][1])]
        if days:
            found[min(days)].add(row.person_id or 0)
    return found
