"""What each row of a list of people means. Nothing is written here.

Whom a row means is told by the code of an export, or by the e-mail, or by the whole name within the agency that the row
names. The same name elsewhere, or the same e-mail under another name, is only doubtful: somebody decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.folding import fold
from people.columns import RowError
from people.lists import ListRow
from people.models import Account, Agency, Membership, PeopleImportRow, Person, Transfer
from people.services.rosters import Namesakes

Verdict = PeopleImportRow.Verdict
Tell = Callable[[int], None]
Thing = TypeVar("Thing")

NEW, SKIP = "new", "skip"
# So many rows are looked up with the same few queries.
EVERY = 1_000
EARLIEST = date(1950, 1, 1)
DAYS_AHEAD = 366
# Fields of a person that a list may change, in the order in which they are shown.
OF_PERSON = ("family_name", "given_name", "patronymic", "name_latin", "sex", "email", "language")


@dataclass(frozen=True)
class Entry:
    """A row and what it means.

    agency: where the person belongs once the row is taken. changes: {field: [before, after]}; "agency" is among them
    where somebody moves, "confirmation" where another agency has to agree. alike: people who may be meant.
    """

    row: ListRow
    verdict: str
    agency: Agency | None = None
    person: Person | None = None
    membership: Membership | None = None
    changes: dict[str, list[str]] = field(default_factory=dict)
    alike: tuple[Person, ...] = ()
    decision: str = ""

    @property
    def does(self) -> str:
        """What taking the row does: a verdict that is not doubtful, or nothing."""
        if self.verdict != Verdict.DOUBTFUL:
            return str(self.verdict)
        if self.decision in {"", SKIP}:
            return ""
        return str(Verdict.NEW) if self.decision == NEW else _verdict_on(self.changes)

    @property
    def asks(self) -> bool:
        """Whether another agency has to agree first."""
        return "confirmation" in self.changes

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide about the row first."""
        return self.verdict == Verdict.DOUBTFUL and not self.decision

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What has to be the same when the row is taken."""
        codes = tuple(person.public_code for person in self.alike)
        return (
            str(self.verdict),
            self.person and self.person.pk,
            self.agency and self.agency.pk,
            self.changes,
            codes,
            self.decision,
        )


@dataclass(frozen=True)
class Reach:
    """Whose people a list may be about: those of all agencies, or of some."""

    agencies: frozenset[int] | None

    @classmethod
    def of(cls, account: Account | None) -> "Reach":
        """Of whoever sends the list; without an account somebody at the server's own keyboard does."""
        if account is None or account.sees_everybody:
            return cls(None)
        return cls(frozenset(Agency.objects.coordinated_by(account).values_list("pk", flat=True)))

    def holds(self, agency: int) -> bool:
        """Whether an agency lies in it."""
        return self.agencies is None or agency in self.agencies


def plan_list(
    *,
    rows: Sequence[ListRow],
    agency: Agency | None,
    account: Account | None,
    decisions: Mapping[int, str] | None = None,
    tell: Tell = lambda done: None,
) -> tuple[list[Entry], list[RowError]]:
    """Say what each row means to whoever sends the list, and what is wrong with rows that cannot be taken.

    agency: of rows that name none. decisions by line: "new", "skip", or the code of the one who is meant. tell hears
    every thousand rows how many are done. As many queries for a thousand rows as for one.
    """
    planner = _Planner(rows, agency, Reach.of(account), decisions or {})
    entries: list[Entry] = []
    errors: list[RowError] = []
    for portion in portions(rows):
        known = _Known(portion, planner.namesakes)
        for row in portion:
            try:
                entries.append(planner.plan(row, known))
            except _ObjectionError as objection:
                errors.append(RowError(row.line, objection.column, objection.message))
        tell(len(entries) + len(errors))
    return entries, errors


def portions(rows: Iterable[Thing]) -> Iterator[list[Thing]]:
    """Return the rows of a list by the thousand."""
    left = iter(rows)
    while portion := list(islice(left, EVERY)):
        yield portion


class _ObjectionError(Exception):
    """A row cannot be taken: in which column, and a sentence."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


class _Known:
    """What is on record about the people whom some rows may mean, asked once for all of them."""

    def __init__(self, rows: Sequence[ListRow], namesakes: Namesakes) -> None:
        coded = Person.objects.filter(public_code__in=[row.code for row in rows if row.code])
        self.by_code = {each.public_code: each.merged_into or each for each in coded.select_related("merged_into")}
        self.by_email = Person.objects.by_email(row.email for row in rows)
        people = {each.pk for each in (*self.by_code.values(), *self.by_email.values())}
        people |= {each.pk for row in rows if not row.code for each in namesakes.of(row)}
        self.memberships: dict[int, list[Membership]] = defaultdict(list)
        found = Membership.objects.filter(person__in=people, primary=True).select_related("agency")
        for membership in found.order_by("valid_from", "pk"):
            self.memberships[membership.person_id].append(membership)
        accounts = Account.objects.filter(person__in=people)
        self.signing_in = set(accounts.values_list("person", flat=True))
        self.moving = {each.person_id: each for each in Transfer.objects.asked().filter(person__in=people)}


@dataclass(frozen=True)
class _Place:
    """Where somebody belongs today, where before and where later."""

    before: Membership | None
    now: Membership | None
    later: Membership | None

    @classmethod
    def of(cls, memberships: Sequence[Membership], today: date) -> "_Place":
        now = [each for each in memberships if each.valid_from <= today <= (each.valid_to or today)]
        before = [each for each in memberships if each.valid_to and each.valid_to < today]
        later = [each for each in memberships if each.valid_from > today]
        return cls(before[-1] if before else None, now[-1] if now else None, later[0] if later else None)


class _Planner:
    """Plans row after row, and remembers whom the rows further up mean."""

    def __init__(
        self, rows: Sequence[ListRow], agency: Agency | None, reach: Reach, decisions: Mapping[int, str]
    ) -> None:
        self.namesakes = Namesakes(rows)
        self._agency, self._reach, self._decisions = agency, reach, decisions
        self._agencies = {each.code: each for each in Agency.objects.all()}
        self._meant: dict[int, int] = {}
        self._today = timezone.localdate()

    def plan(self, row: ListRow, known: _Known) -> Entry:
        """What a row means. Raises _ObjectionError where it cannot be taken."""
        self._check_days(row)
        named = self._named(row)
        if row.code:
            return self._plan_known(row, self._coded(row, known), named, known)
        person = known.by_email.get(row.email) if row.email else None
        if person is not None:
            if _has_another_name(row, person):
                self._check_seen(person, known)
                return self._plan_doubtful(row, (person,), named, known)
            return self._plan_known(row, person, named, known)
        return self._plan_by_name(row, named, known)

    def _check_days(self, row: ListRow) -> None:
        latest = self._today + timedelta(days=DAYS_AHEAD)
        for name in ("since", "until"):
            day = getattr(row, name)
            if day is not None and not EARLIEST <= day <= latest:
                raise _ObjectionError(name, _("Write a day between 1950 and a year from now."))
        if row.until is not None and row.until < (row.since or EARLIEST):
            raise _ObjectionError("until", _("The last day lies before the first one."))

    def _named(self, row: ListRow) -> Agency | None:
        if not row.agency:
            return self._agency
        agency = self._agencies.get(row.agency)
        if agency is None:
            raise _ObjectionError("agency", _("There is no agency “%(code)s”.") % {"code": row.agency})
        return agency

    def _coded(self, row: ListRow, known: _Known) -> Person:
        person = known.by_code.get(row.code)
        if person is None:
            raise _ObjectionError("code", _("Nobody has the code “%(code)s”.") % {"code": row.code})
        other = known.by_email.get(row.email) if row.email else None
        if other is not None and other.pk != person.pk:
            raise _ObjectionError("email", _("The code and the e-mail belong to two different people."))
        return person

    # --- Whom the name may mean ---------------------------------------------------------------------------------------
    def _plan_by_name(self, row: ListRow, named: Agency | None, known: _Known) -> Entry:
        found = [each for each in self.namesakes.of(row) if self._sees(known.memberships[each.pk])]
        alike = tuple(each for each in found if not row.email or not each.email)
        repeated = self.namesakes.came_before(row) and not row.email
        if named is not None and not row.email and not repeated:
            name = fold(row.family_name, row.given_name, row.patronymic)
            same = [each for each in alike if each.sort_name == name and self._belongs(each, named, known)]
            if len(same) == 1:
                return self._plan_known(row, same[0], named, known)
        if alike or repeated:
            return self._plan_doubtful(row, alike, named, known)
        return self._plan_new(row, named)

    def _sees(self, memberships: Sequence[Membership]) -> bool:
        """Whether people of these memberships are shown to whoever sends the list."""
        return self._reach.agencies is None or any(self._reach.holds(each.agency_id) for each in memberships)

    def _check_seen(self, person: Person, known: _Known) -> None:
        """Whoever puts e-mails into a list learns no names that they could not read anyway."""
        if not self._sees(known.memberships[person.pk]):
            words = _("This e-mail belongs to somebody who is none of your people. Ask a programme manager.")
            raise _ObjectionError("email", words)

    def _belongs(self, person: Person, agency: Agency, known: _Known) -> bool:
        now = _Place.of(known.memberships[person.pk], self._today).now
        return now is not None and now.agency_id == agency.pk

    def _plan_doubtful(self, row: ListRow, alike: tuple[Person, ...], named: Agency | None, known: _Known) -> Entry:
        decision = self._decisions.get(row.line, "")
        undecided = Entry(row, Verdict.DOUBTFUL, named, alike=alike)
        meant = next((each for each in alike if each.public_code == decision), None)
        if meant is not None:
            planned = self._plan_known(row, meant, named, known)
            return replace(planned, verdict=Verdict.DOUBTFUL, alike=alike, decision=decision)
        if decision == NEW and can_be_new(row.email, alike):
            return replace(self._plan_new(row, named), verdict=Verdict.DOUBTFUL, alike=alike, decision=NEW)
        return replace(undecided, decision=SKIP) if decision == SKIP else undecided

    def _plan_new(self, row: ListRow, named: Agency | None) -> Entry:
        if named is None:
            raise _ObjectionError("agency", _("The agency is missing."))
        if not self._reach.holds(named.pk):
            raise _ObjectionError("agency", _("%(agency)s is none of your agencies.") % {"agency": named})
        self._check_open(named, row.since or self._today)
        return Entry(row, Verdict.NEW, named)

    # --- Somebody who is known ----------------------------------------------------------------------------------------
    def _plan_known(self, row: ListRow, person: Person, named: Agency | None, known: _Known) -> Entry:
        first = self._meant.setdefault(person.pk, row.line)
        if first != row.line:
            raise _ObjectionError("", _("Line %(line)d means the same person.") % {"line": first})
        place = _Place.of(known.memberships[person.pk], self._today)
        own = place.now is not None and self._reach.holds(place.now.agency_id)
        # Of people of other agencies nothing is told, and nothing changed but where they belong.
        changes = self._changes_of_person(row, person, known) if own or self._reach.agencies is None else {}
        target = _target(row, named, place.now)
        if place.now is not None and target.pk == place.now.agency_id:
            if not own:
                raise _ObjectionError("agency", _("%(person)s is none of your people.") % {"person": row.full_name})
            changes |= self._changes_of_membership(row, place)
            return Entry(row, _verdict_on(changes), target, person, place.now, changes)
        changes |= self._move(row, place, target, known.moving.get(person.pk))
        return Entry(row, Verdict.MOVED, target, person, place.now, changes)

    def _changes_of_person(self, row: ListRow, person: Person, known: _Known) -> dict[str, list[str]]:
        said = {name: getattr(row, name) for name in OF_PERSON}
        changes = {
            name: [getattr(person, name), value]
            for name, value in said.items()
            if value and value != getattr(person, name)
        }
        if "email" in changes and known.by_email.get(row.email) == person:
            # An address that a merged record had is no news about whoever it was merged into.
            del changes["email"]
        if "email" in changes and person.pk in known.signing_in:
            words = _("%(person)s signs in with another e-mail, and changes it on the own page.")
            raise _ObjectionError("email", words % {"person": row.full_name})
        return changes

    def _changes_of_membership(self, row: ListRow, place: _Place) -> dict[str, list[str]]:
        membership = cast("Membership", place.now)
        changes = {}
        if row.post and row.post != membership.post:
            changes["post"] = [membership.post, row.post]
        if row.since and row.since != membership.valid_from:
            self._check_since(row, row.since, place)
            changes["since"] = [membership.valid_from.isoformat(), row.since.isoformat()]
        if row.until and row.until != membership.valid_to:
            self._check_until(row, row.until, place)
            changes["until"] = [membership.valid_to.isoformat() if membership.valid_to else "", row.until.isoformat()]
        return changes

    def _check_since(self, row: ListRow, since: date, place: _Place) -> None:
        membership = cast("Membership", place.now)
        if since > min(self._today, membership.valid_to or self._today):
            raise _ObjectionError("since", _("%(person)s belongs to the agency today.") % {"person": row.full_name})
        if place.before is not None:
            self._check_left(row, place.before, since)
        self._check_opened(membership.agency, since)

    def _check_until(self, row: ListRow, until: date, place: _Place) -> None:
        membership = cast("Membership", place.now)
        if until < (row.since or membership.valid_from):
            raise _ObjectionError("until", _("The last day lies before the first one."))
        if place.later is not None and until >= place.later.valid_from:
            raise _ObjectionError("until", _goes_on(row, place.later))

    def _move(self, row: ListRow, place: _Place, target: Agency, waiting: Transfer | None) -> dict[str, list[str]]:
        since = row.since or self._today
        if waiting is not None:
            words = _("A transfer of %(person)s was asked for on %(day)s and waits for an answer.")
            day = date_format(timezone.localdate(waiting.asked_at))
            raise _ObjectionError("agency", words % {"person": row.full_name, "day": day})
        if place.later is not None:
            raise _ObjectionError("agency", _goes_on(row, place.later))
        self._check_sides(row, place, target)
        self._check_leaving(row, place, since)
        self._check_open(target, since)
        changes = {
            "agency": [place.now.agency.code if place.now else "", target.code],
            "since": ["", since.isoformat()],
        }
        if row.post:
            changes["post"] = ["", row.post]
        others = [each for each in (place.now and place.now.agency, target) if each and not self._reach.holds(each.pk)]
        if others:
            changes["confirmation"] = ["", others[0].code]
        elif row.until:
            changes["until"] = ["", row.until.isoformat()]
        return changes

    def _check_sides(self, row: ListRow, place: _Place, target: Agency) -> None:
        """Somebody moves into the own agencies, or out of them."""
        if self._reach.holds(target.pk) or (place.now is not None and self._reach.holds(place.now.agency_id)):
            return
        raise _ObjectionError("agency", _("%(agency)s is none of your agencies.") % {"agency": target})

    def _check_leaving(self, row: ListRow, place: _Place, since: date) -> None:
        if place.now is None:
            if self._reach.agencies is not None:
                words = _("%(person)s belongs to no agency now. Send an invitation instead.")
                raise _ObjectionError("agency", words % {"person": row.full_name})
            if place.before is not None:
                self._check_left(row, place.before, since)
            return
        if place.now.valid_to is not None:
            self._check_left(row, place.now, since)
        if place.now.valid_from >= since:
            words = _("%(person)s came to %(agency)s on %(day)s. Choose a later day.")
            day = date_format(place.now.valid_from)
            raise _ObjectionError("since", words % {"person": row.full_name, "agency": place.now.agency, "day": day})

    def _check_left(self, row: ListRow, membership: Membership, since: date) -> None:
        if membership.valid_to is not None and since <= membership.valid_to:
            words = _("%(person)s left %(agency)s on %(day)s already. Choose a later day.")
            day = date_format(membership.valid_to)
            raise _ObjectionError("since", words % {"person": row.full_name, "agency": membership.agency, "day": day})

    def _check_open(self, agency: Agency, on: date) -> None:
        if agency.closed_on is not None and agency.closed_on <= self._today:
            raise _ObjectionError("agency", _("%(agency)s is closed.") % {"agency": agency})
        if agency.closed_on is not None:
            words = _("%(agency)s is not there on that day, or closes later.")
            raise _ObjectionError("agency", words % {"agency": agency})
        self._check_opened(agency, on)

    def _check_opened(self, agency: Agency, on: date) -> None:
        if agency.opened_on is not None and agency.opened_on > on:
            words = _("%(agency)s opened only on %(date)s.")
            raise _ObjectionError("since", words % {"agency": agency, "date": date_format(agency.opened_on)})


def can_be_new(email: str, alike: Sequence[Person]) -> bool:
    """Whether a doubtful row may be a new person: not with the e-mail of somebody."""
    return not email or all(each.email != email for each in alike)


def _verdict_on(changes: Mapping[str, Any]) -> str:
    if "agency" in changes:
        return str(Verdict.MOVED)
    return str(Verdict.CHANGED if changes else Verdict.UNCHANGED)


def _has_another_name(row: ListRow, person: Person) -> bool:
    """Whether neither name is the same: one of them changes with a marriage, both belong to somebody else."""
    given, family = fold(row.given_name), fold(row.family_name)
    return given != fold(person.given_name) and family != fold(person.family_name)


def _target(row: ListRow, named: Agency | None, now: Membership | None) -> Agency:
    """Where somebody who is known belongs: without an agency in the row, where they are, if that is below it."""
    if now is not None and not row.agency and (named is None or (now.agency.path or "").startswith(named.path or "")):
        return now.agency
    if named is None:
        raise _ObjectionError("agency", _("The agency is missing."))
    return named


def _goes_on(row: ListRow, later: Membership) -> str:
    words = _("%(person)s goes to %(agency)s on %(day)s.")
    return words % {"person": row.full_name, "agency": later.agency, "day": date_format(later.valid_from)}
