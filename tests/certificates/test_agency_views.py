import csv
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import Event
from certificates import services
from certificates.models import Certificate, Run
from certificates.services import award_enrolment, count_states, erase, in_state, revoke, suspend
from people.models import Person
from tests.factories.certificates import make_certificate, make_completed_enrolment
from tests.factories.people import make_person
from tests.jobs import DATABASE_QUEUE

pytestmark = pytest.mark.django_db

STATES = Certificate.Status


@pytest.fixture
def address() -> str:
    return reverse("agency_certificates")


def of(agency, **fields) -> Certificate:
    return make_certificate(person=make_person(agency=agency, **fields))


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


def archive_of(response: Any) -> zipfile.ZipFile:
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def manifest_of(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))


# --- The page ---------------------------------------------------------------------------------------------------------
def test_coordinators_see_their_subtree_and_managers_all(roles, agency_tree, client_of, address):
    mine, theirs = of(agency_tree.clinic), of(agency_tree.unrelated)

    seen = {
        name: {each.code for each in (mine, theirs) if each.code in page_of(client_of(account).get(address))}
        for name, account in vars(roles).items()
    }

    nobody: set[str] = set()
    assert seen == {
        "learner": nobody, "facilitator": nobody, "editor": nobody,
        "coordinator": {mine.code}, "coordinator_above": {mine.code}, "coordinator_elsewhere": {theirs.code},
        "manager": {mine.code, theirs.code}, "administrator": {mine.code, theirs.code},
    }  # fmt: skip


def test_another_agency_typed_into_the_address_does_not_exist(roles, agency_tree, client_of, address):
    assert client_of(roles.coordinator).get(address, {"agency": "unrelated"}).status_code == 404
    assert client_of(roles.coordinator).get(address, {"agency": "nothing", "format": "zip"}).status_code == 404


def test_a_coordinator_does_not_see_the_own_certificate_of_another_agency_there(roles, agency_tree, client_of, address):
    other = of(agency_tree.unrelated)
    Certificate.objects.filter(pk=other.pk).update(person=roles.coordinator.person)

    assert other.code not in page_of(client_of(roles.coordinator).get(address))


def test_what_was_chosen_is_shown(roles, agency_tree, client_of, address):
    first, second = of(agency_tree.clinic), of(agency_tree.clinic, email="")
    revoke(certificate=first, reason="An error", actor=roles.manager)
    Certificate.objects.filter(pk=second.pk).update(issued_at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    client = client_of(roles.coordinator)

    def shown(**asked: str) -> set[str]:
        page = page_of(client.get(address, asked))
        return {each.code for each in (first, second) if reverse("certificate", args=[each.code]) in page}

    assert shown() == {first.code, second.code}
    assert shown(subject="module:M1") == {first.code}
    assert shown(subject="module:M2") == {second.code}
    assert shown(state="revoked") == {first.code}
    assert shown(state="valid") == {second.code}
    assert shown(last_day="2026-03-01") == {second.code}
    assert shown(first_day="2026-03-02") == {first.code}
    assert shown(without_email="on") == {second.code}
    assert shown(first_day="2026-03-02", last_day="2026-03-01") == set()


def test_a_person_is_found_by_letters_of_the_name_in_either_script_or_by_the_email(
    roles, agency_tree, client_of, address
):
    asked = of(agency_tree.clinic, family_name="Ёлкина", name_latin="Yolkina Anna", email="anna@clinic.example")
    other = of(agency_tree.clinic, family_name="Кастусь")
    client = client_of(roles.coordinator)

    pages = [page_of(client.get(address, {"person": typed})) for typed in ("елк", "yolk", "anna@clinic")]

    assert [(asked.code in page, other.code in page) for page in pages] == [(True, False)] * 3


def test_what_was_chosen_stays_in_the_address_of_the_next_page_and_of_the_files(
    roles, agency_tree, client_of, address, monkeypatch
):
    monkeypatch.setattr("certificates.views.agency.PER_PAGE", 1)
    for _ in range(2):
        of(agency_tree.clinic, family_name="Яблонская")

    page = page_of(client_of(roles.coordinator).get(address, {"person": "яблон", "state": "valid"}))

    kept = f"?person={quote('яблон')}&state=valid&"
    assert f'href="{kept}page=2"' in page
    assert f'href="{kept}format=xlsx"' in page


def test_what_is_seldom_chosen_is_folded_until_it_is_chosen(roles, agency_tree, client_of, address):
    of(agency_tree.clinic)
    client = client_of(roles.coordinator)

    asked = [{}, {"state": "valid"}, {"without_email": "on"}, {"first_day": "2026-13-40"}]
    unfolded = ['<details class="filters__more" open>' in page_of(client.get(address, each)) for each in asked]

    assert unfolded == [False, False, True, True]


def test_counts_agree_with_the_state_of_each(roles, agency_tree):
    _fine, revoked, suspended, expired, replaced = (of(agency_tree.clinic) for _ in range(5))
    revoke(certificate=revoked, reason="An error", actor=roles.manager)
    suspend(certificate=suspended, reason="A question", actor=roles.manager)
    Certificate.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    Certificate.objects.filter(pk=replaced.pk).update(superseded_at=timezone.now(), status_reason="New name")
    pending = award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=agency_tree.clinic)))
    Certificate.objects.filter(pk=pending.pk).update(sealed_at=None)

    everything = Certificate.objects.all()
    assert count_states(everything) == dict.fromkeys(STATES.values, 1)
    for state in STATES.values:
        assert [each.status for each in in_state(everything, state)] == [state]


def test_what_waits_names_its_letter_in_the_language_of_the_page(roles, agency_tree, client_of):
    award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=agency_tree.clinic, family_name="王")))
    services.prepare_pending()

    page = page_of(client_of(roles.coordinator).get(reverse("agency_certificates")))

    assert "王 (U+738B)" in page
    assert "A programme manager then corrects the name" in page


def test_the_page_costs_as_many_queries_with_one_certificate_as_with_three(roles, agency_tree, client_of, address):
    client = client_of(roles.coordinator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    of(agency_tree.clinic)
    cost()
    few = cost()
    of(agency_tree.clinic)
    of(agency_tree.clinic)

    assert cost() == few


def test_an_erased_certificate_is_shown_without_words_and_stays_out_of_the_files(
    roles, agency_tree, client_of, address
):
    erased, kept = of(agency_tree.clinic), of(agency_tree.clinic)
    name = erased.payload["holder"]["native"]
    erase(certificate=erased, reason="Asked for it", actor=roles.administrator)
    client = client_of(roles.coordinator)

    assert name not in page_of(client.get(address))
    archive = archive_of(client.get(address, {"format": "zip"}))
    lines = {line["code"]: line for line in manifest_of(archive)}
    assert len(archive.namelist()) == 2
    assert (lines[erased.code]["file"], lines[erased.code]["name"]) == ("", "")
    assert lines[kept.code]["file"] in archive.namelist()
    assert client.get(address, {"format": "xlsx"}).status_code == 200


def test_a_manager_who_reads_names_is_noted(roles, agency_tree, client_of, address):
    of(agency_tree.clinic)

    client_of(roles.coordinator).get(address)
    client_of(roles.manager).get(address, {"agency": "clinic"})

    event = Event.objects.get(action="certificates.list_read")
    assert (event.actor, event.object_id) == (roles.manager, str(agency_tree.clinic.pk))
    assert event.after == {"asked": "clinic", "certificates": 1}


def test_a_name_that_was_typed_is_not_kept(roles, agency_tree, client_of, address):
    of(agency_tree.clinic, family_name="Яблонская")

    client_of(roles.manager).get(address, {"person": "яблонская", "agency": "clinic"})

    assert Event.objects.get(action="certificates.list_read").after == {"asked": "by name clinic", "certificates": 1}


# --- The ZIP ----------------------------------------------------------------------------------------------------------
def test_the_archive_holds_sealed_files_named_after_their_holders(roles, agency_tree, client_of, address):
    latin = of(agency_tree.clinic, family_name="Лук’яновіч", given_name="Ўладзіслаў", name_latin="Uladzislaŭ Łuk")
    plain = of(agency_tree.clinic, family_name="Щербакова", given_name="Юлия", patronymic="")

    response = client_of(roles.coordinator).get(address, {"format": "zip"})
    archive = archive_of(response)

    names = {f"certificate-M1-Uladzislau-Luk-{latin.code}.pdf", f"certificate-M2-Shcherbakova-Iuliia-{plain.code}.pdf"}
    assert set(archive.namelist()) == {*names, "manifest.csv"}
    assert archive.testzip() is None
    lines = {line["code"]: line for line in manifest_of(archive)}
    for certificate in (latin, plain):
        line = lines[certificate.code]
        assert hashlib.sha256(archive.read(line["file"])).hexdigest() == certificate.pdf_sha256 == line["sha256"]
        assert line["name"] == certificate.person.full_name
    downloader = roles.coordinator.person
    assert not any(downloader.family_name in name for name in archive.namelist())


def test_a_downloaded_archive_has_a_name_for_every_system_and_is_kept_by_nobody(roles, agency_tree, client_of, address):
    of(agency_tree.clinic)

    response = client_of(roles.coordinator_above).get(address, {"format": "zip", "agency": "clinic"})

    today = timezone.localdate().isoformat()
    plain, _semicolon, native = response["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == f'attachment; filename="certificates-clinic-{today}.zip"'
    assert unquote(native) == f"Certificates – clinic-{today}.zip"
    assert "no-store" in response["Cache-Control"]


def test_every_person_of_an_archive_is_recorded(roles, agency_tree, client_of, address):
    one, two = of(agency_tree.clinic), of(agency_tree.clinic)

    archive_of(client_of(roles.coordinator).get(address, {"format": "zip"}))

    whole = Event.objects.get(action="certificates.list_downloaded")
    assert (whole.actor, whole.after) == (roles.coordinator, {"kind": "zip", "asked": "", "certificates": 2})
    each = Event.objects.filter(action="certificates.downloaded")
    assert {event.subject for event in each} == {one.person, two.person}


def test_too_many_at_once_is_refused_in_a_sentence(roles, agency_tree, client_of, address, monkeypatch):
    monkeypatch.setattr(services.handing_out, "AT_ONCE", 1)
    of(agency_tree.clinic)
    of(agency_tree.clinic)
    client = client_of(roles.coordinator)

    refused = client.get(address, {"format": "zip"})

    assert refused.status_code == 422
    assert "A ZIP holds at most 1 certificates. Choose a module, a workshop or a period." in page_of(refused)
    assert len(archive_of(client.get(address, {"format": "zip", "subject": "module:M1"})).namelist()) == 2


def test_a_file_that_is_lost_is_named_by_the_manifest_and_the_others_come(roles, agency_tree, client_of, address):
    lost, kept = of(agency_tree.clinic), of(agency_tree.clinic)
    lost.pdf.storage.delete(lost.pdf.name)

    archive = archive_of(client_of(roles.coordinator).get(address, {"format": "zip"}))

    lines = {line["code"]: line["file"] for line in manifest_of(archive)}
    assert lines[lost.code] == ""
    assert archive.read(lines[kept.code])


# --- The table --------------------------------------------------------------------------------------------------------
def test_the_table_is_read_back_and_no_name_is_a_formula(roles, agency_tree, client_of, address):
    certificate = of(agency_tree.clinic, family_name="=HYPERLINK(1)", given_name="A", patronymic="", email="")

    response = client_of(roles.coordinator).get(address, {"format": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    headings, row = list(book.active.iter_rows(values_only=True))
    values = dict(zip(headings, row, strict=True))
    assert values["Name"] == "'=HYPERLINK(1) A"
    assert values["Agency at that time"] == "Agency clinic"
    assert (values["State"], values["E-mail"], values["Academic hours"]) == ("valid", "no", 2)
    assert values["Issued"].date() == timezone.localdate(certificate.issued_at)
    assert values["Code"].replace("-", "") == certificate.code
    assert values["Where to check it"].endswith(f"/v/{certificate.code}")
    assert all(cell.data_type != "f" for cells in book.active for cell in cells)


# --- The list to sign -------------------------------------------------------------------------------------------------
def test_the_list_to_sign_names_people_without_email_and_is_tagged(roles, agency_tree, client_of, address):
    named = of(agency_tree.clinic, family_name="Ляўчук", email="")
    of(agency_tree.clinic, family_name="Другая")
    gone = of(agency_tree.clinic, family_name="Былы", email="")
    revoke(certificate=gone, reason="An error", actor=roles.manager)

    response = client_of(roles.coordinator).get(address, {"format": "list", "without_email": "on"})

    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Ляўчук" in text
    assert "Другая" not in text
    assert "Былы" not in text
    assert named.code in text.replace("-", "").replace("\n", "")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert Event.objects.get(action="certificates.list_downloaded").after["asked"] == "without e-mail"


def test_a_list_of_nobody_is_refused_in_a_sentence(roles, agency_tree, client_of, address):
    of(agency_tree.clinic)

    refused = client_of(roles.coordinator).get(address, {"format": "list", "without_email": "on"})

    assert refused.status_code == 422
    assert "there is nothing to hand out" in page_of(refused)


# --- Runs, as managers see them ---------------------------------------------------------------------------------------
@pytest.fixture
def waiting(settings) -> None:
    """Jobs wait, so that a test sees a run under way."""
    settings.TASKS = DATABASE_QUEUE


def new_run(**asked: str) -> str:
    return f"{reverse('run_new')}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


@pytest.mark.parametrize("role", ["learner", "facilitator", "editor", "coordinator", "coordinator_above"])
def test_runs_are_for_managers(roles, client_of, role):
    run = Run.objects.create(work="seal", created_by=roles.manager)
    client = client_of(getattr(roles, role))

    for address in (reverse("runs"), new_run(work="seal"), reverse("run", args=[run.pk])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("run", args=[run.pk]), {"step": "pause"}).status_code == 403
    run.refresh_from_db()
    assert run.state == "running"


def test_whoever_has_not_chosen_what_to_do_is_led_to_the_choice(roles, client_of):
    assert client_of(roles.manager).get(reverse("run_new"))["Location"] == reverse("runs")


def test_a_manager_looks_at_what_a_run_would_do_then_starts_pauses_and_goes_on(roles, agency_tree, client_of, waiting):
    for _ in range(2):
        of(agency_tree.clinic)
    agency_tree.clinic.name_en = "National clinic"
    agency_tree.clinic.save()
    client, address = client_of(roles.manager), new_run(work="reissue", agency="clinic")

    preview = page_of(client.get(address))
    assert "2 certificates would be done" in preview
    assert "<strong>National clinic</strong>" in preview
    assert client.post(address, {"reason": ""}).status_code == 422

    started = client.post(address, {"reason": "The clinic has a new name"})
    run = Run.objects.get()
    assert started["Location"] == reverse("run", args=[run.pk])
    under_way = client.get(started["Location"])
    assert under_way["Refresh"] == "5"
    assert "0 of 2 certificates are done." in page_of(under_way)

    client.post(started["Location"], {"step": "pause"})
    assert services.work_on(run=run) == 0
    assert "Refresh" not in client.get(started["Location"])
    client.post(started["Location"], {"step": "resume"})
    assert services.work_on(run=run) == 2
    done = client.get(started["Location"])
    assert "Refresh" not in done
    assert "2 of 2 certificates are done." in page_of(done)
    assert started["Location"] in page_of(client.get(reverse("runs")))


def test_a_run_without_a_certificate_cannot_be_started(roles, client_of):
    client, address = client_of(roles.manager), new_run(work="seal")

    assert "There is no certificate on which this run could work." in page_of(client.get(address))
    assert client.post(address)["Location"] == reverse("runs")
    assert not Run.objects.exists()


def test_what_could_not_be_done_is_named_on_the_page_of_the_run(roles, agency_tree, client_of, waiting):
    certificate = of(agency_tree.clinic)
    Person.objects.filter(pk=certificate.person_id).update(family_name="王")
    run = services.start_run(
        work="reissue", certificates=Certificate.objects.all(), actor=roles.manager, reason="Because"
    )
    services.work_on(run=run)

    page = page_of(client_of(roles.manager).get(reverse("run", args=[run.pk])))

    assert "1: The typeface of the certificate cannot draw: 王 (U+738B)." in page
    assert reverse("certificate", args=[certificate.code]) in page


def test_pages_of_runs_cost_as_many_queries_with_one_certificate_as_with_three(roles, agency_tree, client_of, waiting):
    client = client_of(roles.manager)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def costs() -> list[int]:
        Person.objects.exclude(pk=roles.manager.person_id).update(family_name="王")
        run = services.start_run(
            work="reissue", certificates=Certificate.objects.all(), actor=roles.manager, reason="Because"
        )
        services.work_on(run=run)
        addresses = [reverse("runs"), new_run(work="reissue"), reverse("run", args=[run.pk])]
        [cost(address) for address in addresses]
        return [cost(address) for address in addresses]

    of(agency_tree.clinic)
    few = costs()
    of(agency_tree.clinic)
    of(agency_tree.clinic)

    assert costs() == few


def test_what_waits_is_said_to_managers(roles, agency_tree, client_of):
    pending = award_enrolment(enrolment=make_completed_enrolment(person=make_person(agency=agency_tree.clinic)))
    Certificate.objects.filter(pk=pending.pk).update(
        sealed_at=None, failure="The keys are missing.", issued_at=timezone.now() - timedelta(days=1)
    )

    assert "1: The keys are missing." in page_of(client_of(roles.manager).get(reverse("runs")))
