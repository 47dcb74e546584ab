"""What somebody tries who means no good: other people's forms, doors, codes and numbers."""

import re
import socket
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter as mfa_adapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.fields import get_allowed_image_extensions

from mail.permissions import stop_token
from operations.addresses import addresses
from people.models import Account
from tests.factories.evaluation import make_wave
from tests.factories.joining import make_invitation, secret_of
from tests.factories.people import make_account, make_agency
from tests.factories.sign_ins import PASSWORD, code_of_app, give_app, give_password, give_recovery_codes
from tests.factories.workshops import make_workshop, register
from tests.journeys.steps import CODE
from tests.test_no_way_around import example_of
from workshops.forms import MaterialForm
from workshops.models import EvaluationInvitation
from workshops.permissions import evaluation_token, invitation_token
from workshops.services import make_feed

pytestmark = pytest.mark.django_db
LOGIN, ASK, CONFIRM = "/en/account/login/", "/en/account/login/code/", "/en/account/login/code/confirm/"
# Machines send a code to be checked, and mail programs a refusal of further mails; none asks who is signed in.
WITHOUT_A_TOKEN = {"verify", "verify_search", "messages_stop"}


def code_for(client: Client, account: Account) -> str:
    client.post(ASK, {"email": account.email})
    return CODE.search(mail.outbox[-1].body).group()


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


# --- From another site ------------------------------------------------------------------------------------------------
def test_no_address_takes_a_form_of_another_site(client_of):
    """A form without our token is refused before anybody looks at who sent it."""
    session = client_of(make_account("administrator")).cookies
    taken = set()
    for address in addresses(get_resolver().url_patterns):
        if "POST" not in address.methods:
            continue
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies = session
        with transaction.atomic():
            response = client.post(example_of(address), headers={"origin": "https://evil.example.org"})
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)
        if response.status_code not in {301, 403, 404}:  # 301: a slash is added first
            taken.add(address.name or address.pattern)

    assert taken <= WITHOUT_A_TOKEN


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "http:evil"]
)
def test_nobody_is_led_to_another_site_after_signing_in(there):
    account = give_password(make_account())
    client = Client()

    after_password = client.post(f"{LOGIN}?next={there}", {"login": account.email, "password": PASSWORD, "next": there})
    client.logout()
    client.post(ASK, {"email": account.email, "next": there})
    code = CODE.search(mail.outbox[-1].body).group()
    after_code = client.post(CONFIRM, {"code": code, "next": there})
    out = client.post("/en/account/logout/", {"next": there})

    for answer in (after_password, after_code, out):
        assert answer.status_code == 302
        assert re.match(r"/(en/|$)", answer["Location"])


def test_a_letter_names_our_host_whoever_asks(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    account = give_password(make_account())

    answer = Client().post(
        "/en/account/password/reset/", {"email": account.email}, headers={"host": "evil.example.org"}
    )

    assert (answer.status_code, mail.outbox) == (400, [])


@pytest.mark.parametrize(
    "address", ["a@example.org\nBcc: b@example.org", "a@example.org\r\n\r\nHello", "a@b.org, c@d.org"]
)
def test_nobody_adds_a_reader_to_a_letter(client, address):
    client.post("/en/account/join/", {"email": address})
    client.post(ASK, {"email": address})

    assert mail.outbox == []


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,<script>1</script>", "vbscript:a", "file:///etc"]
)
def test_a_link_leads_to_a_page_and_runs_nothing(link):
    with pytest.raises(ValidationError):
        MaterialForm.base_fields["link"].clean(link)


# --- Codes and sessions -----------------------------------------------------------------------------------------------
def test_signing_in_begins_another_session():
    """A session that somebody else put into this browser opens nothing afterwards."""
    account = give_password(make_account())
    client, thief = Client(), Client()
    client.get("/en/account/join/")
    client.post("/en/account/join/", {"email": "x@example.org"})
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted

    client.post(LOGIN, {"login": account.email, "password": PASSWORD})

    assert is_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert thief.get("/en/my/").status_code == 302
    assert len(client.cookies[settings.SESSION_COOKIE_NAME].value) * 5 >= 128  # 36 letters: more than five bits each


def test_what_was_signed_out_of_opens_nothing_any_more(client_of):
    client, thief = client_of(make_account()), Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    before = thief.get("/en/my/").status_code

    client.post("/en/account/logout/")

    assert (before, thief.get("/en/my/").status_code) == (200, 302)


def test_who_is_closed_out_is_out_at_the_next_page(client_of, account):
    client = client_of(account)

    Account.objects.filter(pk=account.pk).update(is_active=False)

    assert client.get("/en/my/").status_code == 302


def test_a_session_ends_after_thirty_days_however_often_it_is_used(client_of, account):
    client, begun = client_of(account), timezone.now()
    answers = []
    for days in (10, 20, 29, 31):
        with time_machine.travel(begun + timedelta(days=days)):
            answers.append(client.get("/en/my/").status_code)

    assert answers == [200, 200, 200, 302]


def test_a_code_by_mail_opens_once_in_one_browser_and_for_a_quarter_of_an_hour(account):
    client, other = Client(), Client()
    code = code_for(client, account)
    other.post(ASK, {"email": "nobody@example.org"})

    other.post(CONFIRM, {"code": code})
    client.post(CONFIRM, {"code": code})
    opened = is_in(other), is_in(client)
    client.logout()
    client.post(ASK, {"email": account.email})
    client.post(CONFIRM, {"code": code})
    again = is_in(client)
    late = Client()
    code = code_for(late, account)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        late.post(CONFIRM, {"code": code})

    assert (opened, again, is_in(late)) == ((False, True), False, False)
    assert len(code.replace("-", "")) >= 8


def test_a_code_of_an_app_opens_once():
    account = give_password(make_account())
    code = code_of_app(give_app(account))
    opened = []
    for client in (Client(), Client()):
        client.post(LOGIN, {"login": account.email, "password": PASSWORD})
        client.post("/en/account/2fa/authenticate/", {"code": code})
        opened.append(is_in(client))

    assert opened == [True, False]


def test_codes_and_seeds_cannot_be_guessed(account):
    codes = give_recovery_codes(account)
    other = give_recovery_codes(make_account())

    assert min(len(code) for code in codes) >= 8
    assert set(codes) & set(other) == set()
    assert mfa_adapter().get_totp_issuer()
    assert len(give_app(make_account())) >= 32  # 160 bits in base 32


def test_a_secret_of_one_address_opens_no_other(client, account):
    """Each opens its own page, and none of the others, even where the number that was signed is the same."""
    workshop = make_workshop(starts_on=timezone.localdate() + timedelta(days=20))
    registration = register(workshop, account.person)
    asked = EvaluationInvitation.objects.create(pk=registration.pk, wave=make_wave(workshop), registration=registration)
    agency = make_agency()
    invited = make_invitation(agency=agency, actor=make_account("coordinator", agency=agency))
    doors = {
        "/en/workshops/invitation/{}/": invitation_token(registration),
        "/en/workshops/evaluation/{}/": evaluation_token(asked),
        "/workshops/feed/{}.ics": make_feed(person=account.person, kind="taking_part"),
        "/en/account/messages/stop/{}/": stop_token(account.person.pk, "reminders"),
        "/en/account/invitation/{}/": secret_of(invited),
    }

    statuses = {
        (door, own): client.get(door.format(secret)).status_code for door in doors for own, secret in doors.items()
    }

    assert statuses == {(door, own): 200 if door == own else 404 for door, own in statuses}


def test_an_installation_begins_without_any_account():
    assert Account.objects.count() == 0


# --- Passwords --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "password", ["x" * 64 + "y" * 64, "только кириллица", "            spaces only", "no digits at all", "🦉" * 12]
)
def test_any_long_password_is_taken_as_it_was_typed(password):
    account = make_account()
    account.set_password(password)
    account.save()
    validate_password(password, account)
    right, cut, capital = Client(), Client(), Client()

    right.post(LOGIN, {"login": account.email, "password": password})
    cut.post(LOGIN, {"login": account.email, "password": password[:-1]})
    capital.post(LOGIN, {"login": account.email, "password": f" {password} "})

    assert (is_in(right), is_in(cut), is_in(capital)) == (True, False, False)


@pytest.mark.parametrize("password", ["short", "elevenchars"])
def test_a_short_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_a_password_is_changed_by_who_knows_the_old_one(client_of):
    account = give_password(make_account())
    client, new = client_of(account), "another long sentence"
    path = "/en/account/password/change/"

    client.post(path, {"oldpassword": "a wrong one", "password1": new, "password2": new})
    account.refresh_from_db()
    refused = account.check_password(PASSWORD)
    client.post(path, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    account.refresh_from_db()

    assert (refused, account.check_password(new)) == (True, True)


def test_a_password_opens_after_years():
    account, client = give_password(make_account()), Client()

    with time_machine.travel(timezone.now() + timedelta(days=5 * 365)):
        answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD})

        assert (answer["Location"], is_in(client)) == ("/en/my/", True)


def test_a_password_is_hidden_and_a_program_may_fill_it_in(client):
    page = client.get(LOGIN).content.decode()

    [field] = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


# --- Numbers and letters ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "1" * 400])
@pytest.mark.parametrize(
    "path",
    [
        "/en/my/tests/{}/", "/en/people/transfers/{}/", "/en/reports/frozen/{}/", "/documents/{}/a/",
        "/questions/pictures/{}/", "/en/workshops/?page={}",
    ],
)  # fmt: skip
def test_a_number_that_no_database_counts_to_is_not_found(client_of, account, path, number):
    client = client_of(account)

    assert client.get(path.format(number)).status_code in {200, 403, 404}


@pytest.mark.parametrize("path", ["/en/workshops/%2500/", "/v/%252e%252e%252f", "/en/modules/%25%32%65/"])
def test_an_address_is_read_once_and_not_twice(client, path):
    assert client.get(path).status_code == 404


def test_a_picture_that_can_hold_a_script_is_not_taken():
    assert "svg" not in get_allowed_image_extensions()
    assert get_image_model().objects.count() == 0


def test_a_field_that_a_form_does_not_have_changes_nothing(client_of, account):
    client = client_of(account)
    before = Account.objects.filter(pk=account.pk).values().get()

    evil = {"is_superuser": "1", "is_active": "", "email": "evil@example.org", "id": "1", "person": "1"}
    client.post("/en/account/display/", {"text_size": before["text_size"], **evil})

    assert Account.objects.filter(pk=account.pk).values().get() == before


def test_what_a_form_holds_is_not_taken_from_the_address(client_of, account):
    """Neither a password nor a choice; and of two values for a field the one that is checked counts."""
    give_password(account)
    stranger, client = Client(), client_of(account)

    stranger.post(f"{LOGIN}?login={account.email}&password={PASSWORD}")
    sizes = []
    for query, form in (
        ("?text_size=large", {}),
        ("", {"text_size": ["large", "evil"]}),
        ("", {"text_size": ["evil", "large"]}),
    ):
        client.post(f"/en/account/display/{query}", form)
        account.refresh_from_db()
        sizes.append(account.text_size)

    assert (is_in(stranger), sizes) == (False, ["normal", "normal", "large"])


# --- Addresses of Wagtail ---------------------------------------------------------------------------------------------
# Pictures and words that the CMS is made of.
_OF_THE_CMS = {"/cms/jsi18n/", "/cms/sprite/"}


@pytest.mark.parametrize(
    "role", ["coordinator", *(pytest.param(role, marks=pytest.mark.deep) for role in ("learner", "facilitator"))]
)
def test_nobody_who_writes_no_texts_enters_the_cms_at_any_address(client_of, role, agency_tree):
    """The matrix has a row for each address of ours; those that Wagtail brings are walked here."""
    scope = {"agency": agency_tree.clinic} if role == "coordinator" else {}
    client = client_of(make_account(*([] if role == "learner" else [role]), **scope))
    client.raise_request_exception = False
    walked = {example_of(each) for each in addresses(get_resolver().url_patterns) if each.pattern.startswith("/cms/")}
    reached = set()
    for path in walked:
        with transaction.atomic():
            if client.get(path).status_code not in {301, 302, 403, 404, 405}:
                reached.add(path)
            transaction.set_rollback(True)

    assert len(walked) > 200
    assert reached <= _OF_THE_CMS


@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_nobody_makes_the_server_ask_an_address_through_the_cms(client_of, monkeypatch, role):
    """Wagtail would ask about films at others; whoever asked by way of this door would be seen there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{door.getsockname()[1]}")

        answer = client_of(make_account(role)).post(
            "/cms/embeds/chooser/upload/", {"embed-chooser-url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}
        )

        with pytest.raises(BlockingIOError):
            door.accept()
    assert "Cannot find an embed for this URL." in answer.json()["html"]
