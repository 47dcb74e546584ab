"""The test databases themselves: what is in them, and that a test that commits leaves nothing behind."""

import pytest
from wagtail.models import Locale, Page

from people.models import Agency
from tests.factories.people import make_account, make_agency


@pytest.mark.db
@pytest.mark.django_db
def test_the_template_has_wagtails_root_and_the_three_languages():
    assert Page.objects.filter(depth=1).count() == 1
    assert sorted(Locale.objects.values_list("language_code", flat=True)) == ["be", "en", "ru"]


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_committing_test_writes_is_gone_afterwards(turn):
    assert Agency.objects.count() == 0
    assert Page.objects.filter(depth=1).count() == 1
    make_agency(code="left-over")


@pytest.mark.db
def test_a_tree_of_agencies_and_a_signed_in_client_are_at_hand(agency_tree, client_of):
    coordinator = make_account("coordinator", agency=agency_tree.department)

    assert list(Agency.objects.coordinated_by(coordinator)) == [agency_tree.clinic, agency_tree.department]
    assert client_of(coordinator).session["_auth_user_id"] == str(coordinator.pk)


@pytest.mark.db
def test_every_role_is_at_hand(roles):
    assert roles.learner.active_roles == frozenset()
    assert roles.coordinator.active_roles == {"coordinator"}
    assert roles.administrator.is_superuser
