"""Officials whom a ministry signs in by OpenID Connect, with a provider that answers over HTTP."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest
from django.conf import settings

IN = {"status": 302, "leads_to": "/en/my/", "is_in": True}
TO_JOINING = {"status": 302, "leads_to": "/en/account/join/", "is_in": False}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def outcomes(django_db_setup, tmp_path_factory):
    """What comes of each official at the desk of the ministry (`ministry.outcomes`)."""
    database, port = tmp_path_factory.mktemp("ministry") / "academy.sqlite3", free_port()
    shutil.copy(django_db_setup.template, database)
    servers = [
        {
            "id": ministry,
            "name": name,
            "client_id": "academy",
            "client_secret": "secret",
            "server_url": f"http://127.0.0.1:{port}/{ministry}",
            "domains": [domain],
            "form_action": f"http://127.0.0.1:{port}",
        }
        for ministry, name, domain in (
            ("health", "Ministry of Health", "ministry.example"),
            ("border", "Border Committee", "border.example"),
            ("liar", "Who says to be another", "ministry.example"),
            ("mover", "Whose keys lie elsewhere", "ministry.example"),
        )
    ]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
        "OIDC_SERVERS": json.dumps(servers),
        "PORT_OF_MINISTRY": str(port),
    }
    command = [sys.executable, "-m", "tests.people.ministry"]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_verified_address_leads_to_the_account_that_has_it_once_and_again(outcomes):
    assert (outcomes["known"], outcomes["known again"]) == (IN, IN)


def test_of_two_accounts_that_became_one_the_ministry_goes_on_leading_to_that_which_stays(outcomes):
    assert outcomes["the ministry of a closed account"] == {"comes_in": IN, "to_the_one_that_stays": True}


def test_what_a_ministry_says_about_a_person_is_known_as_held(outcomes):
    assert outcomes["keys that nobody thought about"] == []


def test_a_ministry_is_one_factor_and_the_second_is_still_asked_for(outcomes):
    assert outcomes["with a second factor"] == {
        "status": 302,
        "leads_to": "/en/account/2fa/authenticate/",
        "is_in": False,
    }


def test_a_person_whom_an_agency_knows_gets_an_account(outcomes):
    assert (outcomes["a nominee without an account"], outcomes["accounts of the nominee"]) == (IN, 1)


@pytest.mark.parametrize("who", ["address not verified", "a known address not verified", "a stranger"])
def test_whoever_is_not_proven_or_not_known_is_led_to_joining(outcomes, who):
    assert outcomes[who] == TO_JOINING


def test_nobody_gets_an_account_without_an_agency(outcomes):
    # Two that were there, the nominee, the one whose address was claimed, and two about a merge.
    assert outcomes["accounts"] == 7


def test_an_answer_that_was_not_asked_for_opens_nothing(outcomes):
    answer = outcomes["an answer that was not asked for"]

    assert (answer["is_in"], answer["leads_to"]) == (False, "")


def test_a_token_is_believed_by_the_signature_of_the_ministry_and_nothing_else(outcomes):
    opened = {name for name, is_in in outcomes["tokens"].items() if is_in}

    assert (opened, len(outcomes["tokens"])) == ({"as the ministry makes it"}, 13)


def test_an_official_is_known_by_a_number_that_is_not_given_away_again(outcomes):
    """With another address the same official comes in; another official with the address does not."""
    numbers = outcomes["numbers"]

    assert (numbers["first"], numbers["renamed"], numbers["known by"]) == (IN, IN, ["17"])
    assert numbers["successor"] == {"status": 302, "leads_to": "/en/account/login/", "is_in": False}


def test_what_is_told_beside_the_token_is_about_the_same_official(outcomes):
    assert outcomes["about somebody else"] is False


def test_ministries_are_not_mixed_up(outcomes):
    found = outcomes["ministries"]

    assert [found[how] for how in ("brought to another", "naming another", "naming itself")] == [False, False, True]


def test_a_ministry_speaks_for_its_own_addresses_only(outcomes):
    assert outcomes["ministries"]["about an official of another"] == TO_JOINING


def test_metadata_that_name_another_issuer_are_not_believed(outcomes):
    answer = outcomes["ministries"]["with metadata of another"]

    assert (answer["is_in"], answer["leads_to"]) == (False, "")


def test_nobody_is_asked_where_a_ministry_would_lead_on(outcomes):
    assert outcomes["ministries"]["that leads elsewhere for its keys"] is False


def test_no_token_of_a_ministry_is_kept(outcomes):
    assert outcomes["tokens that are kept"] == {"rows": 0, "accounts": 0, "sessions": 0}


def test_the_door_shows_the_ministry_and_the_browser_may_go_there(outcomes):
    assert (outcomes["button"], outcomes["policy"], outcomes["pages"]) == (True, True, {"oidc/health/login/": 200})


def test_without_a_ministry_the_door_shows_none_and_knows_no_such_address(client, db):
    door = client.get("/en/account/login/").content.decode()

    assert ("Ministry" in door, client.get("/en/account/oidc/health/login/").status_code) == (False, 404)
