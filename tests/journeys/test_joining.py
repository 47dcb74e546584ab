"""Coming in on a phone: by a letter of the coordinator, and alone with an approval; both end at a module."""

import re
from collections.abc import Callable, Sequence

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page, expect

from people.models import Account, JoinRequest, Membership
from tests.jobs import work_off
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits, code_in_the_mail, heading

LINK = re.compile(r"/\w\w/account/invitation/\S+")
OLGA, ALES = "olga.lis@example.org", "ales.kot@example.org"
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])


def enrol_in_m1(page: Page) -> None:
    page.goto("/en/modules/M1/")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("link", name="Begin the first lesson")).to_be_visible()
    assert_fits(page)


def member_of(address: str) -> tuple[str, str]:
    membership = Membership.objects.select_related("agency").get(person__email=address)
    return membership.agency.code, str(membership.valid_from)


@SCRIPTS
def test_from_the_coordinators_letter_to_a_module(
    open_page: OpenPage, demo: Callable[[str], Account], mailoutbox: Sequence[EmailMessage], javascript: bool
) -> None:
    office = open_page(demo("coordinator"))
    office.goto("/en/people/invitations/new/")
    office.get_by_label("Work e-mail").fill(OLGA)
    office.get_by_label("Family name").fill("Лис")
    office.get_by_label("Agency").select_option(index=1)
    office.get_by_label("Belongs to it since").fill("2026-03-01")
    office.get_by_label("Language of the letter").select_option("en")
    office.get_by_role("button", name="Send the invitation").click()
    expect(office.get_by_role("status").filter(has_text=f"A letter goes to {OLGA}.")).to_be_visible()
    work_off()

    [letter] = [each for each in mailoutbox if each.to == [OLGA]]
    found = LINK.search(str(letter.body))
    assert found
    phone = open_page(viewport=PHONE, javascript=javascript)
    phone.goto(found.group())
    assert_fits(phone)
    phone.get_by_label("Given name").fill("Ольга")
    phone.get_by_role("button", name="Accept").click()
    expect(heading(phone)).to_have_text("My learning")
    assert member_of(OLGA)[1] == "2026-03-01"
    enrol_in_m1(phone)

    stranger = open_page(demo("learner"), viewport=PHONE)
    stranger.goto(found.group())
    expect(stranger.get_by_role("alert")).to_contain_text("This invitation was accepted already.")


@SCRIPTS
def test_from_a_request_to_approval_to_a_module(
    open_page: OpenPage, demo: Callable[[str], Account], mailoutbox: Sequence[EmailMessage], javascript: bool
) -> None:
    phone = open_page(viewport=PHONE, javascript=javascript)
    phone.goto("/en/account/login/")
    phone.get_by_role("link", name="Join with your work e-mail").click()
    phone.get_by_label("Work e-mail").fill(ALES)
    phone.get_by_role("button", name="Send me a code").click()
    expect(heading(phone)).to_have_text("Enter the code")
    assert_fits(phone)
    phone.get_by_label("Code").fill(code_in_the_mail(ALES, mailoutbox))
    phone.get_by_role("button", name="Go on").click()

    expect(heading(phone)).to_have_text("Who are you?")
    phone.get_by_label("Family name").fill("Кот")
    phone.get_by_label("Given name").fill("Алесь")
    phone.get_by_label("Find your agency").fill("гарадская паліклініка брэсцкая")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(phone.get_by_label("Family name")).to_have_value("Кот")
    phone.get_by_role("radio").first.check()
    assert_fits(phone)
    phone.get_by_label("You work there since").fill("2026-01-15")
    phone.get_by_label("Language of mails to you").select_option("en")
    phone.get_by_role("button", name="Join", exact=True).click()
    expect(heading(phone)).to_have_text("Your request waits")
    assert_fits(phone)

    _approve(open_page(demo("coordinator")))

    work_off()
    assert any("Welcome" in each.subject for each in mailoutbox if each.to == [ALES])
    assert member_of(ALES) == ("HLT-01-BR", "2026-01-15")
    enrol_in_m1(phone)


def _approve(office: Page) -> None:
    office.goto("/en/modules/")
    office.get_by_role("link", name=re.compile("People: 3 wait")).click()
    office.get_by_role("link", name="Кот Алесь").click()
    office.get_by_role("button", name="Approve the request").click()
    expect(office.get_by_role("status").filter(has_text="Кот Алесь belongs to")).to_be_visible()
    assert JoinRequest.objects.get(account__email=ALES).state == "approved"
