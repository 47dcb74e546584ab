"""Two records of one human being become one, everything that hangs on them included, and become two again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people import emails, merging
from people.errors import PeopleError
from people.holdings import Holding, Merging, holdings
from people.models import Account, Membership, Merge, NotTheSame, Person, Role, looked_after_by
from people.permissions import HIGH_ROLES, can_compare, has_role
from people.services.holdings import leads_to_account
from people.services.journal import Journal, rows_in, take_back
from people.services.merged_accounts import accounts_of, merge_accounts, roles_not_over
from people.services.merged_rows import move_rows
from people.signals import memberships_changed
from people.spells import Spell, put_together

# What somebody chooses of two records. Names that were issued stay as they were printed.
FIELDS = ("family_name", "given_name", "patronymic", "name_latin", "sex", "email", "language", "time_zone")
_FOLDED = ("search_text", "sort_name", "name_key")
# Models of which a merge knows more than that their rows go over.
_OWN_WAY = {"people.Person", "people.Account", "people.NotTheSame", "people.Membership"}


@dataclass(frozen=True)
class MergePlan:
    """What a merge of two people would do. `taken`: names of fields that come from the record that goes."""

    kept: Person
    merged: Person
    actor: Account
    taken: frozenset[str] = frozenset()
    account: Account | None = None


@dataclass
class Foreseen:
    """What a merge would come to, told before it is made."""

    chosen: Mapping[str, list[Any]] = field(default_factory=dict)
    moved: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    closed: Account | None = None
    final: bool = False


def objection_to_merge(kept: Person, merged: Person, actor: Account) -> str:
    """Say in a sentence why an account does not merge two people; empty where it may."""
    if kept.pk == merged.pk:
        return _("This is one record and not two.")
    if actor.person_id in {kept.pk, merged.pk}:
        return _("One of them is you. Somebody else merges your own record.")
    if not can_compare(actor, kept, merged):
        return _("Both people must be of the agencies that you look after. Ask a programme manager.")
    if _pair(kept, merged).exists():
        return _("Somebody looked at the two and found that they are not the same. Take that back first.")
    return _objection_to_roles([each for each in accounts_of(kept, merged) if each is not None], actor)


def _objection_to_roles(accounts: list[Account], actor: Account) -> str:
    """Whose e-mail signs in with roles is decided by those who could give these roles."""
    held = set(roles_not_over(accounts).values_list("role", flat=True))
    if any(each.is_superuser for each in accounts):
        held.add(Role.ADMINISTRATOR)
    if held and not actor.sees_everybody:
        return _("One of them has a role in the Academy. Ask a programme manager.")
    if held & HIGH_ROLES and not has_role(actor, Role.ADMINISTRATOR):
        return _("One of them is a programme manager or an administrator. Ask an administrator.")
    return ""


def foresee_merge(*, plan: MergePlan) -> Foreseen:
    """Say what a merge would do, by doing it and leaving nothing of it. Raises PeopleError as `merge_persons` does."""
    with transaction.atomic():
        journal, chosen, closed = _carry_out(plan)
        transaction.set_rollback(True)
    return Foreseen(chosen, journal.moved, journal.set_aside, closed, journal.final)


@transaction.atomic
def merge_persons(*, plan: MergePlan) -> Merge:
    """Make one record of two. All facts follow; certificates keep the name as printed. A second time changes nothing.

    Raises PeopleError with the reason where these two are not merged, or not by this account.
    """
    done = Merge.objects.filter(kept=plan.kept, merged=plan.merged, undone_at__isnull=True).first()
    if done is not None:
        return done
    journal, chosen, closed = _carry_out(plan)
    merge = Merge.objects.create(
        kept=plan.kept,
        merged=plan.merged,
        merged_by=plan.actor,
        chosen=chosen,
        moved=dict(journal.moved),
        set_aside=dict(journal.set_aside),
        steps=[] if journal.final else journal.steps,
    )
    after = {"kept": plan.kept.public_code, "merged": plan.merged.public_code, "moved": dict(journal.moved)}
    for subject in (plan.kept, plan.merged):
        record("people.persons_merged", obj=merge, actor=plan.actor, subject=subject, after=after)
    own = Account.objects.filter(person=plan.kept).first()
    if own is not None and "people.Account" in {step["model"] for step in journal.steps}:
        emails.records_merged(merge, {own.email, closed.email if closed else own.email})
    return merge


def _carry_out(plan: MergePlan) -> tuple[Journal, dict[str, list[Any]], Account | None]:
    kept, merged = _locked(plan)
    journal = Journal()
    journal.change(merged, merged_into_id=kept.pk)
    chosen = _choose(journal, kept, merged, plan.taken)
    closed = merge_accounts(journal, kept, merged, plan.account)
    for holding in _followed():
        move_rows(journal, apps.get_model(holding.model), holding.path, source=merged.pk, target=kept.pk)
    _move_decisions(journal, kept, merged)
    since = _move_memberships(journal, kept, merged)
    for follower in merging.followers():
        follower(kept, merged, journal)
    if since is not None:
        memberships_changed.send(sender=Membership, people=[kept.pk], since=since)
    return journal, chosen, closed


def _locked(plan: MergePlan) -> tuple[Person, Person]:
    """Wait for whoever changes one of the two, and look whether they can still be merged."""
    pair = [plan.kept.pk, plan.merged.pk]
    found = {each.pk: each for each in Person.objects.select_for_update().filter(pk__in=pair).order_by("pk")}
    kept, merged = found[plan.kept.pk], found[plan.merged.pk]
    for each in (kept, merged):
        if each.merged_into_id is not None:
            raise PeopleError(_("%(person)s was merged already. Look at the list anew.") % {"person": each})
    objection = objection_to_merge(kept, merged, plan.actor)
    if objection:
        raise PeopleError(objection)
    # Whoever signs in at this moment waits as well.
    list(Account.objects.select_for_update().filter(person__in=pair).order_by("pk"))
    return kept, merged


def _choose(journal: Journal, kept: Person, merged: Person, taken: Iterable[str]) -> dict[str, list[Any]]:
    """Let the record that stays take over values of the other one; what it lacks comes from there in any case."""
    lacking = {"name_latin", "patronymic", "email"} - {name for name in FIELDS if getattr(kept, name)}
    wanted = {name for name in FIELDS if name in taken or name in lacking}
    if kept.sex == Person.Sex.UNDISCLOSED:
        wanted.add("sex")
    values = {name: getattr(merged, name) for name in FIELDS if name in wanted}
    chosen = {name: [getattr(kept, name), value] for name, value in values.items() if getattr(kept, name) != value}
    then = Person(**{name: getattr(kept, name) for name in FIELDS} | values)
    then.fold_names()
    journal.change(kept, **values, **{name: getattr(then, name) for name in _FOLDED})
    return chosen


def _followed() -> list[Holding]:
    """What goes over by the key to the person; rows that hang on others go with those."""
    return [
        each
        for each in holdings()
        if each.merging != Merging.STAYS
        and each.path != "pk"
        and "__" not in each.path
        and not leads_to_account(each)
        and (each.model not in _OWN_WAY or each.path == "merged_into")
    ]


def _pair(one: Person, other: Person) -> Any:
    first, second = sorted((one.pk, other.pk))
    return NotTheSame.objects.filter(first=first, second=second)


def _move_decisions(journal: Journal, kept: Person, merged: Person) -> None:
    """Whoever is not the same as the one who goes is not the same as the one who stays."""
    known = {each for pair in _decisions(kept) for each in (pair.first_id, pair.second_id)}
    for decision in _decisions(merged):
        other = decision.second_id if decision.first_id == merged.pk else decision.first_id
        if other in known:
            journal.remove(decision)
        else:
            first, second = sorted((kept.pk, other))
            journal.change(decision, first_id=first, second_id=second)


def _decisions(person: Person) -> list[NotTheSame]:
    return [*NotTheSame.objects.filter(first=person), *NotTheSame.objects.filter(second=person)]


def _move_memberships(journal: Journal, kept: Person, merged: Person) -> Any:
    """Put the times in agencies together. Returns the first day of those that went over; None where there are none."""
    rows = {each.pk: each for each in Membership.objects.filter(person__in=[kept, merged]).order_by("pk")}
    arriving = [each for each in rows.values() if each.person_id == merged.pk]
    if not arriving:
        return None
    spells = [
        Spell(each.pk, each.agency_id, each.valid_from, each.valid_to, each.person_id == kept.pk, each.primary)
        for each in rows.values()
    ]
    together, covered = put_together(spells)
    for key in covered:
        journal.remove(rows[key])
    posts = {each.agency_id: each.post for each in arriving if each.post}
    # What ends goes first: one membership alone may last.
    for spell in sorted(together, key=lambda each: (each.until is None and each.primary, not each.own)):
        row = rows[spell.key]
        values: dict[str, Any] = {"valid_from": spell.since, "valid_to": spell.until, "primary": spell.primary}
        if not row.post and row.agency_id in posts:
            values["post"] = posts[row.agency_id]
        if not spell.own:
            journal.moved[row._meta.label] += 1
        journal.change(row, person_id=kept.pk, **values)
    return min(each.valid_from for each in arriving)


def objection_to_undoing(merge: Merge, actor: Account) -> str:
    """Say in a sentence why an account does not undo a merge; empty where it may try."""
    if merge.undone_at is not None:
        return _("This merge was undone already.")
    kept = merge.kept
    if actor.person_id in {merge.kept_id, merge.merged_id}:
        return _("One of them is you. Somebody else merges your own record.")
    if kept.merged_into_id is not None or Merge.objects.filter(kept=kept, pk__gt=merge.pk, undone_at=None).exists():
        return _("The record was merged once more since then. Undo the later merge first.")
    if not looked_after_by(actor).filter(pk=kept.pk).exists():
        return _("The person must be of the agencies that you look after. Ask a programme manager.")
    if not merge.steps:
        return _("What both records came to together completed something or was erased, so the merge stays.")
    return _objection_to_roles([each for each in accounts_of(kept, merge.merged) if each is not None], actor)


@transaction.atomic
def undo_merge(*, merge: Merge, actor: Account) -> Merge:
    """Make two records of one again, exactly as they were. What came after the merge stays with the one that stayed.

    Raises PeopleError where something stands on the merge, or the account may not.
    """
    pair = [merge.kept_id, merge.merged_id]
    list(Person.objects.select_for_update().filter(pk__in=pair).order_by("pk"))
    locked = Merge.objects.select_for_update(of=("self",)).select_related("kept", "merged").get(pk=merge.pk)
    objection = objection_to_undoing(locked, actor)
    if objection:
        raise PeopleError(objection)
    take_back(locked.steps)
    if torn_apart(pair):
        raise PeopleError(_("Something was written since the merge that stands on it, so it cannot be undone."))
    locked.undone_at, locked.undone_by = timezone.now(), actor
    locked.save(update_fields=["undone_at", "undone_by"])
    days = Membership.objects.filter(person__in=pair).order_by("valid_from").values_list("valid_from", flat=True)
    if days:
        memberships_changed.send(sender=Membership, people=pair, since=days[0])
    for subject in (locked.kept, locked.merged):
        record("people.merge_undone", obj=locked, actor=actor, subject=subject)
    changed = [step for step in locked.steps if step["model"] == "people.Account"]
    if changed:
        addresses = Account.objects.filter(person__in=pair, is_active=True).values_list("email", flat=True)
        emails.merge_undone(locked, set(addresses))
    return locked


def torn_apart(people: Iterable[int]) -> list[str]:
    """Return the keys by which a row of one of these people hangs on a row of another one."""
    owned = {each.model: each.path for each in _followed() if each.model not in _OWN_WAY}
    found = []
    for model in apps.get_models():
        paths = {model._meta.label: owned.get(model._meta.label, "")}
        for key in model._meta.concrete_fields:
            target = key.related_model
            if target is not None and target is not model and target._meta.label in owned:
                paths[key.name] = f"{key.name}__{owned[target._meta.label]}"
        ways = [path for path in paths.values() if path]
        for one, other in combinations(ways, 2):
            rows = rows_in(model).filter(**{f"{one}__in": people, f"{other}__in": people})
            if rows.exclude(**{one: F(other)}).exists():
                found.append(f"{model._meta.label}.{other}")
    return found
