"""Who may be recorded twice, with the reasons, and who was looked at and is somebody else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from core.folding import fold
from people.errors import PeopleError
from people.likeness import alike, same_patronymic
from people.models import Account, Agency, Membership, NotTheSame, Person, PersonQuerySet, looked_after_by
from people.permissions import can_compare

# A name that more people bear than this is no reason by itself: the patronymic or the agency has to be the same, too.
MANY = 6
# Of one name, one patronymic or agency no more people than this are compared with each other.
COMPARED = 30


class Reason(models.TextChoices):
    """Why two records may be of one person, the strongest first."""

    EMAIL = "email", gettext_lazy("the same e-mail")
    NAME = "name", gettext_lazy("the same name")
    SPELLING = "spelling", gettext_lazy("the same name in another spelling")
    PATRONYMIC = "patronymic", gettext_lazy("the same patronymic")
    AGENCY = "agency", gettext_lazy("the same agency")


@dataclass(frozen=True)
class Bearer:
    """Who bears a name, as far as it is compared."""

    pk: int
    family_name: str
    given_name: str
    patronymic: str

    @property
    def names(self) -> tuple[str, str]:
        return self.family_name, self.given_name


@dataclass(frozen=True)
class Double:
    """Two records that may be of one person, by their keys, the smaller one first."""

    first: int
    second: int
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        """The more, the likelier."""
        weights = {
            Reason.EMAIL: 16, Reason.AGENCY: 6, Reason.PATRONYMIC: 4, Reason.NAME: 2, Reason.SPELLING: 1,
        }  # fmt: skip
        return sum(weights[each] for each in self.reasons)


def likely_doubles(*, account: Account, agency: Agency | None = None) -> list[Double]:
    """Pairs of people whom an account looks after and who may be one, the likeliest first.

    With `agency`, one of the two belongs to it or below it. Pairs of which somebody said that they are not the same
    are left out. As many queries however many pairs; people of different names are never compared.
    """
    people = looked_after_by(account)
    belonging = set(_members_of(agency).values_list("person", flat=True)) if agency is not None else None
    blocks = _blocks(people, agency)
    agencies = _agencies_of(each.pk for block in blocks for each in block)
    emails = _pairs_by_email(people)
    found = {(each.first, each.second): each for block in blocks for each in _doubles_in(block, agencies)}
    for pair in emails:
        known = found.get(pair)
        found[pair] = Double(*pair, (Reason.EMAIL, *(known.reasons if known else ())))
    for pair in NotTheSame.objects.values_list("first", "second"):
        found.pop(pair, None)
    doubles = list(found.values())
    if belonging is not None:
        doubles = [each for each in doubles if each.first in belonging or each.second in belonging]
    return sorted(doubles, key=lambda each: (-each.weight, each.first, each.second))


def reasons_for(one: Person, other: Person) -> tuple[Reason, ...]:
    """Why two people may be one; empty where nothing speaks for it."""
    pair = tuple(sorted((one.pk, other.pk)))
    agencies = _agencies_of(pair)
    first, second = (Bearer(each.pk, each.family_name, each.given_name, each.patronymic) for each in (one, other))
    email = (Reason.EMAIL,) if pair in _pairs_by_email(Person.objects.filter(pk__in=pair)) else ()
    return (*email, *_reasons(first, second, bool(agencies[one.pk] & agencies[other.pk])))


def _members_of(agency: Agency) -> models.QuerySet[Membership]:
    return Membership.objects.filter(agency__in=Agency.objects.within(agency))


def _blocks(people: PersonQuerySet, agency: Agency | None) -> list[list[Bearer]]:
    """People whose names share a key, several for each."""
    keys = people.exclude(name_key="").order_by().values("name_key").annotate(bearers=Count("pk"))
    several = people.filter(name_key__in=keys.filter(bearers__gt=1).values("name_key"))
    if agency is not None:
        own = people.filter(pk__in=_members_of(agency).values("person")).order_by().values("name_key")
        several = several.filter(name_key__in=own)
    blocks: dict[str, list[Bearer]] = defaultdict(list)
    names = ("name_key", "pk", "family_name", "given_name", "patronymic")
    for key, *bearer in several.order_by("pk").values_list(*names).iterator(chunk_size=2000):
        blocks[key].append(Bearer(*bearer))
    return [block for block in blocks.values() if len(block) > 1]


def _agencies_of(people: Iterable[int]) -> dict[int, set[int]]:
    """To which agencies people belong or belonged."""
    wanted = set(people)
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.order_by().values_list("person", "agency")
    # A list of a hundred thousand keys is no question to ask a database.
    for person, agency in rows.filter(person__in=wanted) if len(wanted) < COMPARED * COMPARED else rows.iterator():
        if person in wanted:
            found[person].add(agency)
    return found


def _pairs_by_email(people: PersonQuerySet) -> set[tuple[int, int]]:
    """Pairs of which one signs in with the address that the other one has on record."""
    known = people.exclude(email="").order_by()
    addresses = EmailAddress.objects.filter(user__person__in=people.order_by().values("pk"))
    others = addresses.exclude(email=F("user__person__email")).filter(email__in=known.values("email"))
    owners = list(others.values_list("email", "user__person"))
    people_by_email = dict(known.filter(email__in=[email for email, _owner in owners]).values_list("email", "pk"))
    pairs = ((owner, people_by_email[email]) for email, owner in owners if email in people_by_email)
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def _doubles_in(block: Sequence[Bearer], agencies: dict[int, set[int]]) -> Iterator[Double]:
    """Pairs of one block: all of a small one, of a large one those that share something else as well."""
    if len(block) <= MANY:
        pairs = set(combinations(block, 2))
    else:
        groups: dict[Any, list[Bearer]] = defaultdict(list)
        for each in block:
            if each.patronymic:
                groups[fold(each.patronymic)[:3]].append(each)
            for agency in agencies[each.pk]:
                groups[agency].append(each)
        pairs = {pair for group in groups.values() for pair in combinations(group[:COMPARED], 2)}
    for one, other in pairs:
        together = bool(agencies[one.pk] & agencies[other.pk])
        reasons = _reasons(one, other, together)
        if len(reasons) > 1 or (reasons and len(block) <= MANY):
            yield Double(one.pk, other.pk, reasons)


def _reasons(one: Bearer, other: Bearer, together: bool) -> tuple[Reason, ...]:
    patronymic = same_patronymic(one.patronymic, other.patronymic)
    if patronymic is False or not alike(one.names, other.names):
        return ()
    same = fold(*one.names) == fold(*other.names)
    reasons = [Reason.NAME if same else Reason.SPELLING]
    if patronymic:
        reasons.append(Reason.PATRONYMIC)
    if together:
        reasons.append(Reason.AGENCY)
    return tuple(reasons)


@transaction.atomic
def mark_not_the_same(*, one: Person, other: Person, actor: Account) -> NotTheSame:
    """Remember that somebody looked at two people and found two; they are not brought forward again."""
    _check_actor(one, other, actor)
    first, second = sorted((one, other), key=lambda each: each.pk)
    pair, created = NotTheSame.objects.get_or_create(first=first, second=second, defaults={"decided_by": actor})
    if created:
        for subject in (first, second):
            record("people.not_the_same", obj=pair, actor=actor, subject=subject)
    return pair


@transaction.atomic
def take_back_not_the_same(*, one: Person, other: Person, actor: Account) -> None:
    """Forget that two people are not the same. A second time changes nothing."""
    _check_actor(one, other, actor)
    pair = NotTheSame.objects.filter(first=min(one.pk, other.pk), second=max(one.pk, other.pk)).first()
    if pair is None:
        return
    for subject in (one, other):
        record("people.not_the_same_taken_back", obj=pair, actor=actor, subject=subject)
    pair.delete()


def _check_actor(one: Person, other: Person, actor: Account) -> None:
    if one.pk == other.pk:
        raise PeopleError(_("This is one record and not two."))
    if not can_compare(actor, one, other):
        raise PeopleError(_("Both people must be of the agencies that you look after. Ask a programme manager."))
