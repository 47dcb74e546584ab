"""Roles, and the rights in the CMS that come with them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from audit.services import record
from people.errors import PeopleError
from people.models import Account, Agency, Role, RoleGrant

EDITORS_GROUP = "Content editors"
MANAGERS_GROUP = "Programme managers"
LAWYERS_GROUP = "Reviewing lawyers"
DOCTORS_GROUP = "Reviewing doctors"
# The group in the CMS that a role brings with it.
GROUPS = {
    Role.EDITOR: EDITORS_GROUP,
    Role.MANAGER: MANAGERS_GROUP,
    Role.LAWYER: LAWYERS_GROUP,
    Role.DOCTOR: DOCTORS_GROUP,
}


@transaction.atomic
def grant_role(
    *,
    account: Account,
    role: str,
    agency: Agency | None = None,
    granted_by: Account | None = None,
    reason: str = "",
) -> RoleGrant:
    """Give a role, once. Editors, managers, experts and administrators also get their rights in the CMS."""
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
        account.groups.add(_editors_group() if role == Role.EDITOR else group_that_comes_in(GROUPS[Role(role)]))
    if created:
        after = {"role": role, "agency": agency.code} if agency else {"role": role}
        record("people.role_granted", obj=grant, actor=granted_by, subject=account.person, after=after, reason=reason)
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
    account.__dict__.pop("active_roles", None)
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


def group_that_comes_in(name: str) -> Group:
    """A CMS group of managers or experts: they come in to mark answers, or to read what they are asked to review.

    They write nothing.
    """
    group, created = Group.objects.get_or_create(name=name)
    if created:
        group.permissions.set(Permission.objects.filter(codename="access_admin"))
    return group
