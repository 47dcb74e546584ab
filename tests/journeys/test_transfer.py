"""Somebody works elsewhere from the second day of a workshop on: both coordinators agree, both reports are right."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from people.models import Membership
from tests.factories.people import SINCE, make_account, make_agency, make_person
from tests.factories.workshops import DAY, make_workshop, mark, open_session, register
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits

SECOND_DAY = DAY + timedelta(days=1)


def test_a_transfer_between_two_days_is_asked_confirmed_and_counted_on_both_sides(
    transactional_db: None, open_page: OpenPage
) -> None:
    losing, gaining = make_agency(code="losing", name_en="Losing"), make_agency(code="gaining", name_en="Gaining")
    giver, taker = make_account("coordinator", agency=losing), make_account("coordinator", agency=gaining)
    person = make_person(agency=losing)
    workshop = make_workshop(sessions=4)
    register(workshop, person)
    for session in workshop.sessions.all():
        mark(open_session(workshop, session.number), person)
    theirs = open_page(taker, viewport=PHONE)
    _expect_in_report(theirs, person.full_name, times=0)

    theirs.goto("/en/agencies/gaining/")
    theirs.get_by_role("link", name="Take somebody over").click()
    theirs.get_by_label("E-mail or code of the person").fill(person.email)
    expect(theirs.get_by_label("New agency", exact=True)).to_have_value("gaining")
    theirs.get_by_label("First day in the new agency").fill(SECOND_DAY.isoformat())
    assert_fits(theirs)
    theirs.get_by_role("button", name="Ask for the transfer").click()
    expect(theirs.get_by_role("status")).to_have_text("The other agency is asked now.")

    ours = open_page(giver, viewport=PHONE, javascript=False)
    ours.goto("/en/people/transfers/")
    assert_fits(ours)
    ours.get_by_role("link", name=person.full_name).click()
    assert_fits(ours)
    ours.get_by_role("button", name="Confirm the transfer").click()
    expect(ours.get_by_role("status")).to_have_text(f"{person} moves.")

    spells = Membership.objects.filter(person=person).order_by("valid_from")
    assert list(spells.values_list("agency__code", "valid_from", "valid_to")) == [
        ("losing", SINCE, DAY),
        ("gaining", SECOND_DAY, None),
    ]
    for reader in (theirs, ours):
        _expect_in_report(reader, person.full_name, times=1)


def _expect_in_report(page: Page, name: str, *, times: int) -> None:
    page.goto("/en/reports/attendance/")
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(times)
