"""Lists of people: what each row means, and taking it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from core.folding import fold
from core.spreadsheets import UnreadableError, read_table
from people.columns import HEADINGS, RosterRow, RowError, missing_columns, read_rows
from people.models import Account, Agency, Language, Membership, Person
from people.services.memberships import join_agency
from people.services.persons import create_person


class Verdict(models.TextChoices):
    """What a row of a roster means."""

    NEW = "new", gettext_lazy("new person")
    CHANGED = "changed", gettext_lazy("known, with changes")
    UNCHANGED = "unchanged", gettext_lazy("known")
    MOVED = "moved", gettext_lazy("known, from another agency")
    DOUBTFUL = "doubtful", gettext_lazy("perhaps known")


@dataclass(frozen=True)
class RosterEntry:
    """A row, what it means, and for whom. `changes` are fields of the person; `namesakes` who it might be."""

    row: RosterRow
    verdict: Verdict
    agency: Agency
    person: Person | None = None
    membership: Membership | None = None
    changes: dict[str, str] = field(default_factory=dict)
    post: str = ""
    namesakes: tuple[Person, ...] = ()


@dataclass
class RosterResult:
    """What a roster came to. `saved` counts rows that changed something; with an error nothing is saved."""

    rows: int = 0
    entries: list[RosterEntry] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    saved: int = 0

    def as_json(self) -> dict[str, Any]:
        """The shape that every import has."""
        counts = {verdict.value: sum(each.verdict == verdict for each in self.entries) for verdict in Verdict}
        return {"rows": self.rows, **counts, "errors": [asdict(error) for error in self.errors], "saved": self.saved}


def read_roster(*, content: bytes) -> tuple[int, list[RosterRow], list[RowError]]:
    """Read a roster file: how many rows it has, those that can be understood, and what is wrong with the others."""
    try:
        table = read_table(content)
    except UnreadableError as error:
        return 0, [], [RowError(0, "", str(error))]
    columns = table.columns(HEADINGS)
    errors = missing_columns(columns)
    if errors:
        return len(table.rows), [], errors
    rows, errors = read_rows(table.records(columns))
    return len(table.rows), rows, errors


def plan_roster(
    *, rows: Sequence[RosterRow], agency: Agency | None, within: Agency | None = None
) -> tuple[list[RosterEntry], list[RowError]]:
    """Say what each row means; nothing is written.

    The same e-mail is the same person. A name alone is no key: a row without an e-mail whose name is known, or one with
    a new e-mail whose namesake has none, is doubtful. `agency` is for rows that name none; `within` is the agency whose
    subtree the rows must stay in. A row without an agency leaves people where they are, below `agency`.
    """
    agencies = {each.code: each for each in Agency.objects.filter(code__in={row.agency for row in rows if row.agency})}
    people = Person.objects.by_email(row.email for row in rows)
    memberships = {
        each.person_id: each
        for each in Membership.objects.current()
        .filter(person__in=set(people.values()), primary=True)
        .select_related("agency")
    }
    namesakes = Namesakes(rows)
    entries: list[RosterEntry] = []
    errors: list[RowError] = []
    for row in rows:
        named = agencies.get(row.agency) if row.agency else agency
        if objection := _agency_objection(row, named, within):
            errors.append(RowError(row.line, "agency", objection))
        elif named is not None:
            person = people.get(row.email) if row.email else None
            known = memberships.get(person.pk) if person else None
            entries.append(_known(row, named, person, known) if person else _unknown(row, named, namesakes))
    errors += [RowError(each.row.line, "agency", _moved_today(each)) for each in entries if _moved_today(each)]
    errors += _meant_twice(entries)
    return entries, errors


@transaction.atomic
def import_roster(
    *, content: bytes, agency: Agency, dry_run: bool = False, actor: Account | None = None
) -> RosterResult:
    """Bring an agency's list of people in: all rows or, when one of them has an error, none. Doubtful rows stay out."""
    count, rows, errors = read_roster(content=content)
    entries, refused = plan_roster(rows=rows, agency=agency, within=agency)
    result = RosterResult(count, entries, sorted(errors + refused, key=lambda error: error.line))
    if result.errors or dry_run:
        return result
    for entry in entries:
        if entry.verdict not in {Verdict.UNCHANGED, Verdict.DOUBTFUL}:
            save_entry(entry=entry, actor=actor)
            result.saved += 1
    record("people.roster_imported", obj=agency, actor=actor, after={"rows": count, "saved": result.saved})
    return result


@transaction.atomic
def save_entry(*, entry: RosterEntry, actor: Account | None = None) -> Person:
    """Do what a row of a roster says and return its person; somebody doubtful is taken for a new person."""
    row, person = entry.row, entry.person
    if person is None:
        return create_person(
            agency=entry.agency,
            family_name=row.family_name,
            given_name=row.given_name,
            patronymic=row.patronymic,
            email=row.email,
            post=row.post,
            language=row.language or Language.RU,
            actor=actor,
        )
    if entry.changes:
        before = {name: getattr(person, name) for name in entry.changes}
        for name, value in entry.changes.items():
            setattr(person, name, value)
        person.save(update_fields=[*entry.changes, "sort_name", "search_text"])
        record("people.person_changed", obj=person, actor=actor, subject=person, before=before, after=entry.changes)
    if entry.verdict == Verdict.MOVED:
        join_agency(person=person, agency=entry.agency, since=timezone.localdate(), post=row.post)
    elif entry.post and entry.membership is not None:
        before, entry.membership.post = {"post": entry.membership.post}, entry.post
        entry.membership.save(update_fields=["post"])
        record("people.post_changed", obj=entry.membership, subject=person, before=before, after={"post": entry.post})
    return person


class Named(Protocol):
    """Whatever carries a name: a row of a roster, or of another list."""

    @property
    def family_name(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def patronymic(self) -> str: ...


class Namesakes:
    """Who has the name of a row: people on record, and rows further up in the same file."""

    def __init__(self, rows: Sequence[Named]) -> None:
        self._by_name: dict[str, set[int]] = defaultdict(set)
        for pk, name in Person.objects.unmerged().values_list("pk", "sort_name"):
            self._by_name[name].add(pk)
            self._by_name[f"{name.rpartition(' ')[0]} *"].add(pk)
        asked = set().union(*(self._keys_of(row) for row in rows)) if rows else set()
        self._people = Person.objects.in_bulk(set().union(*(self._by_name[key] for key in asked)) if asked else [])
        self._on_earlier_lines: set[str] = set()

    @staticmethod
    def _keys_of(row: Named) -> set[str]:
        short = fold(row.family_name, row.given_name)
        return {short, fold(row.family_name, row.given_name, row.patronymic) if row.patronymic else f"{short} *"}

    def of(self, row: Named) -> list[Person]:
        """People on record whose names are the same, and whose patronymic is the same or not known on one side."""
        found = set().union(*(self._by_name[key] for key in self._keys_of(row)))
        return [self._people[pk] for pk in sorted(found)]

    def came_before(self, row: Named) -> bool:
        """Whether the file named such a person further up; this row is remembered."""
        name = fold(row.family_name, row.given_name, row.patronymic)
        known = name in self._on_earlier_lines
        self._on_earlier_lines.add(name)
        return known


def _unknown(row: RosterRow, agency: Agency, namesakes: Namesakes) -> RosterEntry:
    """A row whose e-mail nobody has, or that has none."""
    alike = [each for each in namesakes.of(row) if not row.email or not each.email]
    repeated = namesakes.came_before(row) and not row.email
    verdict = Verdict.DOUBTFUL if alike or repeated else Verdict.NEW
    return RosterEntry(row, verdict, agency, namesakes=tuple(alike))


def _known(row: RosterRow, agency: Agency, person: Person, membership: Membership | None) -> RosterEntry:
    said = {
        "family_name": row.family_name,
        "given_name": row.given_name,
        "patronymic": row.patronymic,
        "language": row.language,
    }
    changes = {name: value for name, value in said.items() if value and value != getattr(person, name)}
    if membership is None or not _stays(row, agency, membership):
        return RosterEntry(row, Verdict.MOVED, agency, person, membership, changes)
    post = row.post if row.post and row.post != membership.post else ""
    verdict = Verdict.CHANGED if changes or post else Verdict.UNCHANGED
    return RosterEntry(row, verdict, membership.agency, person, membership, changes, post)


def _stays(row: RosterRow, agency: Agency, membership: Membership) -> bool:
    if row.agency:
        return membership.agency_id == agency.pk
    return (membership.agency.path or "").startswith(agency.path or "")


def _moved_today(entry: RosterEntry) -> str:
    """A membership lasts a day at least, so nobody moves on the day of joining."""
    if entry.verdict != Verdict.MOVED or entry.membership is None:
        return ""
    if entry.membership.valid_from < timezone.localdate():
        return ""
    return _("%(person)s joined %(agency)s only today.") % {"person": entry.person, "agency": entry.membership.agency}


def _meant_twice(entries: Sequence[RosterEntry]) -> list[RowError]:
    """Two rows mean one person where one names an address that a merged record had."""
    first: dict[int, int] = {}
    words = _("Line %(line)d means the same person.")
    return [
        RowError(each.row.line, "email", words % {"line": first[each.person.pk]})
        for each in entries
        if each.person is not None and first.setdefault(each.person.pk, each.row.line) != each.row.line
    ]


def _agency_objection(row: RosterRow, agency: Agency | None, within: Agency | None) -> str | None:
    if agency is None:
        return _("There is no agency “%(code)s”.") % {"code": row.agency} if row.agency else _("The agency is missing.")
    if within is not None and not (agency.path or "").startswith(within.path or ""):
        return _("%(agency)s does not belong to %(above)s.") % {"agency": agency, "above": within}
    if agency.closed_on is not None and agency.closed_on <= timezone.localdate():
        return _("%(agency)s is closed.") % {"agency": agency}
    return None
