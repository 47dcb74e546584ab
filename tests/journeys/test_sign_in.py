"""Coming in: for the first time by a code on a phone, by a passkey ever after, and when the second factor is lost."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import CDPSession, Page, expect

from audit.models import Event
from people.models import Account
from tests.factories.people import make_account
from tests.factories.sign_ins import code_of_app, factors_of, give_app, give_recovery_codes
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits, code_in_the_mail, heading, sign_in_by_code

# A telephone or a computer that knows its owner by finger, face or PIN.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> CDPSession:
    """Give a browser a device that keeps passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def sign_out(page: Page) -> None:
    page.goto("/en/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def add_an_app(page: Page) -> str:
    """Add an authenticator app on the page of second factors and return its secret."""
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(code_of_app(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.locator("#recovery_codes")).to_be_visible()
    return secret


@pytest.fixture
def required(settings: Any) -> None:
    """Second factors are asked for from the first day."""
    settings.REQUIRE_MFA, settings.MFA_GRACE_DAYS = True, 0


@pytest.mark.usefixtures("transactional_db")
def test_an_official_comes_in_for_the_first_time_on_a_phone_by_four_steps(
    open_page: OpenPage, mailoutbox: Sequence[EmailMessage]
) -> None:
    """Address, button, code, button: and the page that was wanted is there, without a password."""
    official = make_account(language="be")
    page = open_page(viewport=PHONE, language="be")
    page.goto("/be/my/")
    expect(page.locator("html")).to_have_attribute("lang", "be")
    assert_fits(page)

    page.locator("#code_email").fill(f"  {official.email.upper()} ")
    page.locator("#code_email").press("Enter")
    expect(page).to_have_url(re.compile("/be/account/login/code/confirm/"))
    assert_fits(page)
    assert_everybody_can_use(page)
    page.locator("input[name=code]").fill(code_in_the_mail(official.email, mailoutbox))
    page.locator("input[name=code]").press("Enter")

    expect(page).to_have_url(re.compile("/be/my/$"))
    expect(heading(page)).to_have_text(re.compile("[А-Яа-яЎўІі]"))
    assert_fits(page)


@pytest.mark.usefixtures("transactional_db")
def test_a_passkey_is_added_once_and_signs_in_ever_after(
    open_page: OpenPage, mailoutbox: Sequence[EmailMessage]
) -> None:
    official = make_account(language="en")
    page = open_page()
    with_device(page)
    page.goto("/en/account/2fa/")
    sign_in_by_code(page, official.email, mailoutbox)

    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_label("Name")).to_have_value("Chrome, Linux")
    assert_everybody_can_use(page)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("#recovery_codes")).to_be_visible()
    assert_everybody_can_use(page)
    sign_out(page)
    page.goto("/en/my/")
    page.get_by_role("button", name="Sign in with a passkey").dblclick()

    expect(heading(page)).to_have_text(re.compile("My learning|learning", re.IGNORECASE))
    last = Event.objects.filter(action="people.signed_in").latest("pk")
    assert (last.actor, last.after["methods"]) == (official, ["mfa"])
    assert factors_of(official) == ["recovery_codes", "webauthn"]


@pytest.mark.usefixtures("transactional_db")
def test_a_device_without_a_passkey_is_told_what_else_there_is(open_page: OpenPage) -> None:
    page = open_page()
    with_device(page)
    page.goto("/en/account/login/")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("have a code sent by mail")


@pytest.mark.usefixtures("transactional_db")
def test_a_connection_that_is_lost_and_comes_back_keeps_nobody_from_using_a_passkey(
    open_page: OpenPage,
) -> None:
    """What passkeys need is fetched when somebody is about to use one."""
    page = open_page()
    with_device(page)
    page.goto("/en/account/login/")
    button = page.get_by_role("button", name="Sign in with a passkey")
    page.route("**/webauthn*.js", lambda route: route.abort())

    button.click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/webauthn*.js")
    with page.expect_request("**/account/2fa/webauthn/login/") as asked:
        button.click()

    assert asked.value.method == "GET"


@pytest.mark.usefixtures("transactional_db", "required")
def test_whoever_lost_the_telephone_comes_in_by_a_recovery_code(
    open_page: OpenPage, mailoutbox: Sequence[EmailMessage]
) -> None:
    coordinator = make_account("coordinator", language="en")
    give_app(coordinator)
    code = give_recovery_codes(coordinator)[0]
    page = open_page(viewport=PHONE)
    page.goto("/en/my/")
    sign_in_by_code(page, coordinator.email, mailoutbox)

    expect(page).to_have_url(re.compile("/account/2fa/authenticate/$"))
    expect(page.get_by_role("main")).to_contain_text("recovery code")
    assert_fits(page)
    assert_everybody_can_use(page)
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")

    expect(page).to_have_url(re.compile("/en/my/$"))


@pytest.mark.usefixtures("transactional_db", "required")
def test_whoever_lost_everything_is_helped_by_an_administrator(
    open_page: OpenPage, mailoutbox: Sequence[EmailMessage]
) -> None:
    coordinator, administrator = make_account("coordinator", language="en"), make_account("administrator")
    give_app(coordinator)
    give_app(administrator)
    desk = open_page(administrator)

    _take_the_factor_away(desk, coordinator)

    page = open_page(viewport=PHONE)
    page.goto("/en/my/")
    sign_in_by_code(page, coordinator.email, mailoutbox)
    expect(page).to_have_url(re.compile("/en/account/2fa/$"))
    expect(page.get_by_role("main")).to_contain_text("Your role needs a second factor")
    assert_fits(page)
    add_an_app(page)
    page.goto("/en/my/")
    expect(page).to_have_url(re.compile("/en/my/$"))
    assert factors_of(coordinator) == ["recovery_codes", "totp"]
    assert Event.objects.get(action="people.second_factor_reset").reason == "Called back at the clinic."


def _take_the_factor_away(page: Page, account: Account) -> None:
    page.goto("/en/account/2fa/")
    page.get_by_role("link", name="Somebody cannot sign in").click()
    page.get_by_label("Name or e-mail").fill(account.email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=account.get_full_name()).click()
    page.get_by_role("button", name="Take the second factor away").click()
    expect(page.get_by_role("alert")).to_contain_text("This field is required.")
    page.get_by_label("How do you know").fill("Called back at the clinic.")
    page.get_by_role("button", name="Take the second factor away").click()
    expect(page.get_by_role("status")).to_contain_text("The second factor is taken away.")
