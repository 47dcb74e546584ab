"""A person's data are erased: what names somebody goes, the facts stay under a pseudonym."""

from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import erase_words, record
from mail.services import NOWHERE, erase_letters_to
from people.errors import PeopleError
from people.holdings import erasers, holdings
from people.models import (
    Account,
    Erasure,
    Membership,
    PeopleImport,
    Person,
    Role,
    RoleGrant,
    TextSize,
    Transfer,
    new_public_code,
)
from people.services.holdings import erase_rows
from people.services.people_lists.forgetting import forget_files

ERASED = "Erased person"


@transaction.atomic
def erase_person(*, person: Person, ground: str, actor: Account | None = None) -> Erasure:
    """Erase the data of a person, and of records that were merged into it, for good. A second time changes nothing.

    The person stays as "Erased person" with a new code, so that every figure stays what it was; the account is closed
    and signed out everywhere; messages, free texts and certificates lose their words. What each app does with its rows
    stands in `people.holdings`. Raises PeopleError for the last administrator, and whatever an app has against it.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    existing = Erasure.objects.filter(person=locked).first()
    if existing is not None:
        return existing
    if locked.merged_into_id is not None:
        raise PeopleError(_("This record was merged into another one. Erase that one."))
    _check_administrators(locked)
    theirs = [locked, *Person.objects.filter(merged_into=locked)]
    counts: dict[str, int] = {}
    for each in theirs:
        _add(counts, _erase(each, actor))
    erasure = Erasure.objects.create(person=locked, ground=ground, erased_by=actor, counts=counts)
    record("people.person_erased", obj=erasure, actor=actor, subject=locked, after=counts)
    reason = str(Erasure.Ground(ground).label)
    for each in theirs:
        for eraser in erasers(last=True):
            eraser(each, actor, reason)
    person.refresh_from_db()
    return erasure


def _check_administrators(person: Person) -> None:
    """Somebody has to be left who may do everything."""
    grants = RoleGrant.objects.active().filter(role=Role.ADMINISTRATOR, account__is_active=True)
    if grants.filter(account__person=person).exists() and not grants.exclude(account__person=person).exists():
        raise PeopleError(_("This is the last administrator. Give the role to somebody else first."))


def _add(counts: dict[str, int], more: Any) -> None:
    for what, number in more.items():
        counts[what] = counts.get(what, 0) + number


def _erase(person: Person, actor: Account | None) -> dict[str, int]:
    """Erase one record and return {"<app>.<what>": rows}."""
    counts: dict[str, int] = {}
    for eraser in erasers():
        _add(counts, eraser(person, actor, ""))
    _forget_lists(person)
    _end_what_goes_on(person)
    for holding in holdings():
        number = erase_rows(holding, person)
        if number:
            _add(counts, {holding.model.lower(): number})
    counts["mail.message"] = erase_letters_to(recipient=person)
    counts["audit.event"] = erase_words(subject=person)
    code = new_public_code()
    account = Account.objects.filter(person=person).first()
    if account is not None:
        _close(account, code)
    _pseudonymise(person, code)
    return counts


def _pseudonymise(person: Person, code: str) -> None:
    """Take the names away. Whether somebody could be reached by mail is counted, so an address leaves one behind."""
    person.family_name, person.given_name, person.patronymic, person.name_latin = ERASED, code, "", ""
    person.public_code = code
    person.email = person.email and f"{code}@{NOWHERE}"
    person.save()


def _close(account: Account, code: str) -> None:
    """Close the account: nobody signs in with it again, and whoever is signed in is not any more."""
    account.email, account.is_active, account.is_superuser = f"{code}@{NOWHERE}", False, False
    account.muted_messages, account.last_login = [], None
    # How pages were shown may tell of somebody's health.
    account.text_size = TextSize.NORMAL
    account.less_motion = account.more_contrast = account.text_only = False
    # Another secret ends every session as well: each holds a digest of the old one.
    account.set_unusable_password()
    account.save()
    account.groups.clear()
    account.user_permissions.clear()
    today = timezone.localdate()
    RoleGrant.objects.filter(account=account).filter(models.Q(valid_to=None) | models.Q(valid_to__gt=today)).update(
        valid_to=models.functions.Greatest(models.F("valid_from"), models.Value(today))
    )


def _end_what_goes_on(person: Person) -> None:
    """End the membership with today, which still counts, and what waits for an answer. Sessions end as well."""
    today = timezone.localdate()
    Membership.objects.filter(person=person, valid_to__isnull=True).update(
        valid_to=models.functions.Greatest(models.F("valid_from"), models.Value(today))
    )
    Transfer.objects.filter(person=person, state=Transfer.State.ASKED).update(
        state=Transfer.State.WITHDRAWN, decided_at=timezone.now()
    )
    for session in UserSession.objects.filter(user__person=person):
        _session(session.session_key).delete()


def _session(key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store


def _forget_lists(person: Person) -> None:
    """Remove the files of lists in which the person stands, and the plans of those that were not taken."""
    forget_files(lists=PeopleImport.objects.filter(entries__person=person).distinct())
