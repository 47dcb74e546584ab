"""Officials whom a ministry signs in by SAML, with a provider that answers over HTTP (saml_ministry.py).

The first run installs requirements/saml.txt, which an installation with SAML has, into var/test-ministries, and a
provider by other people (saml_product.py) from requirements/ministries.txt beside it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from scripts.beside import installed_beside
from scripts.bootstrap import REQUIREMENTS, ROOT

IN = {"status": 302, "leads_to": "/en/my/", "is_in": True}
TO_JOINING = {"status": 302, "leads_to": "/en/account/join/", "is_in": False}
REFUSED = {"status": 401, "leads_to": "", "is_in": False}
OURS = "http://127.0.0.1:8000/en/account/saml/border"
ATTRIBUTES = {"uid": "uid", "email": "email", "email_verified": "email_verified"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def outcomes(django_db_setup, tmp_path_factory):
    """What comes of each official at the desk of the ministry (`saml_ministry.outcomes`)."""
    folder = ROOT / "var" / "test-ministries"
    packages = installed_beside(REQUIREMENTS / "saml.txt", folder)
    if packages is None:
        pytest.skip("the package index cannot be reached, and the libraries for SAML come from it")
    # Its signatures are made by a program of Debian's package xmlsec1.
    product = installed_beside(REQUIREMENTS / "ministries.txt", folder) if shutil.which("xmlsec1") else None
    database, port = tmp_path_factory.mktemp("ministry") / "academy.sqlite3", free_port()
    shutil.copy(django_db_setup.template, database)
    desk = f"http://127.0.0.1:{port}"
    servers = [
        {
            "id": ministry,
            "name": name,
            "entity_id": f"{desk}/{ministry}/metadata",
            "domains": [domain],
            "form_action": desk,
            "attributes": ATTRIBUTES,
            **(more or {"metadata_url": f"{desk}/{ministry}/metadata"}),
        }
        for ministry, name, domain, more in (
            ("border", "Border Committee", "border.example", {}),
            ("health", "Ministry of Health", "health.example", {}),
            ("liar", "Who says to be another", "border.example", {}),
            ("mover", "Whose metadata lie elsewhere", "border.example", {}),
            ("product", "Whose provider others wrote", "product.example", {}),
            ("mute", "Who has no metadata", "border.example", {}),
            ("away", "Who is away", "border.example", {"metadata_url": f"http://127.0.0.1:{free_port()}/"}),
            ("paper", "By letter", "health.example", {"sso_url": f"{desk}/paper/desk", "email_verified": True}),
        )
    ]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
        "SAML_SERVERS": json.dumps(servers),
        "SITE_ADDRESS": "http://127.0.0.1:8000",
        "PORT_OF_MINISTRY": str(port),
        "PACKAGES": str(packages),
        "PRODUCT": str(product or ""),
    }
    command = [sys.executable, "-m", "tests.people.saml_ministry"]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_we_are_one_service_of_a_ministry_in_whatever_language_somebody_comes(outcomes):
    assert outcomes["metadata"] == {
        "of a ministry that is away": 200,
        "type": "application/samlmetadata+xml",
        "in all languages alike": True,
        "entity": f"{OURS}/metadata/",
        "answers go to": f"{OURS}/acs/",
        "asked by": f"{OURS}/metadata/",
        "asked for answers to": f"{OURS}/acs/",
        "asked at": outcomes["metadata"]["asked at"],
    }
    assert outcomes["metadata"]["asked at"].endswith("/border/desk")


def test_a_verified_address_leads_to_the_account_that_has_it_once_and_again(outcomes):
    assert (outcomes["known"], outcomes["known again"]) == (IN, IN)


@pytest.mark.parametrize("how", ["assertion signed", "signed around"])
def test_a_provider_by_other_people_understands_us_and_we_understand_it(outcomes, how):
    """It reads our metadata and our question, and finds in them where its answer goes; which works once."""
    if not outcomes["product"]:
        pytest.skip("pysaml2 signs by a program that is missing: apt-get install xmlsec1")
    answers_to = OURS.replace("border", "product") + "/acs/"

    assert outcomes["product"][how] == {"to": answers_to, **IN, "again": 401}


def test_the_language_of_the_door_is_that_of_the_page_behind_it(outcomes):
    assert outcomes["in Belarusian"] == {**IN, "leads_to": "/be/my/"}


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
    # Four that were there, the nominee, and the one whose address was claimed.
    assert outcomes["accounts"] == 6


def test_an_answer_is_believed_by_the_signature_of_the_ministry_for_us_now_and_as_asked(outcomes):
    """Of each forgery, why it opens nothing: python3-saml says so, or we do where it would let it pass."""
    incomplete = "The assertion leaves out what it answers or where it goes or until when."
    unread = "The answer cannot be read: XMLSyntaxError."
    no_number = "The ministry names no number of the official that stays."

    assert outcomes["forgeries"] == {
        "as the ministry makes it": "comes in",
        "signed around everything": "comes in",
        "signed twice": "comes in",
        "of another key that it brings along": "Signature validation failed. SAML Response rejected",
        "without a signature": "No Signature found. SAML Response rejected",
        "changed afterwards": "Signature validation failed. SAML Response rejected",
        # The whole address is read, beyond the comment; it is none of the ministry's.
        "with a comment in the address": "",
        "of a weak digest": "Deprecated signature algorithm found",
        "of a shared secret": "Signature validation failed. SAML Response rejected",
        "for another service": "is not a valid audience for this Response",
        "for nobody": "The assertion names no audience.",
        "of another issuer": "Invalid issuer in the Assertion/Response",
        "that is over": "Could not validate timestamp",
        "that is over since a moment": "A valid SubjectConfirmation was not found on this Response",
        "that is not yet": "Could not validate timestamp",
        "that has no end": incomplete,
        "to another address": "A valid SubjectConfirmation was not found on this Response",
        "sent elsewhere": "The response was received",
        "to no question": incomplete,
        "to a question that only stands around it": incomplete,
        "to a question of somebody else": "The answer was not asked for here, or was read before.",
        "that failed": "The status code of the Response was not Success",
        "with a document type": "The answer cannot be read: DTDForbidden.",
        "that is no XML": unread,
        "that is another XML": "Unsupported SAML version",
        "that is no base64": unread,
        "that is nothing": unread,
        "that is too long": "The answer is too long, or one of too many.",
        "without a number": no_number,
        "with a number that is too long": no_number,
    }


def test_what_the_ministry_signed_about_one_official_opens_nothing_as_another(outcomes):
    assert (set(outcomes["wrapped"].values()), len(outcomes["wrapped"])) == (
        {"SAML Response must contain 1 assertion"}, 8,
    )  # fmt: skip


def test_an_answer_works_once_and_in_the_browser_that_asked(outcomes):
    assert outcomes["again"] == {
        "first": True,
        "in the same browser": False,
        "beside a newer question": False,
        "in another browser": False,
    }


def test_an_official_is_known_by_a_number_that_is_not_given_away_again(outcomes):
    """With another address the same official comes in; another official with the address does not."""
    numbers = outcomes["numbers"]

    assert (numbers["first"], numbers["renamed"], numbers["known by"]) == (IN, IN, ["17"])
    assert numbers["successor"] == {"status": 302, "leads_to": "/en/account/login/", "is_in": False}


def test_a_name_identifier_is_a_number_where_it_stays_and_none_where_it_does_not(outcomes):
    numbers = outcomes["numbers"]

    found = [numbers[how] for how in ("a name that stays", "the same name in a value", "a name for one visit")]
    assert found == [True, True, False]


def test_ministries_are_not_mixed_up(outcomes):
    found = outcomes["ministries"]

    assert [found[how] for how in ("brought to another", "answered by another", "answered by itself")] == [
        False, False, True,
    ]  # fmt: skip


def test_a_ministry_speaks_for_its_own_addresses_only(outcomes):
    assert outcomes["ministries"]["about an official of another"] == TO_JOINING


@pytest.mark.parametrize(
    "ministry",
    ["with metadata of another", "that leads elsewhere for its metadata", "that has no metadata", "that is away"],
)
def test_a_ministry_that_cannot_be_asked_is_told_as_that(outcomes, ministry):
    assert outcomes["ministries"][ministry] == REFUSED


def test_a_ministry_that_is_not_set_up_is_not_found(outcomes):
    assert outcomes["ministries"]["that nobody knows"] == {**REFUSED, "status": 404}


def test_a_ministry_may_be_set_up_by_its_certificate_and_for_all_its_addresses(outcomes):
    found = outcomes["ministries"]

    assert (found["without metadata"], found["whose addresses are all its own"]) == (IN, IN)


def test_of_what_a_ministry_tells_nothing_is_kept_but_the_number(outcomes):
    assert outcomes["kept"] == {"about officials": [], "answers": 0}


def test_signing_out_there_ends_nothing_here_and_is_not_offered(outcomes):
    assert outcomes["signed out there"] == {"answers": [404, 404], "is_in": True, "offered": False}


def test_an_answer_comes_by_post_and_without_one_nothing_opens(outcomes):
    assert (outcomes["answer by GET"], outcomes["finish without an answer"]) == (405, 401)


def test_the_door_shows_the_ministry_and_the_browser_may_go_there(outcomes):
    assert (outcomes["button"], outcomes["policy"], outcomes["page"]) == (True, True, 200)


def test_without_a_ministry_the_door_knows_no_such_address(client, db):
    paths = ("login", "acs", "acs/finish", "metadata", "sls")

    assert {client.get(f"/en/account/saml/border/{path}/").status_code for path in paths} == {404}
