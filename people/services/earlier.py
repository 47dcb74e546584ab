"""Agencies, people and memberships of earlier years, from files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from people.columns import RowError
from people.models import Agency, Membership, Person
from people.services.rosters import Verdict

# A row of a file of earlier years: its line, and its values by column.
Line = tuple[int, Mapping[str, Any]]


@dataclass
class Brought:
    """What rows of earlier years came to: the records that they name, and by line what each row meant."""

    found: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


@transaction.atomic
def bring_agencies(*, rows: Sequence[Line]) -> Brought:
    """Create or correct the agencies that files of earlier years name by code; those above others in any order.

    An agency that is known never moves in the tree. What a row leaves empty stays as it is. The caller logs it.
    """
    codes = {values[name] for _line, values in rows for name in ("code", "parent", "successor")}
    known = Agency.objects.filter(code__in=codes - {""}).select_related("parent", "successor")
    brought = Brought({each.code: each for each in known})
    waiting = list(rows)
    while ready := [row for row in waiting if not row[1]["parent"] or row[1]["parent"] in brought.found]:
        waiting = [row for row in waiting if row not in ready]
        for line, values in ready:
            _bring_agency(line, values, brought)
    for line, values in waiting:
        message = _("There is no agency “%(code)s” above this one.") % {"code": values["parent"]}
        brought.errors.append(RowError(line, "parent", message))
    for line, values in rows:
        if values["code"] in brought.found:
            _close_agency(line, values, brought)
    return brought


def _bring_agency(line: int, values: Mapping[str, Any], brought: Brought) -> None:
    code, parent = values["code"], brought.found.get(values["parent"])
    said = {name: values[name] for name in ("kind", "region", "name_en", "name_ru", "name_be") if values[name]}
    agency = brought.found.get(code)
    if agency is None:
        agency = Agency.objects.create(code=code, parent=parent, **said)
        agency.path = f"{parent.path if parent else '/'}{agency.pk}/"
        agency.save(update_fields=["path"])
        brought.found[code], brought.verdicts[line] = agency, Verdict.NEW
    elif parent is not None and agency.parent_id != parent.pk:
        message = _("%(agency)s is known elsewhere in the tree. An agency that moves is closed, and names a successor.")
        brought.errors.append(RowError(line, "parent", message % {"agency": agency}))
    else:
        brought.verdicts[line] = _bring_up_to_date(agency, said)


def _close_agency(line: int, values: Mapping[str, Any], brought: Brought) -> None:
    agency, code = brought.found[values["code"]], values["successor"]
    said = {"closed_on": values["closed_on"]} if values["closed_on"] else {}
    if code:
        successor = brought.found.get(code)
        if successor is None or successor == agency:
            message = _("There is no agency “%(code)s”.") % {"code": code}
            brought.errors.append(RowError(line, "successor", message))
            return
        if not (values["closed_on"] or agency.closed_on):
            brought.errors.append(RowError(line, "closed_on", _("An agency with a successor closed on some day.")))
            return
        said["successor"] = successor
    if _bring_up_to_date(agency, said) == Verdict.CHANGED and brought.verdicts.get(line) == Verdict.UNCHANGED:
        brought.verdicts[line] = Verdict.CHANGED


def _bring_up_to_date(found: models.Model, said: Mapping[str, Any]) -> Verdict:
    """Store what a row says otherwise than the record."""
    changes = {name: value for name, value in said.items() if getattr(found, name) != value}
    if not changes:
        return Verdict.UNCHANGED
    for name, value in changes.items():
        setattr(found, name, value)
    found.save()
    return Verdict.CHANGED


@transaction.atomic
def bring_people(*, rows: Sequence[Line]) -> Brought:
    """Create or correct people whom files of earlier years name by a key, which becomes their public code.

    The same e-mail is the same person, who then stays as on record. New people with the name of somebody on record are
    doubtful and taken in all the same: a name is no key. No account is opened. The caller logs it.
    """
    keys, emails = {values["key"] for _line, values in rows}, {values["email"] for _line, values in rows} - {""}
    by_key = {each.public_code: each for each in Person.objects.filter(public_code__in=keys)}
    by_email = {each.email: each for each in Person.objects.unmerged().filter(email__in=emails)}
    brought = Brought(people_called(keys))
    fresh: dict[int, Person] = {}
    lines: dict[str, int] = {}
    for line, values in rows:
        key, email = values["key"], values["email"]
        known, owner = brought.found.get(key), by_email.get(email)
        first = lines.setdefault(email, line)
        if email and first != line:
            brought.errors.append(RowError(line, "email", _("Line %(line)d has the same e-mail.") % {"line": first}))
        elif known is not None and owner not in {None, known}:
            message = _("%(email)s belongs to a person who is known already.") % {"email": email}
            brought.errors.append(RowError(line, "email", message))
        elif known is not None:
            named = known if key in by_key else None
            brought.verdicts[line] = _bring_up_to_date(named, _said_of(values)) if named else Verdict.UNCHANGED
        elif owner is not None:
            brought.found[key], brought.verdicts[line] = owner, Verdict.UNCHANGED
        else:
            fresh[line] = Person(public_code=key, **{"email": email, **_said_of(values)})
    _create_people(fresh, brought)
    return brought


def people_called(keys: Iterable[str]) -> dict[str, Person]:
    """People by public code; one that was merged into another is that other one."""
    found = Person.objects.filter(public_code__in=keys).select_related("merged_into")
    return {each.public_code: each.merged_into or each for each in found}


def _said_of(values: Mapping[str, Any]) -> dict[str, Any]:
    names = ("family_name", "given_name", "patronymic", "name_latin", "sex", "email", "language")
    return {name: values[name] for name in names if values[name]}


def _create_people(fresh: Mapping[int, Person], brought: Brought) -> None:
    for person in fresh.values():
        person.fold_names()
    namesakes = set(
        Person.objects.unmerged()
        .filter(sort_name__in={person.sort_name for person in fresh.values()})
        .values_list("sort_name", flat=True)
    )
    Person.objects.bulk_create(fresh.values(), batch_size=500)
    for line, person in fresh.items():
        brought.found[person.public_code] = person
        brought.verdicts[line] = Verdict.DOUBTFUL if person.sort_name in namesakes else Verdict.NEW


@transaction.atomic
def bring_memberships(*, rows: Sequence[Line], people: Mapping[str, Person], agencies: Mapping[str, Agency]) -> Brought:
    """Write down when people belonged to which agency, as files of earlier years say it.

    A time without an end ends the day before the next one begins; one that ends on the day on which the next one begins
    ends the day before, too. Any other overlap is an error. Whose open membership on record ends by a row has moved.
    """
    brought = Brought()
    spells: dict[int, list[_Spell]] = defaultdict(list)
    on_record: dict[tuple[int, int, date], Membership] = {}
    for each in Membership.objects.filter(person__in=list(people.values()), primary=True):
        on_record[each.person_id, each.agency_id, each.valid_from] = each
    for line, values in rows:
        person, agency, since = people[values["person"]], agencies[values["agency"]], values["from"]
        if agency.closed_on is not None and agency.closed_on < since:
            message = _("%(agency)s closed on %(date)s.") % {"agency": agency, "date": agency.closed_on}
            brought.errors.append(RowError(line, "from", message))
            continue
        fresh = Membership(person=person, agency=agency, valid_from=since, post=values["post"])
        known = on_record.pop((person.pk, agency.pk, since), None)
        until = values["to"] or (known.valid_to if known else None)
        brought.verdicts[line] = Verdict.UNCHANGED if known else Verdict.NEW
        spells[person.pk].append(_Spell(known or fresh, until, line, values["post"]))
    for (person_key, _agency, _since), each in on_record.items():
        spells[person_key].append(_Spell(each, each.valid_to))
    touched = [spell for each in spells.values() for spell in _in_turn(each, brought) if spell.line or spell.cut]
    if brought.errors:
        return brought
    for spell in touched:
        spell.settle(brought)
    changed = [each.membership for each in touched if each.membership.pk is not None]
    Membership.objects.bulk_update(changed, ["valid_to", "post"], batch_size=500)
    Membership.objects.bulk_create([each.membership for each in touched if each.membership.pk is None], batch_size=500)
    return brought


@dataclass
class _Spell:
    """A time in an agency; line 0: on record only. cut: the next one ended it."""

    membership: Membership
    until: date | None
    line: int = 0
    post: str = ""
    cut: bool = False

    def settle(self, brought: Brought) -> None:
        """Write into the membership what is known now."""
        known = self.membership
        said_otherwise = (self.post and self.post != known.post) or (not self.cut and self.until != known.valid_to)
        if said_otherwise and brought.verdicts.get(self.line) == Verdict.UNCHANGED:
            brought.verdicts[self.line] = Verdict.CHANGED
        known.valid_to, known.post = self.until, self.post or known.post


def _in_turn(spells: list[_Spell], brought: Brought) -> list[_Spell]:
    """Times of one person in their order, none of which reaches into the next."""
    ordered = sorted(spells, key=lambda each: each.membership.valid_from)
    for earlier, later in pairwise(ordered):
        begins = later.membership.valid_from
        if earlier.until is not None and earlier.until < begins:
            continue
        reaches_in = earlier.until is not None and earlier.until > begins
        if reaches_in or earlier.membership.valid_from == begins:
            message = _("%(person)s belongs to another agency on that day.") % {"person": later.membership.person}
            brought.errors.append(RowError(later.line or earlier.line, "from", message))
            continue
        earlier.until, earlier.cut = begins - timedelta(days=1), True
        was_open = earlier.membership.pk is not None and earlier.membership.valid_to is None
        if was_open and brought.verdicts.get(later.line) == Verdict.NEW:
            brought.verdicts[later.line] = Verdict.MOVED
    return ordered
