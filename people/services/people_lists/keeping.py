"""A list of people from the file to the plan: sent, read by a job, decided about, dropped."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audit.services import record
from core.jobs import enqueue
from core.spreadsheets import UnreadableError, read_table
from people.columns import RowError, missing_columns
from people.errors import PeopleError
from people.lists import HEADINGS, ListRow, read_list
from people.models import Account, Agency, PeopleImport, PeopleImportRow, Person
from people.permissions import can_bring_lists
from people.services.people_lists.planning import EVERY, NEW, SKIP, Entry, Verdict, can_be_new, plan_list

State = PeopleImport.State
# So many things to mend are kept; whoever mends them sends the file again.
MOST_ERRORS = 1_000


def send_list(*, content: bytes, file_name: str, agency: Agency | None, actor: Account) -> PeopleImport:
    """Keep a file with people and have it read. agency: of rows that name none.

    Whoever sends the same file twice gets the list that is there already. Raises PeopleError for who may not.
    """
    if not can_bring_lists(actor):
        raise PeopleError(_("Lists of people are brought in by coordinators and managers."))
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Two clicks at once come one after the other.
        Account.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        waiting = PeopleImport.objects.filter(uploaded_by=actor, sha256=sha256, agency=agency)
        same = waiting.filter(state__in=[State.READING, State.PLANNED, State.TAKING]).first()
        if same is not None:
            return same
        source = keep_file(content=content, file_name=file_name, agency=agency, actor=actor)
        record("people.list_sent", obj=source, actor=actor, after={"name": source.file_name, "sha256": sha256})
        enqueue("people.tasks.read_people_list", source.pk, get_language() or "en")
    return source


def keep_file(*, content: bytes, file_name: str, agency: Agency | None, actor: Account | None) -> PeopleImport:
    """Put a file into the private storage, with its record. The name on disk says nothing and cannot be guessed."""
    source = PeopleImport(
        file_name=PurePath(file_name).name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        agency=agency,
        uploaded_by=actor,
    )
    kind = "xlsx" if content.startswith(b"PK") else "csv"
    source.file.save(f"{uuid.uuid4()}.{kind}", ContentFile(content), save=False)
    try:
        source.save()
    except BaseException:
        source.file.storage.delete(str(source.file.name))
        raise
    return source


# --- Reading ----------------------------------------------------------------------------------------------------------
def read_file(content: bytes) -> tuple[int, list[ListRow], list[RowError]]:
    """Read a list: how many rows it has, those that can be understood, and what is wrong with the others."""
    try:
        table = read_table(content)
    except UnreadableError as error:
        return 0, [], [RowError(0, "", str(error))]
    columns = table.columns(HEADINGS)
    errors = missing_columns(columns)
    if errors:
        return len(table.rows), [], errors
    rows, errors = read_list(table.records(columns))
    return len(table.rows), rows, errors


def read_people_list(*, source: PeopleImport) -> None:
    """Read a file and say what each row means, as a job does. One that is read already, or dropped, is left alone.

    What was decided before stays decided, where the row is still doubtful.
    """
    if source.state != State.READING:
        return
    try:
        with source.file.open("rb") as file:
            content = file.read()
        count, rows, errors = read_file(content)
        _reading(source).update(rows=count)
        entries, refused = plan_list(
            rows=rows,
            agency=source.agency,
            account=source.uploaded_by,
            decisions=decisions_of(source),
            tell=partial(_tell, source),
        )
        keep_plan(source=source, entries=entries, errors=errors + refused, expected=State.READING)
    except Exception:
        _reading(source).update(state=State.FAILED)
        raise


def _reading(source: PeopleImport) -> QuerySet[PeopleImport]:
    return PeopleImport.objects.filter(pk=source.pk, state=State.READING)


def _tell(source: PeopleImport, done: int) -> None:
    _reading(source).update(done=done)


def decisions_of(source: PeopleImport) -> dict[int, str]:
    """Return by line what was decided."""
    return dict(source.entries.exclude(decision="").values_list("line", "decision"))


@transaction.atomic
def keep_plan(
    *, source: PeopleImport, entries: Sequence[Entry], errors: Sequence[RowError], expected: str, renewed: int = 0
) -> None:
    """Store what each row means; where one cannot be taken, what has to be mended instead.

    renewed: how many rows mean something else than they were shown. Nothing happens in another state than expected.
    """
    locked = PeopleImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if locked.state != expected:
        return
    if not errors:
        locked.entries.all().delete()
        PeopleImportRow.objects.bulk_create([_stored(locked, entry) for entry in entries], batch_size=EVERY)
    wrong = sorted(errors, key=lambda error: error.line)
    locked.state = State.WRONG if wrong else State.PLANNED
    locked.errors = [asdict(error) for error in wrong[:MOST_ERRORS]]
    locked.counts = {verdict: sum(entry.verdict == verdict for entry in entries) for verdict in Verdict.values}
    locked.counts |= {"wrong": len(wrong)} if wrong else {}
    locked.counts |= {"renewed": renewed} if renewed else {}
    locked.done = locked.rows
    locked.save(update_fields=["state", "errors", "counts", "done"])


def _stored(source: PeopleImport, entry: Entry) -> PeopleImportRow:
    return PeopleImportRow(
        source=source,
        line=entry.row.line,
        values=entry.row.as_json(),
        verdict=entry.verdict,
        agency=entry.agency,
        person=entry.person,
        changes=entry.changes,
        alike=[person.public_code for person in entry.alike],
        decision=entry.decision,
    )


@transaction.atomic
def read_again(*, source: PeopleImport, actor: Account) -> PeopleImport:
    """Read a file once more: records have changed since, or reading failed. Decisions stay."""
    locked = own_list(source, actor)
    if locked.state in {State.PLANNED, State.WRONG, State.FAILED} and locked.file:
        locked.state, locked.done = State.READING, 0
        locked.save(update_fields=["state", "done"])
        enqueue("people.tasks.read_people_list", locked.pk, get_language() or "en")
    return locked


# --- Deciding ---------------------------------------------------------------------------------------------------------
def options_of(entry: PeopleImportRow, alike: Mapping[str, Person]) -> list[str]:
    """Return what may be decided about a doubtful row: who is meant, whether it is somebody new, or to leave it out."""
    people = [alike[code] for code in entry.alike if code in alike]
    new = [NEW] if can_be_new(entry.values.get("email", ""), people) else []
    return [*(person.public_code for person in people), *new, SKIP]


@transaction.atomic
def decide_rows(*, source: PeopleImport, decisions: Mapping[int, str], actor: Account) -> int:
    """Keep what somebody says about doubtful rows, by line; return how many still wait. Empty takes a word back.

    Raises PeopleError, with the line, for a decision that cannot be carried out; then none of them is kept.
    """
    locked = own_list(source, actor)
    _check_planned(locked)
    doubtful = locked.entries.filter(verdict=Verdict.DOUBTFUL)
    rows = list(doubtful.filter(line__in=decisions).order_by("line"))
    alike = Person.objects.in_bulk({code for row in rows for code in row.alike}, field_name="public_code")
    said = {row.line: decisions[row.line] for row in rows if decisions[row.line] in options_of(row, alike)}
    planned, errors = plan_list(
        rows=[ListRow.from_json(row.line, row.values) for row in rows],
        agency=locked.agency,
        account=actor,
        decisions=said,
    )
    for error in errors:
        if said.get(error.line, SKIP) == SKIP:
            continue
        words = _("Line %(line)s: %(message)s")
        raise PeopleError(words % {"line": error.line, "message": error.message})
    by_line = {entry.row.line: entry for entry in planned}
    for row in rows:
        row.decision = said.get(row.line, "")
        entry = by_line.get(row.line)
        meant = entry if row.decision in row.alike else None
        row.person, row.changes = (meant.person, meant.changes) if meant else (None, {})
        row.agency = entry.agency if entry else row.agency
    _check_once(locked, rows)
    PeopleImportRow.objects.bulk_update(rows, ["decision", "person", "changes", "agency"], batch_size=500)
    return doubtful.filter(decision="").count()


def _check_once(source: PeopleImport, rows: Sequence[PeopleImportRow]) -> None:
    """Two rows of a list cannot mean one person."""
    lines = {row.person_id: row.line for row in rows if row.person_id}
    others = source.entries.filter(person__in=lines).exclude(line__in=[row.line for row in rows])
    for other in others.order_by("line")[:1]:
        words = _("Lines %(first)s and %(second)s mean the same person.")
        raise PeopleError(words % {"first": other.line, "second": lines[other.person_id or 0]})


@transaction.atomic
def ask_to_take(*, source: PeopleImport, actor: Account) -> PeopleImport:
    """Have a list taken by a job: all rows, or none. A second click changes nothing.

    Raises PeopleError while rows wait for a decision, and for a list that cannot be taken any more.
    """
    locked = own_list(source, actor)
    if locked.state in {State.TAKING, State.TAKEN}:
        return locked
    _check_planned(locked)
    waiting = locked.entries.filter(verdict=Verdict.DOUBTFUL, decision="").count()
    if waiting:
        words = ngettext("%(count)d row waits for your decision.", "%(count)d rows wait for your decision.", waiting)
        raise PeopleError(words % {"count": waiting})
    locked.state, locked.done = State.TAKING, 0
    locked.save(update_fields=["state", "done"])
    enqueue("people.tasks.take_people_list", locked.pk, get_language() or "en")
    return locked


@transaction.atomic
def drop_list(*, source: PeopleImport, actor: Account) -> PeopleImport:
    """Throw a list away that was not taken: what it said goes, that there was one stays."""
    locked = own_list(source, actor)
    if locked.state not in {State.PLANNED, State.WRONG, State.FAILED, State.DROPPED}:
        raise PeopleError(_("This list is being worked on, or was taken already."))
    if locked.state != State.DROPPED:
        locked.entries.all().delete()
        if locked.file:
            transaction.on_commit(partial(locked.file.storage.delete, str(locked.file.name)))
        locked.state, locked.file, locked.errors = State.DROPPED, "", []
        locked.save(update_fields=["state", "file", "errors"])
        record("people.list_dropped", obj=locked, actor=actor)
    return locked


def own_list(source: PeopleImport, actor: Account) -> PeopleImport:
    """The list as it is now, locked. Raises PeopleError for anybody but whoever sent it."""
    locked = PeopleImport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=source.pk)
    if locked.uploaded_by_id != actor.pk or not can_bring_lists(actor):
        raise PeopleError(_("Whoever sent a list decides about it."))
    return locked


def _check_planned(source: PeopleImport) -> None:
    if source.state != State.PLANNED:
        words = _("This list cannot be taken now. State: %(state)s.")
        raise PeopleError(words % {"state": source.get_state_display()})
