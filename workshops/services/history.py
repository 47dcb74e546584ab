"""Workshops of earlier years from a folder of files: everything in it or nothing.

Nobody is written to, no account is opened and no certificate is issued; the files are taken for what happened.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Agency, Person
from people.services import Brought, Verdict, bring_agencies, bring_memberships, bring_people, people_called
from workshops.history import files
from workshops.history.files import Fault, Line, read_folder
from workshops.models import Session, TakenOver, Workshop
from workshops.services.past_registers import Rows, bring_registers, bring_test_results
from workshops.zones import to_utc

Status = Workshop.Status


@dataclass
class HistoryImport:
    """What a folder came to, in rows. With an error nothing is saved; `notes` are sentences about rows passed over."""

    rows: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    errors: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    saved: int = 0

    def as_json(self) -> dict[str, Any]:
        """The shape that every import has; an error also names its file."""
        counts = {verdict.value: self.verdicts[verdict.value] for verdict in Verdict}
        return {"rows": self.rows, **counts, "errors": [asdict(each) for each in self.errors], "saved": self.saved}

    def take(self, file: str, brought: Brought) -> None:
        """Count what rows of a file came to."""
        self.verdicts.update(verdict.value for verdict in brought.verdicts.values())
        self.errors += [Fault(file, each.line, each.column, each.message) for each in brought.errors]


@transaction.atomic
def import_history(
    *, contents: Mapping[str, bytes], dry_run: bool = False, actor: Account | None = None
) -> HistoryImport:
    """Bring in past and running workshops from files, by name: all rows or, when one has an error, none.

    A second time changes nothing; rows that say something else are corrections. Registers of sessions that are over
    count as signed, and whoever has met the rule as having completed. Workshops that were not brought in this way are
    left alone.
    """
    result = HistoryImport()
    rows, result.errors = read_folder(contents)
    result.rows = _count(rows, result.errors)
    if not result.errors:
        _bring(rows, result)
    order = list(files.FILES)
    result.errors.sort(key=lambda fault: (order.index(fault.file), fault.line))
    if result.errors or dry_run:
        transaction.set_rollback(True)
        return result
    result.saved = sum(result.verdicts.values()) - result.verdicts[Verdict.UNCHANGED.value]
    if result.saved:
        record("workshops.history_imported", actor=actor, after={"rows": result.rows, **result.verdicts})
    return result


def _count(rows: Mapping[str, Sequence[Line]], faults: Iterable[Fault]) -> int:
    """How many rows the files have, those with errors included."""
    lines = {(file, line.number) for file, each in rows.items() for line in each}
    return len(lines | {(fault.file, fault.line) for fault in faults if fault.line > 1})


def _bring(rows: Mapping[str, Sequence[Line]], result: HistoryImport) -> None:
    """Stage by stage; what names something of an earlier stage needs that to be right."""
    brought = bring_agencies(rows=_pairs(rows[files.AGENCIES]))
    result.take(files.AGENCIES, brought)
    people = bring_people(rows=_pairs(rows[files.PEOPLE]))
    result.take(files.PEOPLE, people)
    if result.errors:
        return
    named = _names(rows, brought.found, people.found)
    result.errors += list(_unknown(rows, named))
    if result.errors:
        return
    result.take(
        files.MEMBERSHIPS,
        bring_memberships(rows=_pairs(rows[files.MEMBERSHIPS]), people=named["person"], agencies=named["agency"]),
    )
    workshops = _bring_workshops(rows[files.WORKSHOPS], result)
    if result.errors:
        return
    workshops |= _taken_over(_codes(rows, "workshop") - set(workshops))
    for file in (files.SESSIONS, files.REGISTRATIONS, files.ATTENDANCE, files.RESULTS):
        result.errors += list(_unknown_in(file, rows[file], "workshop", workshops))
    if result.errors:
        return
    _bring_sessions(rows[files.SESSIONS], workshops, result)
    if not result.errors:
        _bring_what_happened(rows, named["person"], named["agency"], workshops, result)


def _bring_what_happened(
    rows: Mapping[str, Sequence[Line]],
    people: Mapping[str, Person],
    agencies: Mapping[str, Agency],
    workshops: Mapping[str, Workshop],
    result: HistoryImport,
) -> None:
    ends = {line.values["code"]: _moment(line.values["end"], line.values["zone"]) for line in rows[files.WORKSHOPS]}
    told = Rows(rows[files.REGISTRATIONS], rows[files.ATTENDANCE], people, agencies, workshops, ends)
    registers = bring_registers(told)
    result.verdicts.update(registers.verdicts)
    result.errors += registers.errors
    result.notes += registers.notes
    if result.errors:
        return
    tests = bring_test_results(rows[files.RESULTS], told)
    result.verdicts.update(tests.verdicts)
    result.errors += tests.errors


# --- Who and what rows name -----------------------------------------------------------------------------------------
def _pairs(lines: Iterable[Line]) -> list[tuple[int, Mapping[str, Any]]]:
    return [(line.number, line.values) for line in lines]


def _codes(rows: Mapping[str, Sequence[Line]], column: str) -> set[str]:
    return {line.values[column] for each in rows.values() for line in each if column in line.values}


def _names(
    rows: Mapping[str, Sequence[Line]], agencies: dict[str, Agency], people: dict[str, Person]
) -> dict[str, dict[str, Any]]:
    """Agencies and people of the files and, where rows name others, of the register."""
    more = Agency.objects.filter(code__in=_codes(rows, "agency") - set(agencies))
    strangers = people_called(_codes(rows, "person") - set(people))
    return {"agency": agencies | {each.code: each for each in more}, "person": people | strangers}


def _unknown(rows: Mapping[str, Sequence[Line]], named: Mapping[str, Mapping[str, Any]]) -> Iterable[Fault]:
    for file, lines in rows.items():
        for column in ("person", "agency"):
            if lines and column in lines[0].values:
                yield from _unknown_in(file, lines, column, named[column])


def _unknown_in(file: str, lines: Iterable[Line], column: str, known: Collection[str]) -> Iterable[Fault]:
    sentences = {
        "person": _("There is no person “%(code)s”."),
        "agency": _("There is no agency “%(code)s”."),
        "workshop": _("There is no workshop “%(code)s” among those that came from files."),
    }
    for line in lines:
        if line.values[column] not in known:
            yield Fault(file, line.number, column, sentences[column] % {"code": line.values[column]})


def _taken_over(codes: Collection[str]) -> dict[str, Workshop]:
    return {each.code: each for each in Workshop.objects.filter(code__in=codes, taken_over__isnull=False)}


# --- Workshops and sessions -----------------------------------------------------------------------------------------
def _bring_workshops(lines: Sequence[Line], result: HistoryImport) -> dict[str, Workshop]:
    codes = {line.values["code"] for line in lines}
    known = {each.code: each for each in Workshop.objects.filter(code__in=codes).select_related("taken_over")}
    fresh, changed = [], []
    for line in lines:
        code, said = line.values["code"], _workshop_fields(line.values)
        found = known.get(code)
        if said["ends_on"] < said["starts_on"]:
            _refuse(result, files.WORKSHOPS, line, "end", _("The workshop must end after it begins."))
        elif found is None:
            fresh.append(Workshop(code=code, status=Status.PUBLISHED, status_at=timezone.now(), **said))
            result.verdicts[Verdict.NEW.value] += 1
        elif not hasattr(found, "taken_over"):
            message = _("A workshop with the code %(code)s exists already, and did not come from files.")
            _refuse(result, files.WORKSHOPS, line, "code", message % {"code": code})
        else:
            changed += _changed(found, said, result)
    Workshop.objects.bulk_update(changed, list(_WORKSHOP_FIELDS), batch_size=500)
    made = Workshop.objects.bulk_create(fresh, batch_size=500)
    TakenOver.objects.bulk_create([TakenOver(workshop=each, at=timezone.now()) for each in made], batch_size=500)
    return known | {each.code: each for each in made}


_WORKSHOP_FIELDS = ("title_en", "title_ru", "title_be", "starts_on", "ends_on", "zone")


def _workshop_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    titles = {name: values[name] for name in ("title_en", "title_ru", "title_be")}
    return {**titles, "starts_on": values["start"].date(), "ends_on": values["end"].date(), "zone": values["zone"]}


def _bring_sessions(lines: Sequence[Line], workshops: Mapping[str, Workshop], result: HistoryImport) -> None:
    known = {
        (each.workshop_id, each.number): each for each in Session.objects.filter(workshop__in=list(workshops.values()))
    }
    fresh, changed = [], []
    for line in lines:
        workshop = workshops[line.values["workshop"]]
        said = _session_fields(line.values, workshop.zone)
        found = known.get((workshop.pk, line.values["number"]))
        if said["ends_at"] <= said["starts_at"]:
            _refuse(result, files.SESSIONS, line, "end", _("The session must end after it begins."))
        elif found is None:
            fresh.append(Session(workshop=workshop, number=line.values["number"], zone=workshop.zone, **said))
            result.verdicts[Verdict.NEW.value] += 1
        else:
            changed += _changed(found, said, result)
    if result.errors:
        return
    names = ["title_en", "kind", "day", "start_time", "end_time", "starts_at", "ends_at", "planned_minutes", "required"]
    Session.objects.bulk_update(changed, [*names, "track"], batch_size=500)
    Session.objects.bulk_create(fresh, batch_size=500)


def _session_fields(values: Mapping[str, Any], zone: str) -> dict[str, Any]:
    start, end = values["start"], values["end"]
    return {
        "title_en": values["title"],
        "kind": values["kind"] or Session.Kind.TRAINING.value,
        "day": start.date(),
        "start_time": start.time(),
        "end_time": end.time(),
        "starts_at": _moment(start, zone),
        "ends_at": _moment(end, zone),
        "planned_minutes": values["minutes"],
        "required": values["required"],
        "track": values["track"],
    }


def _moment(wall: datetime, zone: str) -> datetime:
    """A time without a zone is what the clock on the wall of the workshop showed."""
    return wall if wall.tzinfo else to_utc(wall.date(), wall.time(), zone)


def _changed(found: Workshop | Session, said: Mapping[str, Any], result: HistoryImport) -> list[Any]:
    """Set what a row says otherwise than the record; the record in a list if there was anything."""
    different = {name: value for name, value in said.items() if getattr(found, name) != value}
    result.verdicts[Verdict.CHANGED.value if different else Verdict.UNCHANGED.value] += 1
    for name, value in different.items():
        setattr(found, name, value)
    return [found] if different else []


def _refuse(result: HistoryImport, file: str, line: Line, column: str, message: str) -> None:
    result.errors.append(Fault(file, line.number, column, message))
