"""Who may see or decide about others has a second factor, or gets no further than where one is added."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from people.models import Role, RoleGrant
from people.permissions import second_factor_due
from tests.factories.people import make_account
from tests.factories.sign_ins import give_app, give_recovery_codes, prove_now

pytestmark = pytest.mark.django_db
GRACE = 14


@pytest.fixture(autouse=True)
def _second_factors_are_asked_for(settings):
    settings.REQUIRE_MFA, settings.MFA_GRACE_DAYS = True, GRACE
    settings.MFA_REQUIRED_ROLES = list(Role.values)


def with_role_since(days: int, role: str = "coordinator"):
    """An account whose first role was given so many days ago."""
    account = make_account(role)
    RoleGrant.objects.filter(account=account).update(valid_from=timezone.localdate() - timedelta(days=days))
    return account


@pytest.mark.parametrize("role", Role.values)
def test_every_role_needs_one_and_learning_alone_does_not(role):
    today = timezone.localdate()

    assert second_factor_due(with_role_since(3, role)) == today + timedelta(days=GRACE - 3)
    assert second_factor_due(make_account()) is None


def test_a_role_that_ended_needs_none_and_one_that_comes_back_opens_no_new_time():
    account = with_role_since(100)
    grant = RoleGrant.objects.get()
    grant.valid_to = timezone.localdate() - timedelta(days=1)
    grant.save()
    without = second_factor_due(account.__class__.objects.get())

    RoleGrant.objects.create(account=account, role="manager")

    assert without is None
    assert second_factor_due(account.__class__.objects.get()) == timezone.localdate() + timedelta(days=GRACE - 100)


def test_whoever_may_do_everything_without_a_role_is_asked_too():
    account = make_account()
    account.is_superuser = True
    account.save()

    assert second_factor_due(account) == timezone.localdate() + timedelta(days=GRACE)


@pytest.mark.parametrize(
    "path", ["/en/", "/en/my/", "/en/reports/", "/ru/workshops/", "/cms/", "/en/account/sessions/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_after_the_time_nothing_is_open_but_where_one_is_added(client_of, path, method):
    client = client_of(with_role_since(GRACE, "administrator"))

    response = getattr(client, method)(path)

    assert (response.status_code, response["Location"][3:]) == (302, "/account/2fa/")


@pytest.mark.parametrize(
    "path",
    [
        "/en/account/2fa/", "/be/account/2fa/", "/en/account/2fa/totp/activate/", "/en/account/2fa/webauthn/add/",
        "/en/account/logout/", "/en/problem/", "/worker.js",
    ],
)  # fmt: skip
def test_adding_one_signing_out_and_help_stay_open(client_of, path):
    client = client_of(with_role_since(GRACE))
    prove_now(client)

    assert client.get(path).status_code == 200


def test_the_page_says_why_nothing_else_is_open(client_of):
    page = client_of(with_role_since(GRACE)).get("/en/account/2fa/").content.decode()

    assert "Your role needs a second factor. Add a passkey or an authenticator app to go on" in page


@pytest.mark.parametrize(("days", "words"), [(GRACE - 1, "within 1 day."), (0, f"within {GRACE} days.")])
def test_before_the_time_every_page_counts_the_days(client_of, days, words):
    page = client_of(with_role_since(days)).get("/en/my/").content.decode()

    assert f"Add a passkey or an authenticator app {words}" in page


def test_with_an_app_everything_is_open_and_nothing_is_said(client_of):
    account = with_role_since(GRACE)
    give_app(account)

    response = client_of(account).get("/en/my/")

    assert (response.status_code, "second factor" in response.content.decode()) == (200, False)


def test_recovery_codes_alone_are_no_second_factor(client_of):
    account = with_role_since(GRACE)
    give_recovery_codes(account)

    assert client_of(account).get("/en/my/").status_code == 302


def test_who_was_let_in_before_and_loses_the_factor_is_led_to_the_page_again(client_of):
    account = with_role_since(GRACE)
    give_app(account)
    client = client_of(account)
    before = client.get("/en/my/").status_code

    account.authenticator_set.all().delete()

    assert (before, client.get("/en/my/").status_code) == (200, 302)


def test_a_demonstration_asks_for_none(client_of, settings):
    settings.REQUIRE_MFA = False

    assert client_of(with_role_since(GRACE)).get("/en/my/").status_code == 200


def test_a_role_that_needs_none_is_left_alone(client_of, settings):
    settings.MFA_REQUIRED_ROLES = ["administrator"]

    assert client_of(with_role_since(GRACE)).get("/en/my/").status_code == 200


@pytest.mark.parametrize("roles", [1, 3])
def test_it_costs_the_same_however_many_roles_somebody_holds(django_assert_num_queries, roles):
    account = make_account(*["facilitator", "manager", "editor"][:roles])

    with django_assert_num_queries(3):  # roles of today, a factor, the first role
        second_factor_due(account)


def test_a_role_that_does_not_exist_stops_the_start(settings):
    settings.MFA_REQUIRED_ROLES = ["manager", "boss"]

    assert [error.msg for error in run_checks() if error.id == "people.E001"] == [
        "MFA_REQUIRED_ROLES names what is no role: boss"
    ]
