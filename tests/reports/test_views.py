import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from reports.formats import TYPES
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_account, make_person
from tests.factories.reports import make_attended_workshop
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db

PAGES = ["reports", "agency_report", "agency_results"]


@pytest.fixture
def read(client_of: Callable[[Any], Client]) -> Callable[..., Any]:
    def get(account: Any, name: str = "agency_report", **asked: str) -> Any:
        return client_of(account).get(reverse(name), asked)

    return get


def table(html: str) -> list[list[str]]:
    """The cells of the body of the table as text, as somebody hears them."""
    body = re.search(r"<tbody>(.*)</tbody>", html, re.DOTALL).group(1)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def words(fragment: str) -> str:
    without_shapes = re.sub(r"<span[^>]*aria-hidden[^>]*>.*?</span>", "", fragment)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without_shapes)).replace("\u00a0", " ").split())


def per_cent(share: float | None) -> str:
    return "–" if share is None else f"{int(share * 100 + 1e-9)} %"


def test_the_screen_shows_the_figures_of_the_file(roles, attended, read):
    page = read(roles.coordinator_above)
    report = json.loads(read(roles.coordinator_above, workshop=attended.workshop.code, format="json").content)

    expected = []
    for row in report["rows"]:
        cells = []
        for number in ("1", "2", "3", "4"):
            cell = row["sessions"].get(number)
            label = cell and cell["status"].replace("_", " ")
            cells.append("not expected" if not cell else f"{label} {cell['minutes']} min" if cell["minutes"] else label)
        shown = [
            f"{row['name']} {row['agency']}",
            f"Why {per_cent(row['share_so_far'])}",
            "yes" if row["can_reach"] else "no",
        ]
        totals = [str(row["credited_minutes"]), str(row["planned_minutes"]), per_cent(row["share"])]
        expected.append([*shown, *cells, *totals])
    assert table(page.content.decode()) == expected


def test_the_page_begins_with_the_finding(roles, attended, read):
    page = words(read(roles.coordinator_above).content.decode())

    assert "4 of 4 took part, 64 % of the hours. 1 person can still reach 80 %." in page


def test_the_latest_workshop_that_has_begun_comes_first_and_another_can_be_chosen(roles, attended, read, agency_tree):
    earlier = make_workshop(
        code="EARLIER", title_en="The earlier one", starts_on=attended.workshop.starts_on.replace(day=2)
    )
    coming = make_workshop(code="COMING", starts_on=attended.workshop.starts_on.replace(year=2099))
    for workshop in (earlier, coming):
        register(workshop, agency=agency_tree.clinic)

    assert read(roles.coordinator).context["workshop"] == attended.workshop
    assert read(roles.coordinator, workshop="EARLIER").context["workshop"] == earlier


def test_a_workshop_to_come_is_shown_when_there_is_no_other(roles, read, agency_tree):
    coming = make_workshop(starts_on=date(2099, 3, 9))
    register(coming, agency=agency_tree.clinic)

    page = words(read(roles.coordinator).content.decode())

    assert "1 person is confirmed; the first day is 9 March 2099." in page
    assert "to come" in page


def test_an_agency_without_workshops_is_told_what_to_do(roles, read):
    page = words(read(roles.coordinator).content.decode())

    assert "No workshop yet" in page
    assert "See the workshops" in page


def test_days_without_sessions_say_so(roles, attended, read):
    page = words(read(roles.coordinator, first_day="2027-01-01").content.decode())

    assert "Nobody was expected in these days" in page


@pytest.mark.parametrize("asked", [{"first_day": "soon"}, {"first_day": "2026-03-10", "last_day": "2026-03-09"}])
def test_a_period_that_cannot_be_is_explained_and_not_answered(roles, attended, read, asked):
    page = read(roles.coordinator, **asked)

    assert (page.status_code, "report" in page.context) == (200, False)
    assert "Please look at this again" in page.content.decode()
    assert read(roles.coordinator, format="csv", **asked)["Content-Type"].startswith("text/html")


def test_many_people_are_shown_in_parts_and_found_whole_in_the_file(roles, read, agency_tree, monkeypatch):
    monkeypatch.setattr("reports.views.agencies.ROWS_ON_A_PAGE", 2)
    make_attended_workshop(agency_tree)

    pages = [read(roles.coordinator_above, page=number) for number in ("1", "2")]

    assert [len(table(page.content.decode())) for page in pages] == [2, 2]
    assert "Page 2 of 2" in words(pages[1].content.decode())
    assert [page.context["report"].totals["people"] for page in pages] == [4, 4]


@pytest.mark.parametrize("name", PAGES)
def test_without_signing_in_there_is_the_door(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["learner", "facilitator", "editor"])
def test_reports_are_for_coordinators_and_managers(roles, read, name, role):
    # Editors find figures about questions in the list, and nothing about agencies.
    expected = 200 if (role, name) == ("editor", "reports") else 403

    assert read(getattr(roles, role), name).status_code == expected


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["coordinator", "coordinator_above", "manager", "administrator"])
def test_coordinators_and_managers_open_every_report(roles, read, name, role):
    assert read(getattr(roles, role), name).status_code == 200


@pytest.mark.parametrize("name", ["agency_report", "agency_results"])
@pytest.mark.parametrize("agency", ["ministry", "unrelated", "nowhere"])
def test_an_agency_outside_the_scope_does_not_exist(roles, attended, read, name, agency):
    answers = [read(roles.coordinator, name, agency=agency, format=kind) for kind in ("", *TYPES)]

    assert [answer.status_code for answer in answers] == [404] * (1 + len(TYPES))


@pytest.mark.parametrize("kind", ["", *TYPES])
def test_a_workshop_outside_the_scope_does_not_exist(roles, attended, read, kind, agency_tree):
    other = make_workshop()
    register(other, agency=agency_tree.unrelated)

    answers = [read(roles.coordinator, workshop=code, format=kind) for code in (other.code, "NOPE")]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("kind", "start"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfperson,"), ("json", b"{"), ("pdf", b"%PDF-1.7")]
)
def test_files_are_downloads_named_after_what_was_asked(roles, attended, read, kind, start):
    response = read(roles.coordinator, agency="clinic", format=kind)

    assert (response["Content-Type"], response.content.startswith(start)) == (TYPES[kind], True)
    assert response["Content-Disposition"] == f'attachment; filename="agency-attendance-clinic.{kind}"'
    assert "no-store" in response["Cache-Control"]


def test_the_page_links_to_the_files_of_what_it_shows(roles, attended, read):
    page = read(roles.coordinator, agency="clinic", first_day="2026-03-09")

    asked = f"agency=clinic&workshop={attended.workshop.code}&first_day=2026-03-09"
    assert [address for _kind, address in page.context["files"]] == [
        f"?{asked}&format=xlsx",
        f"?{asked}&format=csv",
        f"?{asked}&format=json",
        f"?{asked}&format=pdf",
    ]


@pytest.mark.parametrize("name", ["agency_report", "agency_results"])
def test_a_manager_names_an_agency_first_and_that_is_noted(roles, attended, read, name):
    asked_nothing = words(read(roles.manager, name).content.decode())
    assert "About which agency?" in asked_nothing
    assert not Event.objects.filter(action="reports.read").exists()

    read(roles.manager, name, agency="unrelated")

    assert Event.objects.get(action="reports.read").after["agency"] == "unrelated"


def test_results_of_modules_and_workshops_are_shown_by_person(roles, read, agency_tree):
    person = make_person(agency=agency_tree.clinic)
    certificate = make_certificate(person=person)

    page = read(roles.coordinator, "agency_results")

    assert table(page.content.decode()) == [
        [
            person.full_name,
            certificate.payload["subject"]["code"],
            "28.02.2026",
            "09.03.2026",
            "–",
            "–",
            certificate.code,
        ]
    ]


def test_results_show_a_ring_of_completed_aspects_for_all_and_for_each_agency(roles, read, agency_tree):
    for agency in (agency_tree.clinic, agency_tree.department):
        make_completed_enrolment(person=make_person(agency=agency))

    response = read(roles.coordinator_above, "agency_results")

    rings = response.context["rings"]
    assert [(ring.name, ring.people) for ring in rings] == [
        ("", 2), (agency_tree.department.name, 1), (agency_tree.clinic.name, 1),
    ]  # fmt: skip
    assert response.content.decode().count('<svg class="ring"') == 3


def test_an_agency_without_results_is_told_when_there_will_be_some(roles, read):
    assert "Nothing yet" in words(read(roles.coordinator, "agency_results").content.decode())


def queries_of(read: Callable[..., Any], account: Any, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert read(make_fresh(account), name).status_code == 200
    return len(queries)


def make_fresh(account: Any) -> Any:
    """The account without what an instance remembers."""
    return type(account).objects.get(pk=account.pk)


def test_pages_cost_as_many_queries_with_one_person_as_with_many(agency_tree, read):
    coordinator = make_account("coordinator", agency=agency_tree.ministry)
    workshop = make_workshop(sessions=1)
    register(workshop, agency=agency_tree.clinic)
    make_completed_enrolment(person=make_person(agency=agency_tree.clinic))
    few = [queries_of(read, coordinator, name) for name in ("agency_report", "agency_results")]

    make_attended_workshop(agency_tree)
    for _ in range(2):
        make_completed_enrolment(person=make_person(agency=agency_tree.clinic))

    assert [queries_of(read, coordinator, name) for name in ("agency_report", "agency_results")] == few
