import errno
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from audit.models import Event
from core.models import AppendOnlyError
from reports import formats, freezing
from reports.models import Snapshot, SnapshotFile
from reports.queries import OutOfScopeError
from reports.services import (
    SnapshotError,
    content_of,
    correct_snapshot,
    files_with_hash,
    freeze_for_everybody,
    freeze_report,
    read_report,
    read_snapshot,
    report_of,
)
from tests.factories.people import give_role, make_person
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.services import correct_record, sign_off

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "ru", "be"]


def bytes_of(snapshot):
    return {(file.language, file.format): content_of(file) for file in snapshot.files.all()}


def correct(attended, person, status="present"):
    """The register of the second session is corrected."""
    return mark(attended.workshop.sessions.get(number=2), attended.people[person], status)


def test_what_is_frozen_is_the_report_as_it_is_in_all_languages(roles, attended):
    snapshot = freeze_report(name="agency-attendance", account=roles.coordinator, first_day=date(2026, 3, 1))

    asked = {"agency": "clinic", "first_day": date(2026, 3, 1)}
    for language in LANGUAGES:
        with translation.override(language):
            report = read_report(name="agency-attendance", account=roles.coordinator, **asked)
        frozen = report_of(snapshot, language)
        assert (frozen.title, list(frozen.rows), frozen.totals) == (report.title, list(report.rows), report.totals)
        assert (frozen.definitions, frozen.codes) == (report.definitions, report.codes)
        assert [column.label for column in frozen.columns] == [column.label for column in report.columns]
    assert (snapshot.filters, snapshot.first_day, snapshot.last_day) == ({"agency": "clinic"}, date(2026, 3, 1), None)
    assert (snapshot.audience, snapshot.smallest, snapshot.rules) == ("agency", 0, 1)
    assert (snapshot.rows, snapshot.provisional, snapshot.made_by) == (3, report.provisional, roles.coordinator)
    assert snapshot.sha256 == freezing.digest(snapshot.content)


def test_files_of_every_format_and_language_are_stored_with_their_hashes(roles, attended):
    snapshot = freeze_report(name="agencies", account=roles.manager)

    files = {(file.language, file.format): file for file in snapshot.files.all()}
    assert set(files) == {(language, kind) for language in LANGUAGES for kind in formats.TYPES}
    for key, content in bytes_of(snapshot).items():
        assert (files[key].sha256, files[key].size) == (freezing.digest(content), len(content))


def test_numbers_count_by_report_and_year_and_none_comes_twice(roles, attended):
    first = freeze_report(name="agencies", account=roles.manager)
    second = freeze_report(name="agencies", account=roles.manager, agency="clinic")
    other = freeze_report(name="participation", account=roles.manager)

    year = first.made_at.year
    assert [each.number for each in (first, second, other)] == [f"R4-{year}-0001", f"R4-{year}-0002", f"R1-{year}-0001"]


def test_a_corrected_register_changes_the_open_report_and_leaves_the_frozen_one(roles, attended):
    snapshot = freeze_report(name="agency-attendance", account=roles.coordinator)
    before, frozen = bytes_of(snapshot), report_of(snapshot, "en")

    correct(attended, "partly")

    open_report = read_report(name="agency-attendance", account=roles.coordinator, agency="clinic")
    again = Snapshot.objects.get(pk=snapshot.pk)
    assert open_report.totals["credited_minutes"] == frozen.totals["credited_minutes"] + 12
    assert (report_of(again, "en"), again.sha256, bytes_of(again)) == (frozen, snapshot.sha256, before)


def test_a_signed_register_that_is_corrected_with_a_reason_leaves_the_frozen_report(roles, attended):
    session = attended.workshop.sessions.get(number=2)
    sign_off(session=session, actor=roles.manager, accept_unrecorded=True)
    snapshot = freeze_report(name="agency-attendance", account=roles.coordinator)
    record = session.records.get(person=attended.people["partly"])

    correct_record(record=record, status="absent", minutes=None, reason="Seen elsewhere.", actor=roles.manager)

    row = next(row for row in report_of(snapshot, "en").rows if row["person"] == attended.people["partly"].public_code)
    assert row["sessions"]["2"]["status"] == "left_early"
    report = read_report(name="agency-attendance", account=roles.coordinator, agency="clinic")
    now = next(row for row in report.rows if row["person"] == attended.people["partly"].public_code)
    assert now["sessions"]["2"]["status"] == "absent"


def test_a_correction_is_a_new_one_that_names_the_old_with_its_reason(roles, attended):
    old = freeze_report(name="agency-attendance", account=roles.coordinator)
    correct(attended, "partly")

    new = correct_snapshot(snapshot=old, account=roles.coordinator, reason="  The paper register was found. ")

    assert (new.replaces, new.reason, old.replaced_by) == (old, "The paper register was found.", new)
    assert (new.filters, new.question, new.number[-4:]) == (old.filters, old.question, "0002")
    assert list(Snapshot.objects.standing()) == [new]
    assert report_of(new, "en").totals["credited_minutes"] == report_of(old, "en").totals["credited_minutes"] + 12


def test_a_question_is_frozen_once_and_each_answer_corrected_once(roles, attended):
    old = freeze_report(name="agency-attendance", account=roles.coordinator)
    with pytest.raises(SnapshotError, match=f"frozen already as {old.number}"):
        freeze_report(name="agency-attendance", account=roles.manager, agency="clinic")
    with pytest.raises(SnapshotError, match="Nothing has changed"):
        correct_snapshot(snapshot=old, account=roles.coordinator, reason="Why not.")
    correct(attended, "partly")
    with pytest.raises(SnapshotError, match="Say what was corrected"):
        correct_snapshot(snapshot=old, account=roles.coordinator, reason=" ")
    new = correct_snapshot(snapshot=old, account=roles.coordinator, reason="Found.")

    with pytest.raises(SnapshotError, match="corrected already"):
        correct_snapshot(snapshot=old, account=roles.coordinator, reason="Once more.")
    with pytest.raises(SnapshotError, match=f"frozen already as {new.number}"):
        freeze_report(name="agency-attendance", account=roles.coordinator)
    assert Snapshot.objects.count() == 2


def test_nothing_of_it_can_be_changed_or_deleted(roles, attended):
    snapshot = freeze_report(name="agencies", account=roles.manager)
    file = snapshot.files.first()

    for row in (snapshot, file):
        with pytest.raises(AppendOnlyError):
            row.save()
        with pytest.raises(AppendOnlyError):
            row.delete()
        with pytest.raises(AppendOnlyError):
            type(row).objects.all().delete()
    with pytest.raises(AppendOnlyError):
        Snapshot.objects.update(reason="Another")


@pytest.mark.parametrize("role", ["coordinator", "coordinator_above"])
@pytest.mark.parametrize("name", ["agencies", "participation", "counted"])
def test_coordinators_freeze_only_what_is_about_their_people_by_name(roles, attended, role, name):
    with pytest.raises(PermissionDenied):
        freeze_report(name=name, account=getattr(roles, role))


def test_what_lies_outside_the_scope_is_not_frozen_and_noted(roles, attended):
    with pytest.raises(OutOfScopeError):
        freeze_report(name="agency-attendance", account=roles.coordinator, agency="unrelated")

    event = Event.objects.get(action="reports.refused")
    assert (event.actor, event.after) == (roles.coordinator, {"report": "agency-attendance", "agency": "unrelated"})
    assert not Snapshot.objects.exists()


def test_names_are_frozen_for_one_agency(roles, attended, agency_tree):
    give_role(roles.coordinator, "coordinator", agency_tree.unrelated)
    for account in (roles.manager, roles.coordinator):
        with pytest.raises(SnapshotError, match="Choose an agency"):
            freeze_report(name="agency-results", account=account)


def test_whoever_reads_the_agency_reads_what_was_frozen_about_it(roles, attended):
    about_clinic = freeze_report(name="agency-results", account=roles.coordinator)
    about_all = freeze_report(name="agencies", account=roles.manager)

    readers = {
        name: [each.number for each in Snapshot.objects.visible_to(account)] for name, account in vars(roles).items()
    }
    everything, clinic = [about_all.number, about_clinic.number], [about_clinic.number]
    assert readers == {
        "learner": [],
        "facilitator": [],
        "coordinator": clinic,
        "coordinator_above": clinic,
        "coordinator_elsewhere": [],
        "manager": everything,
        "editor": [],
        "administrator": everything,
    }


def test_a_frozen_report_of_others_does_not_exist_and_that_is_noted(roles, attended):
    snapshot = freeze_report(name="agency-results", account=roles.coordinator)

    for number in (snapshot.number, "R3-2000-0001"):
        with pytest.raises(OutOfScopeError):
            read_snapshot(number=number, account=roles.coordinator_elsewhere)

    noted = [event.after for event in Event.objects.filter(action="reports.refused").order_by("pk")]
    assert noted == [{"report": snapshot.number}, {"report": "R3-2000-0001"}]


def test_that_a_manager_reads_names_in_a_frozen_report_is_noted(roles, attended):
    snapshot = freeze_report(name="agency-results", account=roles.coordinator)
    read_snapshot(number=snapshot.number, account=roles.coordinator)
    read_snapshot(number=snapshot.number, account=roles.manager)

    event = Event.objects.get(action="reports.read")
    assert (event.actor, event.after) == (roles.manager, {"report": snapshot.number, "agency": "clinic"})


def test_a_file_is_found_by_its_hash_however_a_program_writes_it(roles, attended):
    snapshot = freeze_report(name="agencies", account=roles.manager)
    file = snapshot.files.get(language="ru", format="xlsx")
    written = [file.sha256, file.sha256.upper(), f" {file.sha256[:32]} {file.sha256[32:]}\n"]

    assert [files_with_hash(each) for each in written] == [[file], [file], [file]]
    assert [files_with_hash(each) for each in ("", "x", "0" * 64, file.sha256[:-1])] == [[], [], [], []]


def test_a_report_of_everybody_is_frozen_once_however_often_it_is_asked_for(attended):
    days = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    first, again = (freeze_for_everybody(name="agencies", **days) for _time in range(2))

    assert (first, first.made_by, first.audience, first.smallest) == (again, None, "programme", 5)
    assert Snapshot.objects.count() == 1


def crowd(workshop, agency, people):
    for _each in range(people):
        person = make_person(agency=agency)
        register(workshop, person, agency)
        for session in workshop.sessions.all():
            mark(session, person)


def test_two_reports_for_outside_that_tell_about_few_together_are_not_both_frozen(roles, agency_tree):
    winter, spring = make_workshop(sessions=1), make_workshop(sessions=1, starts_on=date(2026, 4, 6))
    for workshop, people in ((winter, 12), (spring, 3)):
        open_session(workshop)
        crowd(workshop, agency_tree.clinic, people)
    months = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    quarter = {"first_day": date(2026, 3, 1), "last_day": date(2026, 5, 31)}
    first = freeze_report(name="agencies", account=roles.manager, outside=True, **months)

    with pytest.raises(SnapshotError, match=f"Whoever also has {first.number}"):
        freeze_report(name="agencies", account=roles.manager, outside=True, **quarter)

    after = {"first_day": date(2026, 4, 1), "last_day": date(2026, 5, 31)}
    apart = freeze_report(name="agencies", account=roles.manager, outside=True, **after)
    assert list(Snapshot.objects.order_by("pk")) == [first, apart]
    # Inside the programme the open report shows as much.
    assert freeze_report(name="agencies", account=roles.manager, **quarter).audience == "programme"


def test_a_third_report_for_outside_that_leaves_few_between_three_is_not_frozen(roles, agency_tree):
    for month, people in ((3, 12), (4, 10), (5, 3)):
        workshop = make_workshop(sessions=1, starts_on=date(2026, month, 4))
        for _each in range(people):
            register(workshop, agency=agency_tree.clinic)
    march = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    april = {"first_day": date(2026, 4, 1), "last_day": date(2026, 4, 30)}
    frozen = [
        freeze_report(name="agencies", account=roles.manager, outside=True, **days)
        for days in (march, march | {"last_day": date(2026, 5, 31)})
    ]

    with pytest.raises(SnapshotError, match="add and subtract"):
        freeze_report(name="agencies", account=roles.manager, outside=True, **april)

    # About one agency alone no other report has left.
    clinic = freeze_report(name="agencies", account=roles.manager, outside=True, agency="clinic", alone=True, **april)
    assert list(Snapshot.objects.order_by("pk")) == [*frozen, clinic]


def test_what_was_hidden_stays_hidden_in_a_correction(roles, agency_tree):
    workshop = make_workshop(sessions=1)
    open_session(workshop)
    crowd(workshop, agency_tree.clinic, 9)
    crowd(workshop, agency_tree.unrelated, 30)
    old = freeze_report(name="agencies", account=roles.manager, outside=True)
    assert (0, "confirmed") in report_of(old, "en").hidden

    crowd(workshop, agency_tree.clinic, 12)
    new = correct_snapshot(snapshot=old, account=roles.manager, reason="A list was missing.")

    assert set(report_of(new, "en").hidden) >= set(report_of(old, "en").hidden)
    assert report_of(new, "ru").rows[0]["confirmed"] is None


@pytest.mark.parametrize(("become", "sentence"), [(b"other", "not any more"), (None, "cannot be read")])
def test_a_file_that_was_changed_or_lost_is_not_handed_out(roles, attended, become, sentence):
    file = freeze_report(name="agencies", account=roles.manager).files.first()
    path = Path(file.file.path)
    path.unlink() if become is None else path.write_bytes(become)

    with pytest.raises(SnapshotError, match=sentence):
        content_of(file)


def test_files_do_not_stay_when_the_disk_is_full_in_the_middle(roles, attended, monkeypatch):
    storage = SnapshotFile._meta.get_field("file").storage
    write, kept = storage._save, []

    def until_it_is_full(name, content):
        if len(kept) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        kept.append(write(name, content))
        return kept[-1]

    monkeypatch.setattr(storage, "_save", until_it_is_full)
    with pytest.raises(OSError, match="No space left"):
        freeze_report(name="agencies", account=roles.manager)

    assert len(kept) == 2
    assert [storage.exists(name) for name in kept] == [False, False]
    assert not Snapshot.objects.exists()
