"""Every write about persons, agencies, membership and roles."""

import re
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from audit.services import record
from core.errors import DomainError
from people.models import Account, Agency, Membership, Person, Role, RoleGrant

EDITORS_GROUP = "Content editors"


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
def join_agency(*, person: Person, agency: Agency, since: date, post: str = "") -> Membership:
    """Make `agency` the person's primary one from a day on. An earlier primary membership ends the day before."""
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
    membership = Membership.objects.create(person=person, agency=agency, valid_from=since, post=post)
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
    """Give a person the right to sign in with the work e-mail. An account that exists is returned."""
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
    record("people.account_opened", obj=account, subject=person)
    return account


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
    """Give a role, once. Editors and administrators also get their rights in the CMS."""
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
    if role == Role.EDITOR:
        account.groups.add(_editors_group())
    if created:
        record("people.role_granted", obj=grant, actor=granted_by, subject=account.person, after={"role": role})
    return grant


def _editors_group() -> Group:
    """The CMS group of editors: every page, image and document, and the records that settings name as editorial."""
    group, created = Group.objects.get_or_create(name=EDITORS_GROUP)
    if created:
        models = Q()
        for label in settings.EDITORIAL_MODELS:
            app, model = label.split(".")
            models |= Q(content_type__app_label=app, content_type__model=model)
        single = Q(codename="access_admin") | Q(codename="submit_translation")
        group.permissions.set(Permission.objects.filter(models | single))
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
