"""Limits of signing in: strict for one person, wide for a hall behind one address, and the address is the real one."""

import pytest
from django.core import mail
from django.test import Client

from tests.factories.people import make_account, make_agency, make_person
from tests.factories.sign_ins import PASSWORD, code_of_app, give_app, give_password
from tests.journeys.steps import CODE

pytestmark = pytest.mark.django_db
LOGIN, ASK = "/en/account/login/", "/en/account/login/code/"
HALL = "192.0.2.10"
TOO_MANY = "Too many failed login attempts"


def post(path: str, data: dict[str, str], address: str = HALL, forwarded: str = ""):
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return Client(REMOTE_ADDR=address, headers=headers).post(path, data)


def tries(account, password: str, **options) -> bool:
    """Whether somebody with this password is told that there were too many tries."""
    response = post(LOGIN, {"login": account.email, "password": password}, **options)
    return response.status_code == 429 or TOO_MANY in response.content.decode()


def test_a_hall_of_a_hundred_gets_in_by_code_from_one_address():
    agency = make_agency()
    people = [make_account(person=make_person(agency=agency, email=f"guest{n}@example.org")) for n in range(100)]

    inside = []
    for account in people:
        client = Client(REMOTE_ADDR=HALL)
        client.post(ASK, {"email": account.email})
        code = CODE.search(mail.outbox[-1].body).group()
        inside.append(client.post("/en/account/login/code/confirm/", {"code": code})["Location"])

    assert inside == ["/en/my/"] * 100


def test_after_five_wrong_passwords_the_right_one_waits_and_nobody_else_does():
    account, other = (give_password(make_account()) for _ in range(2))
    wrong = [tries(account, "a wrong password") for _ in range(6)]

    assert wrong == [False] * 5 + [True]
    assert (tries(account, PASSWORD), tries(other, PASSWORD)) == (True, False)


def test_another_address_opens_no_new_tries_for_the_same_account():
    account = give_password(make_account())
    for number in range(5):
        tries(account, "a wrong password", address=f"192.0.2.{number}")

    assert tries(account, PASSWORD, address="198.51.100.7")


def test_one_mailbox_gets_five_codes_in_five_minutes():
    account = make_account()

    for _ in range(7):
        post(ASK, {"email": account.email})

    assert len([message for message in mail.outbox if message.to == [account.email]]) == 5


def test_five_wrong_codes_of_an_app_stop_the_sixth():
    account = give_password(make_account())
    secret = give_app(account)
    client = Client()
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    for _ in range(5):
        client.post("/en/account/2fa/authenticate/", {"code": "000000"})

    client.post("/en/account/2fa/authenticate/", {"code": code_of_app(secret)})

    assert "_auth_user_id" not in client.session


def test_a_code_by_mail_may_be_mistyped_twice():
    account = make_account()
    client = Client()
    client.post(ASK, {"email": account.email})
    code = CODE.search(mail.outbox[-1].body).group()
    for _ in range(3):
        client.post("/en/account/login/code/confirm/", {"code": "AAAA-AAAA"})

    client.post("/en/account/login/code/confirm/", {"code": code})

    assert "_auth_user_id" not in client.session


# --- Behind a proxy -------------------------------------------------------------------------------------------------
@pytest.fixture
def narrow(settings):
    """Two tries in a minute from one address, to see which address counts."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}


def statuses(*forwarded: str, proxy: str = "10.0.0.1") -> list[int]:
    return [
        post(LOGIN, {"login": "a@example.org", "password": "x"}, address=proxy, forwarded=header).status_code
        for header in forwarded
    ]


@pytest.mark.usefixtures("narrow")
def test_behind_one_proxy_each_caller_counts_alone(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert statuses("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2") == [200, 200, 429, 200]


@pytest.mark.usefixtures("narrow")
def test_what_a_caller_writes_before_the_proxy_does_not_count(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert statuses("1.1.1.1, 192.0.2.1", "2.2.2.2, 192.0.2.1", "3.3.3.3, 192.0.2.1") == [200, 200, 429]


@pytest.mark.usefixtures("narrow")
def test_without_a_proxy_nobody_names_oneself(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0

    assert statuses("1.1.1.1", "2.2.2.2", "3.3.3.3") == [200, 200, 429]


@pytest.mark.usefixtures("narrow")
def test_the_page_of_too_many_tries_is_one_of_ours():
    for _ in range(2):
        post(LOGIN, {"login": "a@example.org", "password": "x"})

    response = post(LOGIN, {"login": "a@example.org", "password": "x"})

    assert response.status_code == 429
    assert "<h1>Too many tries</h1>" in response.content.decode()
    assert 'class="site-header"' in response.content.decode()
