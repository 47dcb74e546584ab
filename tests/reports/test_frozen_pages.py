import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from audit.models import Event
from reports.models import Snapshot
from reports.services import FileError, ask_for_file, content_of, correct_snapshot, freeze_report
from tests.factories.people import make_agency
from tests.factories.workshops import mark, register

pytestmark = pytest.mark.django_db


def text(page):
    """What people read on a page, without marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def frozen(roles, attended):
    """R3 of the clinic, frozen by its coordinator."""
    return freeze_report(name="agency-results", account=roles.coordinator)


def change(attended):
    mark(attended.workshop.sessions.get(number=2), attended.people["partly"], "absent")


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("attendance/?first_day=2026-03-01", "agency-attendance"),
        ("results/?first_day=2026-03-01", "agency-results"),
    ],
)
def test_from_the_page_of_a_report_two_steps_freeze_it_as_it_was_asked_for(client, roles, attended, page, name):
    client.force_login(roles.coordinator)
    address = re.search(r'href="(/en/reports/[\w-]+/freeze/[^"]*)"', client.get(f"/en/reports/{page}").content.decode())
    assert address is not None
    way = address[1].replace("&amp;", "&")

    asked, done = client.get(way), client.post(way)

    snapshot = Snapshot.objects.get()
    assert (asked.status_code, done.headers["Location"]) == (200, f"/en/reports/frozen/{snapshot.number}/")
    assert (snapshot.report, snapshot.first_day, snapshot.agency.code) == (name, date(2026, 3, 1), "clinic")


def test_asking_whether_to_freeze_freezes_nothing(client, roles, attended):
    client.force_login(roles.manager)

    assert client.get("/en/reports/agencies/freeze/?agency=clinic").status_code == 200
    assert not Snapshot.objects.exists()


def test_a_report_that_is_frozen_already_says_as_what(client, roles, frozen):
    client.force_login(roles.coordinator)

    answer = client.post("/en/reports/agency-results/freeze/")

    assert answer.status_code == 422
    assert f"This is frozen already as {frozen.number}" in text(answer.content.decode())


def test_a_coordinator_is_offered_no_freezing_of_what_compares_agencies(client, roles, attended):
    client.force_login(roles.coordinator)

    assert "/freeze/" not in client.get("/en/reports/agencies/").content.decode()
    assert client.post("/en/reports/agencies/freeze/").status_code == 403


def test_figures_for_outside_leave_only_frozen(client, roles, attended):
    client.force_login(roles.manager)

    page = client.get("/en/reports/agencies/?outside=on").content.decode()
    file = client.get("/en/reports/agencies/?outside=on&format=xlsx")

    assert "format=" not in page
    assert (file.status_code, file.headers["Location"]) == (302, "/en/reports/agencies/freeze/?outside=on")


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_files_are_byte_for_byte_those_that_were_frozen_also_after_corrections(
    client, roles, attended, frozen, language
):
    client.force_login(roles.coordinator)
    files = list(frozen.files.filter(language=language))
    before = {file.format: content_of(file) for file in files}
    change(attended)

    answers = {
        file.format: client.get(f"/ru/reports/frozen/{frozen.number}/{language}.{file.format}") for file in files
    }

    assert {kind: answer.content for kind, answer in answers.items()} == before
    assert answers["csv"].headers["Content-Disposition"] == f'attachment; filename="{frozen.number}-{language}.csv"'


def test_the_page_shows_the_figures_as_they_were_and_leads_to_none_of_today(client, roles, attended):
    snapshot = freeze_report(name="agency-attendance", account=roles.coordinator)
    change(attended)
    client.force_login(roles.coordinator)

    page = client.get(f"/en/reports/frozen/{snapshot.number}/").content.decode()

    name = escape(attended.people["partly"].full_name)
    row = next(line for line in page.split("<tr>") if f'<th scope="row">{name}</th>' in line)
    assert "left early" in row
    assert "absent" not in row
    assert "/reports/counted/" not in page
    assert all(file.sha256 in page for file in snapshot.files.all())


def test_a_corrected_report_says_what_has_taken_its_place_and_the_other_way_round(client, roles, attended, frozen):
    change(attended)
    register(attended.workshop, agency=attended.people["partly"].memberships.get().agency)
    client.force_login(roles.coordinator)
    answer = client.post(f"/en/reports/frozen/{frozen.number}/correct/", {"reason": "A late list."})
    new = Snapshot.objects.get(replaces=frozen)

    assert answer.headers["Location"] == f"/en/reports/frozen/{new.number}/"
    old_page, new_page = (
        text(client.get(f"/en/reports/frozen/{each.number}/").content.decode()) for each in (frozen, new)
    )
    assert f"{new.number} has taken its place A late list." in old_page
    assert f"Takes the place of {frozen.number} : A late list." in new_page


def test_a_correction_without_a_reason_or_without_a_change_is_refused_on_the_page(client, roles, frozen):
    client.force_login(roles.coordinator)
    address = f"/en/reports/frozen/{frozen.number}/correct/"

    answers = [client.post(address, {"reason": reason}) for reason in ("", "Nothing.")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Nothing has changed since" in text(answers[1].content.decode())


@pytest.mark.parametrize("page", ["", "en.csv", "correct/"])
def test_a_frozen_report_of_others_is_not_found_and_that_is_noted(client, roles, frozen, page):
    client.force_login(roles.coordinator_elsewhere)

    assert client.get(f"/en/reports/frozen/{frozen.number}/{page}").status_code == 404
    event = Event.objects.get(action="reports.refused")
    assert (event.actor, event.after) == (roles.coordinator_elsewhere, {"report": frozen.number})


@pytest.mark.parametrize("file", ["de.csv", "en.exe"])
def test_a_file_that_was_not_made_does_not_exist(client, roles, frozen, file):
    client.force_login(roles.coordinator)

    assert client.get(f"/en/reports/frozen/{frozen.number}/{file}").status_code == 404


def test_anybody_finds_out_of_which_report_a_file_is_by_it_or_by_its_hash(client, frozen):
    file = frozen.files.get(language="be", format="xlsx")
    upload = SimpleUploadedFile("renamed.bin", content_of(file))

    pages = [
        client.post("/en/reports/frozen/verify/", {"file": upload}),
        client.post("/en/reports/frozen/verify/", {"sha256": file.sha256.upper()}),
        client.get("/en/reports/frozen/verify/", {"sha256": file.sha256}),
    ]

    for page in pages:
        assert f"This is {frozen.number}, unchanged" in text(page.content.decode())


def test_a_file_of_a_report_that_was_corrected_says_so(client, roles, attended, frozen):
    register(attended.workshop, agency=attended.people["partly"].memberships.get().agency)
    new = correct_snapshot(snapshot=frozen, account=roles.coordinator, reason="A late list.")

    page = client.get("/en/reports/frozen/verify/", {"sha256": frozen.files.first().sha256})

    assert f"It was corrected since: {new.number} has taken its place." in text(page.content.decode())


@pytest.mark.parametrize("content", [b"changed", b"x" * 100])
def test_a_file_that_is_none_of_them_is_told_so(client, frozen, content):
    page = client.post("/en/reports/frozen/verify/", {"file": SimpleUploadedFile("report.csv", content)})

    assert "This is no frozen report as it was handed out" in text(page.content.decode())


def test_who_asks_about_nothing_is_asked_for_a_file(client):
    page = client.post("/en/reports/frozen/verify/", {})

    assert page.status_code == 422
    assert "Choose a file or type its SHA-256." in text(page.content.decode())


def test_the_list_costs_as_many_queries_with_one_as_with_three(client, roles, frozen, attended, agency_tree):
    client.force_login(roles.manager)
    client.get("/en/reports/frozen/")
    counts = []
    for agency in (None, "department", "ministry"):
        if agency:
            freeze_report(name="agency-results", account=roles.manager, agency=agency)
        with CaptureQueriesContext(connection) as captured:
            client.get("/en/reports/frozen/")
        counts.append(len(captured))

    assert len(set(counts)) == 1


@pytest.mark.parametrize("page", ["attendance/", "results/", "agencies/"])
def test_the_report_of_a_successor_names_its_predecessors_and_leads_to_those_one_may_read(
    client, roles, agency_tree, page
):
    for code, parent in (("old", agency_tree.department), ("foreign", agency_tree.unrelated)):
        old = make_agency(code=code, parent=parent, name_en=f"The {code} one")
        old.closed_on, old.successor = date(2026, 1, 1), agency_tree.clinic
        old.save()
    client.force_login(roles.coordinator_above)

    shown = client.get(f"/en/reports/{page}?agency=clinic").content.decode()

    assert f'<a href="/en/reports/{page}?agency=old">The old one</a>' in shown
    assert "<li>The foreign one</li>" in shown


def test_no_job_makes_a_file_for_outside(roles, attended):
    with pytest.raises(FileError, match="only as a frozen report"):
        ask_for_file(account=roles.manager, name="agencies", file_format="xlsx", asked={"outside": True})
