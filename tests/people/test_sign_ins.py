"""What is noted and told about signing in, and what an administrator does about a lost second factor."""

import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone

from audit.models import Event
from mail.models import Message
from people.emails import CHANGES
from people.models import Account
from people.services import PeopleError, reset_second_factor
from tests.factories.people import make_account
from tests.factories.sign_ins import (
    PASSWORD,
    code_of_app,
    factors_of,
    give_app,
    give_password,
    give_recovery_codes,
)
from tests.journeys.steps import CODE

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
LOGIN, SESSIONS = "/en/account/login/", "/en/account/sessions/"


def sign_in(account: Account, client: Client | None = None) -> Client:
    """Sign in by password and return the client; a new one is a device that was never seen."""
    client = client or Client(headers={"user-agent": FIREFOX})
    response = client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def subjects() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("subject", flat=True))


# --- Was this you? --------------------------------------------------------------------------------------------------
def test_a_sign_in_is_recorded_with_its_proofs_and_its_browser():
    account = give_password(make_account())

    sign_in(account)

    event = Event.objects.get(action="people.signed_in")
    assert (event.actor, event.subject) == (account, account.person)
    assert event.after == {"methods": ["password"], "browser": "Firefox, Windows", "new_device": False}


def test_a_new_device_is_asked_about_by_mail_and_a_known_one_is_not():
    account = give_password(make_account(language="en"))
    first = sign_in(account)
    first.post("/en/account/logout/")
    sign_in(account, first)
    after_the_same_device = subjects()

    sign_in(account)

    assert after_the_same_device == []
    [message] = Message.objects.all()
    assert (message.subject, message.address) == ("Was this you? A sign-in on a new device", account.email)
    assert "Browser: Firefox, Windows" in message.text
    assert SESSIONS in message.text


def test_on_a_shared_computer_each_is_known_by_the_own_sign_in():
    one, other = (give_password(make_account()) for _ in range(2))
    hall = sign_in(one)
    hall.post("/en/account/logout/")
    sign_in(other).post("/en/account/logout/")

    sign_in(other, hall).post("/en/account/logout/")
    sign_in(one, hall)

    assert list(Message.objects.values_list("recipient__account", flat=True)) == [other.pk]


def test_a_mark_of_the_device_that_somebody_made_up_is_not_believed():
    account = give_password(make_account())
    sign_in(account)
    client = Client(headers={"user-agent": FIREFOX})
    client.cookies["known-device"] = f"{account.pk}:made-up"

    sign_in(account, client)

    assert len(subjects()) == 1


def test_a_new_password_is_told_in_the_language_of_the_reader():
    account = give_password(make_account(language="en"))
    client = sign_in(account)

    client.post(
        "/ru/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another long sentence", "password2": "another long sentence"},
    )

    [message] = Message.objects.all()
    assert (message.subject, message.language) == ("Was this you? A change of how you sign in", "en")
    assert "Your password was changed." in message.text
    assert Event.objects.filter(action="people.password_changed", actor=account).count() == 1


def test_every_notice_of_allauth_has_words_of_ours():
    package = Path(allauth.__file__).parent
    sources = "".join(path.read_text() for path in package.rglob("*.py") if "tests" not in path.parts)
    notices = set(re.findall(r'"(?:account|mfa|socialaccount)/email/(\w+)"', sources))
    letters = {"account_already_exists", "email_confirmation", "email_confirmation_signup", "login_code"}
    letters |= {"password_reset_code", "password_reset_key", "unknown_account"}

    assert notices - letters == set(CHANGES) - {"second_factor_reset"}


def test_an_account_without_a_person_is_written_to_all_the_same(mailoutbox):
    account = give_password(Account.objects.create_superuser("root@example.org"))
    client = sign_in(account)

    client.post(
        "/en/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another long sentence", "password2": "another long sentence"},
    )

    assert [message.to for message in mailoutbox] == [["root@example.org"]]


# --- Passwords ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("password", "taken"),
    [("short-one-11", True), ("elevenchars", False), ("q1w2e3r4t5y6", False), ("all small letters", True)],
)
def test_a_password_is_long_and_not_common_and_nothing_else(password, taken):
    account = give_password(make_account())
    client = sign_in(account)

    client.post("/en/account/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})

    assert Account.objects.get(pk=account.pk).check_password(password) is taken


def test_passwords_are_kept_by_argon2():
    from config.settings import base

    assert base.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


# --- Sessions -------------------------------------------------------------------------------------------------------
def test_one_session_is_ended_and_the_others_stay():
    account = give_password(make_account())
    here, there, elsewhere = (sign_in(account) for _ in range(3))
    session = UserSession.objects.get(session_key=there.session.session_key)

    response = here.post(f"{SESSIONS}{session.pk}/end/")

    assert (response.status_code, response["Location"]) == (302, SESSIONS)
    assert [client.get(SESSIONS).status_code for client in (here, there, elsewhere)] == [200, 302, 200]
    assert Event.objects.filter(action="people.session_ended", actor=account).count() == 1


def test_nobody_ends_the_session_of_somebody_else():
    account, other = (give_password(make_account()) for _ in range(2))
    mine, theirs = sign_in(account), sign_in(other)
    session = UserSession.objects.get(user=other)

    response = mine.post(f"{SESSIONS}{session.pk}/end/")

    assert (response.status_code, theirs.get(SESSIONS).status_code) == (404, 200)


def test_ending_the_session_in_use_signs_out():
    client = sign_in(give_password(make_account()))

    response = client.post(f"{SESSIONS}{UserSession.objects.get().pk}/end/")

    assert (response["Location"], "_auth_user_id" in client.session) == ("/en/", False)


def test_all_others_are_ended_at_once_and_each_is_recorded():
    account = give_password(make_account())
    here, there = sign_in(account), sign_in(account)
    sign_in(account)

    here.post(SESSIONS)

    assert (here.get(SESSIONS).status_code, there.get(SESSIONS).status_code) == (200, 302)
    assert Event.objects.filter(action="people.session_ended").count() == 2


def test_other_sessions_are_ended_after_a_fresh_proof():
    """The proof is asked for, and the form that was sent before it is carried out afterwards."""
    account = give_password(make_account())
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        here, there, elsewhere = (sign_in(account) for _ in range(3))
    one = UserSession.objects.get(session_key=there.session.session_key)

    asked = [here.post(f"{SESSIONS}{one.pk}/end/"), here.post(SESSIONS)]
    untouched = [client.get(SESSIONS).status_code for client in (here, there, elsewhere)]
    here.post(asked[1]["Location"], {"password": PASSWORD})

    assert [each["Location"].partition("?")[0] for each in asked] == ["/en/account/reauthenticate/"] * 2
    assert untouched == [200, 200, 200]
    assert [client.get(SESSIONS).status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_whom_only_the_mailbox_vouches_for_comes_through_the_door_again():
    account = make_account()
    client, other = Client(), Client()
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        for each in (client, other):
            _sign_in_by_code(each, account)

    asked = client.post(SESSIONS)
    was_in = "_auth_user_id" in client.session
    _sign_in_by_code(client, account)
    ended = client.post(SESSIONS)

    assert (asked["Location"], was_in) == ("/en/account/login/?next=%2Fen%2Faccount%2Fsessions%2F", False)
    assert (ended["Location"], other.get(SESSIONS).status_code) == (SESSIONS, 302)


def _sign_in_by_code(client: Client, account: Account) -> None:
    client.post("/en/account/login/code/", {"email": account.email})
    client.post("/en/account/login/code/confirm/", {"code": CODE.search(mail.outbox[-1].body).group()})


def test_a_fresh_proof_begins_another_session_that_is_listed_in_its_place():
    account = give_password(make_account())
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        client = sign_in(account)
    before, thief = client.cookies["sessionid"].value, Client()
    thief.cookies["sessionid"] = before

    client.get("/en/account/2fa/totp/activate/")
    wrong = client.post("/en/account/reauthenticate/", {"password": "wrong"})
    kept = client.cookies["sessionid"].value
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})

    after = client.cookies["sessionid"].value
    assert (wrong.status_code, kept, after == before) == (200, before, False)
    assert (client.get(SESSIONS).status_code, thief.get(SESSIONS).status_code) == (200, 302)
    assert [each.session_key for each in UserSession.objects.filter(user=account)] == [after]


def test_the_list_names_browsers_in_words():
    client = sign_in(give_password(make_account()))

    page = client.get(SESSIONS).content.decode()

    assert ('<th scope="row">Firefox, Windows</th>' in page, "this device" in page) == (True, True)


# --- A lost second factor -------------------------------------------------------------------------------------------
def test_a_recovery_code_opens_the_door_once():
    account = give_password(make_account())
    give_app(account)
    code, *_others = give_recovery_codes(account)
    tries = []
    for _ in range(2):
        client = sign_in(account)
        before = "_auth_user_id" in client.session
        client.post("/en/account/2fa/authenticate/", {"code": code})
        tries.append((before, "_auth_user_id" in client.session))

    assert tries == [(False, True), (False, False)]


def test_an_administrator_takes_a_lost_factor_away_and_the_mailbox_opens_the_door_again():
    account, administrator = give_password(make_account(language="en")), make_account("administrator")
    secret = give_app(account)
    give_recovery_codes(account)
    client = sign_in(account)
    client.post("/en/account/2fa/authenticate/", {"code": code_of_app(secret)})
    was_in = "_auth_user_id" in client.session

    reset_second_factor(account=account, actor=administrator, reason=" Called back. ")

    account = Account.objects.get(pk=account.pk)
    assert (was_in, client.get(SESSIONS).status_code) == (True, 302)
    assert (factors_of(account), account.has_usable_password(), UserSession.objects.count()) == ([], False, 0)
    event = Event.objects.get(action="people.second_factor_reset")
    assert (event.actor, event.subject, event.before, event.reason) == (
        administrator,
        account.person,
        {"factors": ["recovery_codes", "totp"]},
        "Called back.",
    )
    assert "An administrator took away your second factor" in Message.objects.get().text


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "manager", "editor"])
def test_nobody_but_an_administrator_takes_a_factor_away(role):
    account = make_account()
    give_app(account)

    with pytest.raises(PeopleError, match="Only an administrator"):
        reset_second_factor(account=account, actor=make_account(role), reason="Asked.")

    assert factors_of(account) == ["totp"]


def test_an_administrator_does_not_take_the_own_factor_away():
    administrator = make_account("administrator")
    give_app(administrator)

    with pytest.raises(PeopleError, match="on the page of your account"):
        reset_second_factor(account=administrator, actor=administrator, reason="Lost.")

    assert factors_of(administrator) == ["totp"]


def test_without_a_reason_nothing_happens(client_of):
    account, administrator = make_account(), make_account("administrator")
    give_app(account)
    address = f"/en/people/{account.person.public_code}/sign-in/"

    empty = client_of(administrator).post(address, {"reason": "  "})
    filled = client_of(administrator).post(address, {"reason": "Called back."})

    assert (empty.status_code, filled.status_code, factors_of(account)) == (200, 302, [])
    assert "This field is required." in empty.content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_the_search_costs_the_same_for_one_and_for_three(client_of, django_assert_num_queries, people):
    client = client_of(make_account("administrator", family_name="Zz"))
    for _ in range(people):
        give_app(make_account(family_name="Kavaliova"))

    with django_assert_num_queries(5):  # session, account with person; count, people, factors
        page = client.get("/en/people/sign-in/?q=kavaliova").content.decode()

    assert page.count('<th scope="row">') == people


# --- Proving it again -----------------------------------------------------------------------------------------------
def test_whoever_has_just_signed_in_adds_an_app_and_sees_the_recovery_codes_at_once():
    account = give_password(make_account())
    client = sign_in(account)
    page = client.get("/en/account/2fa/totp/activate/")
    secret = page.context["form"].secret

    added = client.post("/en/account/2fa/totp/activate/", {"code": code_of_app(secret)})

    codes = client.get(added["Location"])
    assert (page.status_code, added["Location"], codes.status_code) == (200, "/en/account/2fa/recovery-codes/", 200)


def test_an_old_session_proves_it_again_before_it_changes_how_one_signs_in():
    account = give_password(make_account())
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        client = sign_in(account)

    page = client.get("/en/account/2fa/totp/activate/")

    assert page["Location"].startswith("/en/account/reauthenticate/")


def test_an_old_session_takes_no_factor_away_without_a_fresh_proof():
    account = give_password(make_account())
    secret = give_app(account)
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        client = sign_in(account)
        client.post("/en/account/2fa/authenticate/", {"code": code_of_app(secret)})
    key = Authenticator.objects.create(user=account, type="webauthn", data={"name": "key"})
    paths = ["totp/deactivate/", "recovery-codes/generate/", f"webauthn/keys/{key.pk}/remove/"]

    answers = [client.post(f"/en/account/2fa/{path}") for path in paths]

    assert [answer["Location"].split("?")[0] for answer in answers] == ["/en/account/reauthenticate/"] * 3
    assert factors_of(account) == ["totp", "webauthn"]


@pytest.mark.parametrize("path", ["/en/account/login/code/", "/en/account/password/reset/", "/en/account/join/"])
def test_whoever_waits_for_a_code_that_no_mail_server_takes_is_told_to_come_again(settings, path):
    # Nothing listens on this port: a real refusal, at once.
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    account = make_account()

    answer = Client(raise_request_exception=False).post(path, {"email": account.email})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "What you sent just now was not kept." in answer.content.decode()
