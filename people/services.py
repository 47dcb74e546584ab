"""Every write about persons, agencies, membership and roles."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from audit.services import record
from core.errors import DomainError
from core.folding import fold
from core.spreadsheets import UnreadableError, read_table
from people.columns import HEADINGS, RosterRow, RowError, missing_columns, read_rows
from people.models import Account, Agency, Language, Membership, Person, Role, RoleGrant

EDITORS_GROUP = "Content editors"
MANAGERS_GROUP = "Programme managers"
# The group in the CMS that a role brings with it.
GROUPS = {Role.EDITOR: EDITORS_GROUP, Role.MANAGER: MANAGERS_GROUP}


class PeopleError(DomainError):
    """A rule about persons, agencies or roles was not met."""


@transaction.atomic
def create_agency(*, code: str, name_en: str, kind: str, parent: Agency | None = None, **fields: Any) -> Agency:
    """Create an agency below `parent`; its path is written here and never again."""
    agency = Agency.objects.create(code=code, name_en=name_en, kind=kind, parent=parent, **fields)
    agency.path = f"{parent.path if parent else '/'}{agency.pk}/"
    agency.save(update_fields=["path"])
    record("people.agency_created", obj=agency, after={"code": code})
    return agency


@transaction.atomic
def remove_agency(*, agency: Agency, actor: Account | None = None) -> None:
    """Remove an agency that nothing names. Raises PeopleError that says what names it: the past keeps its agencies."""
    locked = Agency.objects.select_for_update().get(pk=agency.pk)
    if uses := _uses_of(locked):
        raise PeopleError(
            _("%(agency)s stays, because other records name it: %(uses)s. An agency that is no more is closed.")
            % {"agency": locked, "uses": ", ".join(f"{name} ({count})" for name, count in uses.items())}
        )
    record("people.agency_removed", obj=locked, actor=actor, before={"code": locked.code})
    locked.delete()


def _uses_of(agency: Agency) -> dict[str, int]:
    """How many records of each kind name an agency, whichever app keeps them."""
    uses: dict[str, int] = {}
    # A relation that nobody follows back ("+") is hidden, and protects all the same.
    fields: list[Any] = list(Agency._meta.get_fields(include_hidden=True))
    for relation in [each for each in fields if each.auto_created and not each.concrete]:
        model: Any = relation.related_model
        if count := model.objects.filter(**{relation.field.name: agency}).count():
            name = str(model._meta.verbose_name_plural)
            uses[name] = uses.get(name, 0) + count
    return uses


@transaction.atomic
def join_agency(
    *, person: Person, agency: Agency, since: date, until: date | None = None, post: str = ""
) -> Membership:
    """Make `agency` the person's primary one from a day on, to the day `until` where nothing is known of later ones.

    An earlier primary membership ends the day before.
    """
    if agency.closed_on is not None and agency.closed_on < since:
        raise PeopleError(_("%(agency)s closed on %(date)s.") % {"agency": agency, "date": agency.closed_on})
    current = Membership.objects.filter(person=person, primary=True, valid_to__isnull=True).first()
    if current is not None:
        if current.agency_id == agency.pk:
            return current
        if current.valid_from >= since:
            raise PeopleError(_("The move must be after the person joined the present agency."))
        current.valid_to = since - timedelta(days=1)
        current.save(update_fields=["valid_to"])
    membership = Membership.objects.create(person=person, agency=agency, valid_from=since, valid_to=until, post=post)
    record("people.agency_joined", obj=membership, subject=person, after={"agency": agency.code, "since": str(since)})
    return membership


def agency_of(person: Person, on: date | None = None) -> Agency:
    """Return the person's primary agency on a day (default today).

    Raises PeopleError when the person belonged to none.
    """
    day = on or timezone.localdate()
    membership = Membership.objects.on(day).filter(person=person, primary=True).select_related("agency").first()
    if membership is None:
        raise PeopleError(_("%(person)s belongs to no agency on that day.") % {"person": person})
    return membership.agency


@transaction.atomic
def open_account(*, person: Person, email: str = "") -> Account:
    """Give a person the right to sign in with the work e-mail. An account that exists is returned.

    The address counts as verified, for the agency vouches for it: nobody else can claim it from then on.
    """
    existing = Account.objects.filter(person=person).first()
    if existing is not None:
        return existing
    address = (email or person.email).strip().lower()
    if not address:
        raise PeopleError(_("%(person)s has no e-mail, so no account can be opened.") % {"person": person})
    account, created = Account.objects.get_or_create(email=address)
    if not created and account.person_id not in (None, person.pk):
        raise PeopleError(_("The account %(email)s belongs to another person.") % {"email": address})
    if created:
        account.set_unusable_password()
    account.person = person
    account.save()
    _verify_address(account)
    record("people.account_opened", obj=account, subject=person)
    return account


def _verify_address(account: Account) -> None:
    """Make the account's e-mail its verified primary address; claims of other accounts to it that nobody verified end.

    Raises PeopleError when another account has verified the address.
    """
    claims = EmailAddress.objects.filter(email__iexact=account.email).exclude(user=account)
    if claims.filter(verified=True).exists():
        raise PeopleError(_("The account %(email)s belongs to another person.") % {"email": account.email})
    claims.delete()
    own = EmailAddress.objects.filter(user=account)
    own.exclude(email=account.email).update(primary=False)
    own.update_or_create(user=account, email=account.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def open_account_for_email(*, email: str) -> Account:
    """Open an account where only the e-mail is known. A person whom nobody registered is named after the address.

    "anna.kavaliova@example.org" becomes Kavaliova Anna until somebody writes the name as the passport has it.
    """
    address = email.strip().lower()
    person = Person.objects.filter(email=address, merged_into__isnull=True).first()
    if person is None:
        *given, family = re.split(r"[._-]+", address.partition("@")[0])
        person = Person.objects.create(
            family_name=family.capitalize(), given_name=" ".join(part.capitalize() for part in given), email=address
        )
        record("people.person_created", obj=person, subject=person)
    return open_account(person=person, email=address)


@transaction.atomic
def grant_role(
    *, account: Account, role: str, agency: Agency | None = None, granted_by: Account | None = None
) -> RoleGrant:
    """Give a role, once. Editors, managers and administrators also get their rights in the CMS."""
    if role == Role.COORDINATOR and agency is None:
        raise PeopleError(_("A coordinator needs an agency."))
    if role != Role.COORDINATOR and agency is not None:
        raise PeopleError(_("Only a coordinator's role names an agency."))
    grant, created = RoleGrant.objects.get_or_create(
        account=account, role=role, agency=agency, valid_to=None, defaults={"granted_by": granted_by}
    )
    if role == Role.ADMINISTRATOR and not account.is_superuser:
        account.is_superuser = True
        account.save(update_fields=["is_superuser"])
    if role in GROUPS:
        account.groups.add(_editors_group() if role == Role.EDITOR else _managers_group())
    if created:
        record("people.role_granted", obj=grant, actor=granted_by, subject=account.person, after={"role": role})
    return grant


@transaction.atomic
def revoke_role(
    *, account: Account, role: str, agency: Agency | None = None, revoked_by: Account | None = None, reason: str = ""
) -> int:
    """End a role at once and return how many grants ended; a coordinator's for one agency or, without one, for all."""
    grants = RoleGrant.objects.active().filter(account=account, role=role).select_for_update()
    ended = list(grants if agency is None else grants.filter(agency=agency))
    for grant in ended:
        # The last day in force is what is kept, and today is none any more.
        grant.valid_to = timezone.localdate() - timedelta(days=1)
        grant.save(update_fields=["valid_to"])
        record(
            "people.role_revoked",
            obj=grant,
            actor=revoked_by,
            subject=account.person,
            before={"role": role},
            reason=reason,
        )
    _take_rights(account)
    return len(ended)


def with_ended_roles() -> models.QuerySet[Account]:
    """Accounts that still have the rights of a role of which a grant ended; another grant may be in force."""
    ended = RoleGrant.objects.filter(account=models.OuterRef("pk"), valid_to__lt=timezone.localdate())
    kept = Q(models.Exists(ended.filter(role=Role.ADMINISTRATOR)), is_superuser=True)
    for role, group in GROUPS.items():
        kept |= Q(models.Exists(ended.filter(role=role)), groups__name=group)
    return Account.objects.filter(kept).distinct().order_by("pk")


@transaction.atomic
def end_roles(*, account: Account) -> bool:
    """Take the rights of roles that have ended from an account; say whether there were any."""
    taken = _take_rights(Account.objects.select_for_update().get(pk=account.pk))
    if taken:
        record("people.roles_ended", obj=account, subject=account.person, before={"roles": taken})
    return bool(taken)


def _take_rights(account: Account) -> list[str]:
    """Take what came with roles whose grants have all ended, and return these roles. What no grant gave stays."""
    grants = RoleGrant.objects.filter(account=account)
    over = set(grants.values_list("role", flat=True)) - set(grants.active().values_list("role", flat=True))
    account.__dict__.pop("_active_roles", None)
    taken = []
    if Role.ADMINISTRATOR in over and account.is_superuser:
        account.is_superuser = False
        account.save(update_fields=["is_superuser"])
        taken.append(Role.ADMINISTRATOR.value)
    for role, name in GROUPS.items():
        groups = account.groups.filter(name=name)
        if role in over and groups.exists():
            account.groups.remove(*groups)
            taken.append(role.value)
    return taken


def _editors_group() -> Group:
    """The CMS group of editors: every page, image and document, and the records that settings name as editorial."""
    group, created = Group.objects.get_or_create(name=EDITORS_GROUP)
    # Whatever a newer release names as editorial comes to a group that exists.
    group.permissions.add(*_editorial_permissions())
    if created:
        root_page, root_collection = Page.get_first_root_node(), Collection.get_first_root_node()
        of_pages = Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group=group, page=root_page, permission=permission)
            for permission in of_pages.filter(codename__in=["add_page", "change_page", "publish_page", "lock_page"])
        )
        of_files = Permission.objects.filter(content_type__model__in=["image", "document"])
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=root_collection, permission=permission)
            for permission in of_files.exclude(codename__startswith="delete").exclude(codename__startswith="view")
        )
    return group


def _editorial_permissions() -> models.QuerySet[Permission]:
    editorial = Q(codename__in=["access_admin", "submit_translation"])
    for label in settings.EDITORIAL_MODELS:
        app, model = label.split(".")
        editorial |= Q(content_type__app_label=app, content_type__model=model)
    return Permission.objects.filter(editorial)


def bring_editors_up_to_date() -> None:
    """Give the group of editors the rights that came with a newer release. Takes none away; repeating is cheap."""
    if Group.objects.filter(name=EDITORS_GROUP).exists():
        _editors_group()


def _managers_group() -> Group:
    """The CMS group of managers: they come in to mark answers and to make exceptions, and write nothing."""
    group, created = Group.objects.get_or_create(name=MANAGERS_GROUP)
    if created:
        group.permissions.set(Permission.objects.filter(codename="access_admin"))
    return group


# --- People and rosters ----------------------------------------------------------------------------------------------


@transaction.atomic
def create_person(
    *,
    agency: Agency,
    family_name: str,
    given_name: str,
    email: str = "",
    post: str = "",
    since: date | None = None,
    until: date | None = None,
    actor: Account | None = None,
    **fields: Any,
) -> Person:
    """Create a person as a member of an agency from a day on (default today), to the last day that is known.

    Raises PeopleError when the e-mail belongs to somebody: the same e-mail is the same person.
    """
    if email and Person.objects.unmerged().filter(email=email.strip().lower()).exists():
        raise PeopleError(_("%(email)s belongs to a person who is known already.") % {"email": email})
    person = Person.objects.create(family_name=family_name, given_name=given_name, email=email, **fields)
    record("people.person_created", obj=person, actor=actor, subject=person)
    join_agency(person=person, agency=agency, since=since or timezone.localdate(), until=until, post=post)
    return person


@transaction.atomic
def change_latin_name(*, person: Person, name_latin: str, actor: Account | None = None) -> None:
    """Correct how a person's name is written in Latin script. What was issued with another spelling keeps it."""
    before = person.name_latin
    if name_latin == before:
        return
    person.name_latin = name_latin
    person.save(update_fields=["name_latin", "search_text", "sort_name", "email"])
    record(
        "people.latin_name_changed",
        obj=person,
        actor=actor,
        subject=person,
        before={"name_latin": before},
        after={"name_latin": name_latin},
    )


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
    emails = [row.email for row in rows if row.email]
    people = {each.email: each for each in Person.objects.unmerged().filter(email__in=emails)}
    memberships = {
        each.person_id: each
        for each in Membership.objects.current()
        .filter(person__in=list(people.values()), primary=True)
        .select_related("agency")
    }
    namesakes = _Namesakes(rows)
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


class _Namesakes:
    """Who has the name of a row: people on record, and rows further up in the same file."""

    def __init__(self, rows: Sequence[RosterRow]) -> None:
        self._by_name: dict[str, set[int]] = defaultdict(set)
        for pk, name in Person.objects.unmerged().values_list("pk", "sort_name"):
            self._by_name[name].add(pk)
            self._by_name[f"{name.rpartition(' ')[0]} *"].add(pk)
        asked = set().union(*(self._keys_of(row) for row in rows)) if rows else set()
        self._people = Person.objects.in_bulk(set().union(*(self._by_name[key] for key in asked)) if asked else [])
        self._on_earlier_lines: set[str] = set()

    @staticmethod
    def _keys_of(row: RosterRow) -> set[str]:
        short = fold(row.family_name, row.given_name)
        return {short, fold(row.family_name, row.given_name, row.patronymic) if row.patronymic else f"{short} *"}

    def of(self, row: RosterRow) -> list[Person]:
        """People on record whose names are the same, and whose patronymic is the same or not known on one side."""
        found = set().union(*(self._by_name[key] for key in self._keys_of(row)))
        return [self._people[pk] for pk in sorted(found)]

    def came_before(self, row: RosterRow) -> bool:
        """Whether the file named such a person further up; this row is remembered."""
        name = fold(row.family_name, row.given_name, row.patronymic)
        known = name in self._on_earlier_lines
        self._on_earlier_lines.add(name)
        return known


def _unknown(row: RosterRow, agency: Agency, namesakes: _Namesakes) -> RosterEntry:
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


def _agency_objection(row: RosterRow, agency: Agency | None, within: Agency | None) -> str | None:
    if agency is None:
        return _("There is no agency “%(code)s”.") % {"code": row.agency} if row.agency else _("The agency is missing.")
    if within is not None and not (agency.path or "").startswith(within.path or ""):
        return _("%(agency)s does not belong to %(above)s.") % {"agency": agency, "above": within}
    if agency.closed_on is not None and agency.closed_on <= timezone.localdate():
        return _("%(agency)s is closed.") % {"agency": agency}
    return None


# --- Earlier years ---------------------------------------------------------------------------------------------------

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
