"""A list of people is taken: all rows or none, in one transaction, with as many queries for a thousand rows as for one.

It is written by the thousand, so that whoever waits can be told how far it is.

What has to be put back to undo it is kept with each row: {"created": [person, membership]}, {"person": {field: [before,
after]}}, {"membership": {"id", field: [before, after]}}, {"joined": membership, "there": records that
counted for the new agency before}, {"roles": [[role, last day before]]}, {"transfer": id}.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import Note, record, record_all
from core.errors import DomainError
from people.errors import PeopleError
from people.lists import ListRow
from people.models import Account, Agency, Language, Membership, PeopleImport, PeopleImportRow, Person, Role, RoleGrant
from people.services.people_lists.keeping import State, decisions_of, keep_file, keep_plan, read_file
from people.services.people_lists.planning import EVERY, OF_PERSON, Entry, Verdict, plan_list, portions
from people.services.people_lists.standing import rows_on_agencies
from people.services.people_lists.telling import Step, Tell, tell_nobody, telling
from people.services.rosters import RosterResult
from people.services.transfers import ask_transfer, end_roles_with
from people.signals import memberships_changed


class _StaleError(Exception):
    """Records have changed since the list was read: some rows mean something else now."""

    def __init__(self, entries: Sequence[Entry], errors: Sequence[Any], different: int) -> None:
        super().__init__(different)
        self.entries, self.errors, self.different = entries, errors, different


def take_people_list(*, source: PeopleImport) -> None:
    """Take a list, as a job does; one that is taken already is left alone.

    Where some rows mean something else than they were shown, nothing is taken and the new plan is shown instead.
    """
    if source.state != State.TAKING:
        return
    try:
        with telling(source) as tell:
            _take_as_shown(source, tell)
    except _StaleError as stale:
        keep_plan(
            source=source,
            entries=stale.entries,
            errors=stale.errors,
            expected=State.TAKING,
            renewed=stale.different,
        )
    except DomainError as error:
        said = [{"line": 0, "column": "", "message": str(error)}]
        PeopleImport.objects.filter(pk=source.pk, state=State.TAKING).update(state=State.PLANNED, errors=said)
    except Exception:
        PeopleImport.objects.filter(pk=source.pk, state=State.TAKING).update(state=State.FAILED)
        raise


@transaction.atomic
def _take_as_shown(source: PeopleImport, tell: Tell) -> None:
    locked = PeopleImport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=source.pk)
    if locked.state != State.TAKING:
        return
    stored = list(locked.entries.select_related("agency"))
    tell(Step.CHECKED, 0, len(stored))
    _lock(stored)
    entries, errors = plan_list(
        rows=[ListRow.from_json(row.line, row.values) for row in stored],
        agency=locked.agency,
        account=locked.uploaded_by,
        decisions=decisions_of(locked),
        tell=lambda done: tell(Step.CHECKED, done, len(stored)),
    )
    shown = {row.line: _shown(row) for row in stored}
    different = sum(entry.meaning != shown[entry.row.line] for entry in entries) + len(errors)
    if different:
        raise _StaleError(entries, errors, different)
    _take(locked, entries, {row.line: row for row in stored}, locked.uploaded_by, tell)


def _shown(row: PeopleImportRow) -> tuple[Any, ...]:
    return (row.verdict, row.person_id, row.agency_id, row.changes, tuple(row.alike), row.decision)


def _lock(rows: Sequence[PeopleImportRow]) -> None:
    """Nobody else takes a list for these agencies, or changes these people, until this one is taken."""
    agencies = sorted({row.agency_id for row in rows if row.agency_id})
    list(Agency.objects.select_for_update(of=("self",)).filter(pk__in=agencies).order_by("pk").values_list("pk"))
    lock_people(rows)


def lock_people(rows: Sequence[PeopleImportRow]) -> None:
    """In the order of their numbers, so that two lists with the same people never wait for each other."""
    for portion in portions(sorted({row.person_id for row in rows if row.person_id})):
        list(Person.objects.select_for_update(of=("self",)).filter(pk__in=portion).order_by("pk").values_list("pk"))


@transaction.atomic
def import_people(*, content: bytes, file_name: str, dry_run: bool = False) -> RosterResult:
    """Bring people and memberships in at the server's own keyboard: all rows, or none when one of them has an error.

    Doubtful rows stay out. The list is kept like one that was sent, so that it can be undone for a day.
    """
    count, rows, errors = read_file(content)
    entries, refused = plan_list(rows=rows, agency=None, account=None)
    wrong = sorted(errors + refused, key=lambda error: error.line)
    result = RosterResult(count, cast("list[Any]", entries), wrong)
    if wrong or dry_run:
        return result
    source = keep_file(content=content, file_name=file_name, agency=None, actor=None)
    PeopleImport.objects.filter(pk=source.pk).update(rows=count)
    keep_plan(source=source, entries=entries, errors=[], expected=State.READING)
    source.refresh_from_db()
    stored = {row.line: row for row in source.entries.select_related("agency")}
    _lock(list(stored.values()))
    result.saved = _take(source, entries, stored, None, tell_nobody)
    return result


@dataclass
class _Work:
    """What is written, gathered from a thousand rows."""

    people: list[Person] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    changed_people: list[Person] = field(default_factory=list)
    changed_memberships: list[Membership] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    # People by the first day from which they belong elsewhere than before.
    elsewhere: dict[date, set[int]] = field(default_factory=lambda: defaultdict(set))
    undo: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))


def _take(
    source: PeopleImport,
    entries: Sequence[Entry],
    stored: dict[int, PeopleImportRow],
    actor: Account | None,
    tell: Tell,
) -> int:
    """Write what all rows say, and what undoes it; return how many rows changed something."""
    now, done, saved = timezone.now(), 0, 0
    elsewhere: dict[date, set[int]] = defaultdict(set)
    for portion in portions(entries):
        work = _Work()
        saved += _write(source, portion, work, actor)
        _keep_undo(source, [stored[entry.row.line] for entry in portion], work)
        for since, people in work.elsewhere.items():
            elsewhere[since] |= people
        done += len(portion)
        tell(Step.WRITTEN, done, len(entries))
    for since, people in sorted(elsewhere.items()):
        memberships_changed.send(sender=Membership, people=people, since=since)
    source.state, source.taken_at, source.done, source.errors = State.TAKEN, now, source.rows, []
    source.counts = {**source.counts, "saved": saved}
    source.save(update_fields=["state", "taken_at", "done", "errors", "counts"])
    record("people.list_taken", obj=source, actor=actor, after={"rows": source.rows, "saved": saved})
    return saved


def _write(source: PeopleImport, entries: Sequence[Entry], work: _Work, actor: Account | None) -> int:
    new = [entry for entry in entries if entry.does == Verdict.NEW]
    known = [entry for entry in entries if entry.does in {Verdict.CHANGED, Verdict.MOVED}]
    moved = [entry for entry in known if "agency" in entry.changes and not entry.asks]
    try:
        _create(new, work)
    except IntegrityError as error:
        raise PeopleError(_("Somebody else has just added one of these people. Read the list again.")) from error
    for entry in known:
        _change_person(entry, work)
        _change_membership(entry, work)
    _leave(moved, work)
    write_changes(work.changed_people, work.changed_memberships, work.undo.values())
    _join(moved, work)
    record_all(work.notes, actor=actor)
    _end_roles(moved, work, actor)
    _ask_transfers([entry for entry in known if entry.asks], work, actor, source.file_name)
    return len(new) + len(known)


def write_changes(
    people: Sequence[Person], memberships: Sequence[Membership], undo: Iterable[Mapping[str, Any]]
) -> None:
    """Store people and memberships, and of them only what some row of the list touched."""
    fields: dict[str, set[str]] = {"person": set(), "membership": set()}
    for each in undo:
        for what, names in fields.items():
            names.update(each.get(what, {}))
    if people:
        Person.objects.bulk_update(
            people, [*sorted(fields["person"]), "sort_name", "search_text", "name_key"], batch_size=500
        )
    if memberships:
        Membership.objects.bulk_update(memberships, sorted(fields["membership"] - {"id"}), batch_size=500)


def _create(entries: Sequence[Entry], work: _Work) -> None:
    for entry in entries:
        said = {name: getattr(entry.row, name) for name in OF_PERSON}
        person = Person(**said)
        person.sex, person.language = person.sex or Person.Sex.UNDISCLOSED, person.language or Language.RU
        person.fold_names()
        work.people.append(person)
    # A person with the same e-mail may have come this moment; the transaction around goes on to say so.
    with transaction.atomic():
        Person.objects.bulk_create(work.people, batch_size=500)
    today = timezone.localdate()
    joined = [
        Membership(
            person=person,
            agency=entry.agency,
            valid_from=entry.row.since or today,
            valid_to=entry.row.until,
            post=entry.row.post,
        )
        for person, entry in zip(work.people, entries, strict=True)
    ]
    Membership.objects.bulk_create(joined, batch_size=500)
    for entry, membership in zip(entries, joined, strict=True):
        # The events name no subject: a new person can go again when the list is undone.
        work.notes.append(Note("people.person_created", obj=membership.person))
        work.notes.append(_joining(membership))
        work.undo[entry.row.line]["created"] = [membership.person_id, membership.pk]


def _joining(membership: Membership, subject: Person | None = None) -> Note:
    after = {"agency": membership.agency.code, "since": str(membership.valid_from)}
    return Note("people.agency_joined", obj=membership, subject=subject, after=after)


def _change_person(entry: Entry, work: _Work) -> None:
    person = cast("Person", entry.person)
    changes = {name: entry.changes[name] for name in OF_PERSON if name in entry.changes}
    if not changes:
        return
    for name, pair in changes.items():
        setattr(person, name, pair[1])
    person.fold_names()
    work.changed_people.append(person)
    before, after = _sides(changes)
    work.notes.append(Note("people.person_changed", obj=person, subject=person, before=before, after=after))
    work.undo[entry.row.line]["person"] = changes


_OF_MEMBERSHIP = {"post": "post", "since": "valid_from", "until": "valid_to"}


def _change_membership(entry: Entry, work: _Work) -> None:
    """The post and the days of somebody who stays."""
    changes = {_OF_MEMBERSHIP[name]: pair for name, pair in entry.changes.items() if name in _OF_MEMBERSHIP}
    membership = entry.membership
    if "agency" in entry.changes or membership is None or not changes:
        return
    _set(membership, changes)
    work.changed_memberships.append(membership)
    work.undo[entry.row.line]["membership"] = {"id": membership.pk, **changes}
    before, after = _sides(changes)
    action = "people.post_changed" if set(changes) == {"post"} else "people.membership_changed"
    work.notes.append(Note(action, obj=membership, subject=entry.person, before=before, after=after))
    if "valid_from" in changes:
        first = min(date.fromisoformat(day) for day in changes["valid_from"])
        work.elsewhere[first].add(membership.person_id)
    if "valid_to" in changes:
        last = min(date.fromisoformat(day) for day in changes["valid_to"] if day)
        work.elsewhere[last + timedelta(days=1)].add(membership.person_id)


def _sides(changes: Mapping[str, list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """What stood there before, and what stands there afterwards."""
    return {name: pair[0] for name, pair in changes.items()}, {name: pair[1] for name, pair in changes.items()}


def _set(membership: Membership, changes: Mapping[str, list[str]]) -> None:
    for name, (_before, value) in changes.items():
        setattr(membership, name, value if name == "post" else date.fromisoformat(value) if value else None)


def _leave(entries: Iterable[Entry], work: _Work) -> None:
    """Memberships that end because somebody moves."""
    for entry in entries:
        left = entry.membership
        if left is None:
            continue
        before, since = left.valid_to, _since(entry)
        left.valid_to = since - timedelta(days=1) if before is None else before
        work.changed_memberships.append(left)
        days = [before.isoformat() if before else "", left.valid_to.isoformat()]
        work.undo[entry.row.line]["membership"] = {"id": left.pk, "valid_to": days}


def _join(entries: Sequence[Entry], work: _Work) -> None:
    """Memberships that begin because somebody moves."""
    there = rows_on_agencies({cast("Person", entry.person).pk for entry in entries})
    joined = [
        Membership(
            person=cast("Person", entry.person),
            agency=cast("Agency", entry.agency),
            valid_from=_since(entry),
            valid_to=entry.row.until,
            post=entry.row.post,
        )
        for entry in entries
    ]
    Membership.objects.bulk_create(joined, batch_size=500)
    for entry, membership in zip(entries, joined, strict=True):
        work.notes.append(_joining(membership, membership.person))
        work.elsewhere[membership.valid_from].add(membership.person_id)
        stood = there.get((membership.person_id, membership.agency_id), [])
        work.undo[entry.row.line] |= {"joined": membership.pk, "there": stood}


def _since(entry: Entry) -> date:
    return date.fromisoformat(entry.changes["since"][1])


def _end_roles(entries: Sequence[Entry], work: _Work, actor: Account | None) -> None:
    """Coordinator's roles that somebody held because of the agency that is left."""
    by_person = {cast("Person", entry.person).pk: entry for entry in entries if entry.membership is not None}
    grants = RoleGrant.objects.filter(role=Role.COORDINATOR, account__person__in=by_person)
    holders = set(grants.values_list("account__person", flat=True))
    for pk in sorted(each for each in holders if each is not None):
        entry = by_person[pk]
        before = dict(grants.filter(account__person=pk).values_list("pk", "valid_to"))
        ended = end_roles_with(
            person=cast("Person", entry.person),
            losing=cast("Membership", entry.membership).agency,
            gaining=cast("Agency", entry.agency),
            on=_since(entry),
            actor=actor,
        )
        days = [[grant.pk, str(before[grant.pk] or ""), str(grant.valid_to)] for grant in ended]
        if days:
            work.undo[entry.row.line]["roles"] = days


def _ask_transfers(entries: Iterable[Entry], work: _Work, actor: Account | None, file_name: str) -> None:
    """Moves to which another agency has to agree."""
    for entry in entries:
        transfer = ask_transfer(
            person=cast("Person", entry.person),
            gaining=cast("Agency", entry.agency),
            on=_since(entry),
            actor=cast("Account", actor),
            post=entry.row.post,
            reason=_("From the list %(name)s") % {"name": file_name},
        )
        work.undo[entry.row.line]["transfer"] = transfer.pk


def _keep_undo(source: PeopleImport, rows: Sequence[PeopleImportRow], work: _Work) -> None:
    """Write the rows anew with what undoes them: much quicker than changing each of them."""
    for row in rows:
        undo = work.undo.get(row.line)
        if undo is None:
            continue
        row.undo = undo
        if "created" in undo:
            row.person_id = undo["created"][0]
    source.entries.filter(line__in=[row.line for row in rows]).delete()
    PeopleImportRow.objects.bulk_create(rows, batch_size=EVERY)
