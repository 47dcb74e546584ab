"""What docs/security/ says of data, connections, logs and sessions is what the code has."""

import ast
import pickle
import re

import pytest
from allauth.account import app_settings as of_accounts
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils.html import escape

from operations.addresses import addresses
from people.holdings import holdings
from people.models import Account, Person
from tests.factories.joining import make_invitation, secret_of
from tests.factories.people import make_account, make_agency
from tests.factories.sign_ins import PASSWORD, give_password, prove_now
from tests.security.test_code import trees
from tests.test_no_way_around import example_of

FOLDER = settings.BASE_DIR / "docs"
DATA = (FOLDER / "security" / "data.md").read_text(encoding="utf-8")
SURROUNDINGS = (FOLDER / "security" / "surroundings.md").read_text(encoding="utf-8")
SIGN_IN = (FOLDER / "operations" / "sign-in.md").read_text(encoding="utf-8")
# Pages that a phone keeps for when it has no line know of nobody.
KEPT_WITHOUT_A_LINE = {"offline", "offline_registers"}
LEVELS = ["secret", "confidential", "personal", "internal"]


def part(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def table(page: str, title: str) -> list[list[str]]:
    lines = [line for line in part(page, title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


# --- Data -------------------------------------------------------------------------------------------------------------
def test_each_table_in_which_people_stand_has_one_level():
    sorted_by_level = {
        level: re.findall(r"`([\w.]+)`", names) for level, names in table(DATA, "Tables in which people stand")
    }
    listed = [name for names in sorted_by_level.values() for name in names]

    assert list(sorted_by_level) == LEVELS
    assert sorted(listed) == sorted({each.model for each in holdings()})


def test_each_level_has_its_protection():
    protected = table(DATA, "Levels and their protection")

    assert [level for level, *_ in protected] == [*LEVELS, "public"]
    assert [row for row in protected if "" in row or len(row) != 7] == []


def test_each_field_of_people_and_accounts_says_who_reads_and_who_writes_it():
    rows = table(DATA, "Fields of people and accounts")
    named = [name for fields, *_ in rows for name in re.findall(r"`(\w+\.\w+)`", fields)]
    fields = [
        f"{model.__name__}.{field.name}"
        for model in (Person, Account)
        for field in model._meta.get_fields()
        if field.concrete
    ]

    assert sorted(named) == sorted(fields)
    assert [row for row in rows if "" in row or len(row) != 3] == []


@pytest.mark.django_db
def test_the_cache_knows_nobody():
    """Whoever signs in, reads and types wrong things leaves neither name nor e-mail in the cache of the server."""
    account = give_password(make_account("manager"))
    client = Client()
    Client().post("/en/account/login/", {"login": account.email, "password": "a wrong password"})
    Client().post("/en/account/login/code/", {"email": account.email})
    client.post("/en/account/login/", {"login": account.email, "password": PASSWORD})
    for path in ("/en/my/", "/en/account/", "/en/account/data/", "/en/people/trail/", "/en/modules/", "/en/reports/"):
        assert client.get(path).status_code == 200, path

    kept = [*cache._cache, *map(str, map(pickle.loads, cache._cache.values()))]
    words = {account.email, account.person.family_name, account.person.public_code}
    assert kept != []
    assert [word for word in words if any(word in each for each in kept)] == []


# --- Connections and logs ---------------------------------------------------------------------------------------------
def test_each_setting_that_names_an_address_is_on_the_page():
    base = (settings.BASE_DIR / "config" / "settings" / "base.py").read_text(encoding="utf-8")
    names = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]*(?:_URL|_SERVERS|_ADDRESS|_HOST))\"", base))

    assert names - set(re.findall(r"`([A-Z_]+)`", part(SURROUNDINGS, "What the Academy talks to"))) == set()


def test_each_secret_of_the_settings_is_on_the_page():
    base = (settings.BASE_DIR / "config" / "settings" / "base.py").read_text(encoding="utf-8")
    names = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]*(?:_URL|_SERVERS|SECRET_KEY|_PASSPHRASE|_TOKEN))\"", base))

    assert names - {"CERTIFICATE_TIMESTAMP_URL"} == set(re.findall(r"`([A-Z_]+)`", part(SURROUNDINGS, "Secrets"))) - {
        "_FILE"
    }


def test_each_source_of_the_log_is_on_the_page():
    sources = set()
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "logging.getLogger":
                [argument] = node.args
                own = name.removesuffix(".py").replace("/", ".")
                sources.add(own if isinstance(argument, ast.Name) else ast.literal_eval(argument))
    named = set(re.findall(r"`([a-z_.]+)`", part(SURROUNDINGS, "What is logged where")))

    assert {each for each in sources if not each.startswith("scripts.")} - named == set()


# --- Sessions ---------------------------------------------------------------------------------------------------------
def test_sessions_last_as_the_page_says():
    said = {what: words for what, words, _why in (row[:3] for row in table(SIGN_IN, "Sessions"))}

    assert said["a session"].startswith(f"{settings.SESSION_COOKIE_AGE // (24 * 60 * 60)} days")
    assert said["a fresh proof"] == f"{of_accounts.REAUTHENTICATION_TIMEOUT // 60} minutes"
    assert said["without use"] == "no end of its own"
    assert settings.SESSION_SAVE_EVERY_REQUEST is False
    assert said["sessions of one account"] == "any number"


def test_each_rule_of_sessions_has_its_reason():
    assert [row for row in table(SIGN_IN, "Sessions") if "" in row or len(row) != 3] == []
    assert "the sign-in of a ministry" in [row[0] for row in table(SIGN_IN, "Sessions")]


@pytest.mark.django_db
def test_signing_out_is_on_every_page(client_of):
    """Whatever somebody who has signed in is shown, also where it is not found or refused."""
    client = client_of(make_account())
    prove_now(client)
    client.raise_request_exception = False
    without = set()
    for address in addresses(get_resolver().url_patterns):
        if address.pattern.startswith("/<language>/") and "GET" in address.methods:
            answer = client.get(example_of(address))
            is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
            if is_page and answer.status_code in {200, 403, 404} and b"/account/logout/" not in answer.content:
                without.add(address.name)

    assert without == KEPT_WITHOUT_A_LINE


# --- No questions -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_nobody_is_known_by_the_answer_to_a_question(client):
    """Doors ask for an address, a proof and nothing else; there is no hint, and no column that could hold an answer."""
    doors = ["login/", "login/code/", "password/reset/", "join/"]
    asked = set()
    for door in doors:
        page = client.get(f"/en/account/{door}").content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        asked |= set(re.findall(r"<(?:input|textarea|select)[^>]*\bname=\"(\w+)\"", main))

    columns = {field.name for model in (Person, Account) for field in model._meta.get_fields()}
    assert asked - {"csrfmiddlewaretoken", "next"} == {"login", "password", "email"}
    assert [name for name in columns if re.search("question|answer|hint|maiden|pet", name)] == []


# --- Patterns ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_name_that_looks_like_a_pattern_stays_as_it_was_typed(client_of):
    """In sentences that are filled in by names, in letters and in the trail."""
    pattern = "%(email)s %s {0} {person.__class__} %"
    agency = make_agency(name_en=pattern)
    coordinator = make_account("coordinator", agency=agency)
    client = client_of(coordinator)

    sent = client.post("/en/people/invitations/new/", {"email": "new@example.org", "agency": agency.code}, follow=True)
    invited = make_invitation(agency=agency, actor=coordinator)
    opened = Client().get(f"/en/account/invitation/{secret_of(invited)}/")
    shown = client.get(f"/en/agencies/{agency.code}/")

    assert {answer.status_code for answer in (sent, opened, shown)} == {200}
    assert [answer for answer in (opened, shown) if escape(pattern) not in answer.content.decode()] == []
    assert pattern in mail.outbox[-1].body
