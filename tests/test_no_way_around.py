"""Every address of the site is tried with right credentials: none starts a session past the second factor.

The walk takes the addresses from the URL configuration itself, so a new one is tried the day it is added.
"""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from operations.addresses import Address, addresses
from people.services import invite_person
from tests.factories.people import give_role, make_account, make_person
from tests.factories.sign_ins import PASSWORD, code_of_app, give_app, give_password, give_recovery_codes, prove_now
from tests.journeys.steps import CODE
from workshops.services import make_feed

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"
# What stands for a part of an address: pages refuse what does not exist, and sessions do not care.
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
EXAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
GROUP = re.compile(r"\((?:\?P<\w+>)?(?:\?:)?[^()]*\)[?*+]?")


def example_of(address: Address) -> str:
    """An address that fits a pattern: "/<language>/modules/<str:code>/" has "/en/modules/1/"."""
    path = PART.sub(lambda part: EXAMPLES.get(part[1], "1"), address.pattern.replace("<language>", "en"))
    if "(" in path or path.endswith(("$", r"\Z")):
        path = re.sub(r"\[[^]]*\][*+]?|\\[wd][*+]?", "1", path)
        while GROUP.search(path):
            path = GROUP.sub("1", path)
        path = path.replace("^", "").replace("$", "").replace(r"\Z", "").replace("\\", "").replace("?", "")
    return path


def all_addresses() -> list[str]:
    return sorted({example_of(address) for address in addresses(get_resolver().url_patterns)})


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


@pytest.fixture
def account(db, settings):
    """An administrator with a password and an app, where second factors are asked for."""
    settings.REQUIRE_MFA, settings.MFA_GRACE_DAYS = True, 0
    account = give_password(make_account("administrator"))
    account.secret = give_app(account)
    return account


def test_the_walk_reaches_the_doors_and_many_addresses_beside_them():
    walked = all_addresses()

    doors = {LOGIN, "/cms/login/", "/en/_util/login/", "/en/account/login/code/", "/en/account/password/reset/"}
    assert (doors - set(walked), len(walked) > 300) == (set(), True)
    assert [path for path in walked if re.search(r"[<>()\[\]^$]", path)] == []


def test_right_credentials_start_no_session_at_any_address(account):
    """By form, by JSON, by header and by query, in whichever field a form has for them."""
    secrets = {
        "login": account.email, "email": account.email, "username": account.email, "password": PASSWORD,
        "password1": PASSWORD, "token": PASSWORD, "user": account.email,
    }  # fmt: skip
    past = []
    for path in all_addresses():
        for send in (
            lambda client, path: client.post(path, secrets),
            lambda client, path: client.post(path, secrets, content_type="application/json"),
            lambda client, path: client.get(path, secrets),
        ):
            client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {PASSWORD}"})
            with transaction.atomic():
                response = send(client, path)
                if response.streaming:
                    b"".join(response)
                if is_in(client):
                    past.append(path)
                transaction.set_rollback(True)

    assert past == []


def test_the_same_walk_finds_the_door_where_no_factor_is_asked_for(settings):
    """Shown to an account without one, the walk finds a session at the one door: it does see one when there is one."""
    account = give_password(make_account())
    opened = []
    for path in (LOGIN, "/cms/login/", "/en/_util/login/", "/en/account/password/reset/"):
        client = Client()
        client.post(path, {"login": account.email, "username": account.email, "password": PASSWORD})
        opened += [path] * is_in(client)

    assert opened == [LOGIN]


def test_a_password_is_half_of_it(account):
    client = Client()
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    half = is_in(client)

    client.post("/en/account/2fa/authenticate/", {"code": code_of_app(account.secret)})

    assert (half, is_in(client)) == (False, True)


def test_a_code_by_mail_is_half_of_it(account):
    client = Client()
    client.post("/en/account/login/code/", {"email": account.email})
    code = CODE.search(mail.outbox[-1].body).group()
    confirmed = client.post("/en/account/login/code/confirm/", {"code": code})
    half = is_in(client)

    client.post("/en/account/2fa/authenticate/", {"code": code_of_app(account.secret)})

    assert (confirmed["Location"], half, is_in(client)) == ("/en/account/2fa/authenticate/", False, True)


def test_half_of_it_opens_no_page_in_between(account):
    client = Client()
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})

    answers = {
        path: client.get(path) for path in ("/en/my/", "/en/account/2fa/", "/en/account/password/change/", "/cms/")
    }

    assert {path: response["Location"].split("?")[0][3:] for path, response in answers.items()} == {
        "/en/my/": "/account/login/",
        "/en/account/2fa/": "/account/login/",
        "/en/account/password/change/": "/account/login/",
        "/cms/": "s/login/",
    }


@pytest.mark.parametrize("number", ["000000", "", "12345678"])
def test_a_wrong_code_of_the_app_opens_nothing(account, number):
    client = Client()
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})

    client.post("/en/account/2fa/authenticate/", {"code": number})

    assert not is_in(client)


def test_a_password_set_anew_by_mail_signs_nobody_in(account):
    client = Client()
    client.post("/en/account/password/reset/", {"email": account.email})
    link = re.search(r"https?://testserver(\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link, follow=True)
    [(path, _status)] = form.redirect_chain
    client.post(path, {"password1": "another long sentence", "password2": "another long sentence"})
    reset = is_in(client)
    client.post(LOGIN, {"login": account.email, "password": "another long sentence"})

    account.refresh_from_db()
    assert account.check_password("another long sentence")
    assert (reset, is_in(client)) == (False, False)


def test_a_link_of_djangos_own_reset_does_not_exist(account):
    token = default_token_generator.make_token(account)
    paths = [f"/cms/password_reset/confirm/MQ/{token}/", f"/en/account/password/reset/MQ/{token}/"]

    answers = [Client().get(path).status_code for path in paths]

    assert answers == [302, 404]


def test_a_confirmed_address_signs_nobody_in(account):
    address = EmailAddress.objects.get(user=account)
    EmailAddress.objects.filter(pk=address.pk).update(verified=False)
    address.refresh_from_db()
    key = EmailConfirmationHMAC(address).key
    client = Client()

    answers = [client.get(f"/en/account/confirm-email/{key}/"), client.post(f"/en/account/confirm-email/{key}/")]

    assert ([answer.status_code for answer in answers], is_in(client)) == ([200, 302], False)


def test_the_secret_address_of_a_calendar_is_good_for_the_calendar_only(account):
    token = make_feed(person=account.person, kind="taking_part")
    client = Client()

    answer, page = client.get(f"/workshops/feed/{token}.ics"), client.get("/en/my/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert (page.status_code, is_in(client)) == (302, False)


def test_the_letter_of_an_invitation_is_half_of_it(agency_tree, django_capture_on_commit_callbacks):
    account = make_account(person=make_person(language="en"))
    secret = give_app(account)
    coordinator = make_account("coordinator", agency=agency_tree.clinic)
    with django_capture_on_commit_callbacks(execute=True):
        invite_person(agency=agency_tree.clinic, email=account.email, actor=coordinator, person=account.person)
    link = re.search(r"/en/account/invitation/[^/\s]+/", mail.outbox[-1].body).group()
    client = Client()

    accepted = client.post(link, {"agreed": "on"})
    half = is_in(client)
    client.post("/en/account/2fa/authenticate/", {"code": code_of_app(secret)})

    assert (accepted["Location"], half, is_in(client)) == ("/en/account/2fa/authenticate/", False, True)


def test_joining_with_an_address_that_has_an_account_is_half_of_it(account):
    client = Client()
    client.post("/en/account/join/", {"email": account.email})
    code = CODE.search(mail.outbox[-1].body).group()

    came = client.post("/en/account/join/code/", {"code": code})

    assert (came["Location"], is_in(client)) == ("/en/account/2fa/authenticate/", False)


def test_an_account_that_was_closed_does_not_come_in(account):
    account.is_active = False
    account.save()
    client = Client()

    client.post(LOGIN, {"login": account.email, "password": PASSWORD})

    assert not is_in(client)


def test_without_a_factor_whose_time_is_over_every_address_leads_to_where_one_is_added(client_of, settings):
    """Whoever has none yet does come in by mail, and gets no further than that page at any address."""
    settings.REQUIRE_MFA, settings.MFA_GRACE_DAYS = True, 0
    account = make_account()
    give_role(account, "administrator")
    client = client_of(account)
    prove_now(client)
    client.raise_request_exception = False
    reached = set()
    for path in all_addresses():
        with transaction.atomic():
            response = client.get(path)
            if response.status_code == 200:
                reached.add(path)
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)

    assert reached == {
        "/en/account/2fa/", "/en/account/2fa/recovery-codes/generate/", "/en/account/2fa/totp/activate/",
        "/en/account/2fa/webauthn/", "/en/account/2fa/webauthn/add/",
        "/en/account/logout/", "/en/problem/", "/en/offline/", "/worker.js", "/health/live", "/health/ready",
    }  # fmt: skip


def test_recovery_codes_are_for_the_second_step_only(account):
    [code, *_others] = give_recovery_codes(account)
    client = Client()

    client.post(LOGIN, {"login": account.email, "password": code})
    client.post("/en/account/2fa/authenticate/", {"code": code})

    assert not is_in(client)
