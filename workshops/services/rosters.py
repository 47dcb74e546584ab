"""Whole lists of people for a workshop: what each row means, and all of them or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.services import record
from core.folding import fold
from people.columns import RosterRow, RowError
from people.models import Account, Agency, Language, Membership, Person
from people.services import RosterEntry, Verdict, plan_roster
from workshops.columns import CellError
from workshops.errors import WorkshopError
from workshops.models import Registration, Workshop
from workshops.services.nominations import nominate_person
from workshops.services.registrations import make_person_once, own_agency, person_made, register_person
from workshops.services.states import lock_workshop

NEW_PERSON, LEAVE_OUT = "new", "skip"


def plan_registrations(
    *, rows: Sequence[RosterRow], agency: Agency | None, account: Account, within: QuerySet[Agency] | None = None
) -> tuple[list[RosterEntry], list[RowError]]:
    """Say what each row of a list means for whoever brings it in; nothing is written.

    As `plan_roster`, but namesakes are only those whom the account sees or who belong to the agency of the row: a name
    typed into a file must not show people of agencies that are none of one's business. `within` are the agencies for
    which the account may name people: a row for another one is an error.
    """
    entries, errors = plan_roster(rows=rows, agency=agency)
    alike = {person.pk for entry in entries for person in entry.namesakes}
    seen = set(Person.objects.visible_to(account).filter(pk__in=alike).values_list("pk", flat=True))
    members = set(Membership.objects.current().filter(person__in=alike).values_list("person", "agency"))
    allowed = None if within is None else set(within.values_list("pk", flat=True))
    if allowed is not None:
        errors += [_outside(entry.row) for entry in entries if _home(entry).pk not in allowed]
        seen &= {person for person, agency_key in members if agency_key in allowed}
    earlier: set[str] = set()
    planned = []
    for entry in entries:
        offered = tuple(each for each in entry.namesakes if each.pk in seen or (each.pk, entry.agency.pk) in members)
        name = fold(entry.row.family_name, entry.row.given_name, entry.row.patronymic)
        repeated = name in earlier and not entry.row.email
        hidden = bool(entry.namesakes) and not offered and not repeated
        verdict = Verdict.NEW if hidden else entry.verdict
        planned.append(replace(entry, verdict=verdict, namesakes=offered))
        if entry.person is None:
            earlier.add(name)
    return planned, errors


def _home(entry: RosterEntry) -> Agency:
    """The agency for which a row registers: the own one of somebody known, else the one that was named."""
    known = entry.person is not None and entry.membership is not None
    return entry.membership.agency if known and entry.membership is not None else entry.agency


def _outside(row: RosterRow) -> RowError:
    return RowError(row.line, "agency", _("This person belongs to an agency that you do not coordinate."))


@transaction.atomic
def register_roster(
    *,
    workshop: Workshop,
    entries: Iterable[RosterEntry],
    decisions: Mapping[int, str],
    actor: Account,
    token: str = "",
) -> tuple[int, list[CellError]]:
    """Register everybody on a roster: all or, when one cannot be registered, none. Returns (people, errors).

    Known people stay as they are and are registered for their own agency. `decisions` says by line who a doubtful row
    is: "new", "skip" or the key of a namesake. `token` goes with the list, so that a list that is sent twice, even at
    the same moment, makes nobody twice.
    """

    def register(entry: RosterEntry) -> None:
        person = _person_of(entry, decisions, actor, token)
        agency = own_agency(person, entry.agency)
        source = Registration.Source.NOMINATION
        register_person(workshop=workshop, person=person, agency=agency, source=source, actor=actor)

    people, errors = _all_or_none(workshop, _kept(entries, decisions), register)
    if not errors:
        record("workshops.roster_registered", obj=workshop, actor=actor, after={"people": people})
    return people, errors


@transaction.atomic
def nominate_roster(
    *,
    workshop: Workshop,
    entries: Iterable[RosterEntry],
    decisions: Mapping[int, str],
    actor: Account,
    token: str = "",
) -> tuple[int, list[CellError]]:
    """Nominate everybody on a roster, in the order of its lines, with post and language: otherwise as
    `register_roster`."""

    def nominate(entry: RosterEntry) -> None:
        person = _person_of(entry, decisions, actor, token)
        agency, row = own_agency(person, entry.agency), entry.row
        values = {"post": row.post, "language": row.language}
        nominate_person(workshop=workshop, person=person, agency=agency, actor=actor, **values)

    people, errors = _all_or_none(workshop, _kept(entries, decisions), nominate)
    if not errors:
        record("workshops.roster_nominated", obj=workshop, actor=actor, after={"people": people})
    return people, errors


def _kept(entries: Iterable[RosterEntry], decisions: Mapping[int, str]) -> list[RosterEntry]:
    """The rows without the doubtful ones that are to be left out."""
    left_out = {line for line, decision in decisions.items() if decision == LEAVE_OUT}
    return [each for each in entries if each.verdict != Verdict.DOUBTFUL or each.row.line not in left_out]


def _all_or_none(
    workshop: Workshop, entries: Sequence[RosterEntry], admit: Callable[[RosterEntry], None]
) -> tuple[int, list[CellError]]:
    """Admit every row, or none when one is refused. Returns (people, errors)."""
    lock_workshop(workshop)
    errors: list[CellError] = []
    for entry in entries:
        try:
            admit(entry)
        except WorkshopError as error:
            errors.append(CellError(entry.row.line, "", str(error)))
    if errors:
        transaction.set_rollback(True)
        return 0, errors
    return len(entries), []


def _person_of(entry: RosterEntry, decisions: Mapping[int, str], actor: Account, token: str) -> Person:
    """Who a row is: somebody known, the namesake who was chosen, or a new person."""
    if entry.person is not None:
        return entry.person
    row, decision = entry.row, decisions.get(entry.row.line, "")
    new_person = {
        "family_name": row.family_name,
        "given_name": row.given_name,
        "patronymic": row.patronymic,
        "email": row.email,
        "post": row.post,
        "language": row.language or Language.RU,
    }
    line = f"{token}:{row.line}" if token else ""
    made = person_made(token=line, agency=entry.agency, **new_person) if decision in {"", NEW_PERSON} else None
    if made is not None:
        return made
    if entry.verdict == Verdict.DOUBTFUL and decision != NEW_PERSON:
        chosen = next((each for each in entry.namesakes if str(each.pk) == decision), None)
        if chosen is None:
            raise WorkshopError(_("Say whether this is the person who is known already."))
        return chosen
    return make_person_once(token=line, agency=entry.agency, actor=actor, **new_person)
