"""A role that has ended gives no rights, in the CMS neither."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from people.models import Account, RoleGrant
from people.services import EDITORS_GROUP, grant_role
from people.tasks import end_roles
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def let_end(account: Account, days_ago: int = 1) -> None:
    RoleGrant.objects.filter(account=account).update(valid_to=timezone.localdate() - timedelta(days=days_ago))


def rights(account: Account) -> tuple[bool, bool]:
    """Whether the account may do everything, and whether it may write texts."""
    fresh = Account.objects.get(pk=account.pk)
    return fresh.sees_everybody, fresh.has_perm("wagtailadmin.access_admin")


def test_an_administrator_and_an_editor_lose_their_rights_on_the_day_after_the_last(client_of):
    administrator, editor = make_account("administrator"), make_account("editor")
    let_end(administrator)
    let_end(editor)

    assert [end_roles(), end_roles()] == [2, 0]

    assert [rights(administrator), rights(editor)] == [(False, False), (False, False)]
    assert client_of(editor).get("/cms/").status_code == 302
    assert list(
        Event.objects.filter(action="people.roles_ended").order_by("pk").values_list("object_id", "before")
    ) == [
        (str(administrator.pk), {"roles": ["administrator"]}),
        (str(editor.pk), {"roles": ["editor"]}),
    ]


def test_the_last_day_counts():
    administrator, editor = make_account("administrator"), make_account("editor")
    let_end(administrator, days_ago=0)
    let_end(editor, days_ago=0)

    assert end_roles() == 0
    assert [rights(administrator), rights(editor)] == [(True, True), (False, True)]


def test_who_was_given_the_role_again_keeps_it():
    account = make_account("administrator", "editor")
    let_end(account)
    grant_role(account=account, role="administrator")
    grant_role(account=account, role="editor")

    assert end_roles() == 0
    assert rights(account) == (True, True)


def test_one_role_ends_and_the_other_stays():
    account = make_account("administrator", "editor")
    RoleGrant.objects.filter(account=account, role="administrator").update(valid_to=timezone.localdate() - timedelta(1))

    assert end_roles() == 1
    assert rights(account) == (False, True)
    assert list(account.groups.values_list("name", flat=True)) == [EDITORS_GROUP]


def test_the_role_of_a_manager_ends_with_the_way_into_the_cms():
    account = make_account("manager")
    before = rights(account)
    RoleGrant.objects.filter(account=account).update(valid_to=timezone.localdate() - timedelta(1))

    assert end_roles() == 1
    assert (before, rights(account)) == ((True, True), (False, False))


def test_rights_that_no_role_gave_stay():
    root = Account.objects.create_superuser("root@example.org")

    assert end_roles() == 0
    assert rights(root) == (True, True)
