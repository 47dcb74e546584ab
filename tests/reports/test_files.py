"""Files that take long: made by a job, watched, cancelled, begun again, fetched within the scope, removed."""

import csv
import hashlib
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import Event
from mail.models import Message
from people.models import Role, RoleGrant
from reports import services
from reports.models import ReportFile
from reports.models.files import private_storage
from reports.queries import OutOfScopeError
from reports.services import files as service
from tests.factories.workshops import make_workshop, register

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def confirmed(agency_tree):
    """Three people of the clinic who have a place in one workshop."""
    workshop = make_workshop()
    return [register(workshop, agency=agency_tree.clinic) for _number in range(3)]


@pytest.fixture
def ask(roles):
    def asked(role="coordinator", kind="csv", **about):
        account = getattr(roles, role)
        return services.ask_for_file(account=account, name="counted", file_format=kind, asked=about)

    return asked


def client_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def words(page) -> str:
    return page.content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")


def state_of(file) -> str:
    file.refresh_from_db()
    return file.state


def on_disk() -> set[str]:
    storage = private_storage()
    return set(storage.listdir("reports")[1]) if storage.exists("reports") else set()


@pytest.fixture
def stored():
    """What is stored since the test began."""
    before = on_disk()
    return lambda: on_disk() - before


def test_a_file_is_made_by_a_job_and_kept_for_a_week(confirmed, ask, roles, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), override("ru"):
        file = ask(first_day=date(2020, 1, 1))
    file.refresh_from_db()

    with services.open_file(file=file, account=roles.coordinator) as opened:
        content = opened.read()

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert (rows[0][:2], len(rows)) == (["person", "name"], 4)
    assert (file.state, file.language, file.rows, file.rows_done) == ("ready", "ru", 3, 3)
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.expires_at - file.made_at == timedelta(days=7)
    assert file.asked == {"first_day": "2020-01-01"}


def test_whoever_asked_is_told_where_the_file_is(confirmed, ask, roles, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = ask()

    message = Message.objects.get(key__startswith="report-file:")
    assert (message.recipient, message.subject) == (roles.coordinator.person, "Your file is ready")
    assert reverse("report_file", args=[file.pk]) in message.text


def test_who_asks_twice_gets_the_file_that_is_being_made(confirmed, ask):
    first, again, other = ask(), ask(), ask(kind="xlsx")
    assert (first == again, first == other, ReportFile.objects.count()) == (True, False, 2)


def test_nobody_waits_for_more_than_five(confirmed, ask):
    for number in range(5):
        ask(first_day=date(2020, 1, 1 + number))
    with pytest.raises(services.FileError, match="Five files"):
        ask()


@pytest.mark.parametrize("about", [{"agency": "unrelated"}, {"agency": "nowhere"}, {"workshop": "nowhere"}])
def test_a_file_about_what_is_out_of_scope_is_refused_and_noted(ask, about):
    with pytest.raises(OutOfScopeError):
        ask(**about)
    assert (ReportFile.objects.count(), Event.objects.filter(action="reports.refused").count()) == (0, 1)


def test_a_cancelled_file_is_not_made(confirmed, ask, roles, stored):
    file = ask()
    services.cancel_file(file=file, actor=roles.coordinator)

    services.make_file(file=file)

    assert (state_of(file), stored()) == ("cancelled", set())


def test_a_file_that_is_cancelled_while_it_is_made_stops(confirmed, ask, roles, monkeypatch, stored):
    file = ask()
    read = service.answer

    def read_and_cancel(*asked):
        services.cancel_file(file=file, actor=roles.coordinator)
        return read(*asked)

    monkeypatch.setattr(service, "answer", read_and_cancel)
    services.make_file(file=file)

    assert (state_of(file), stored()) == ("cancelled", set())


def test_a_file_that_was_cancelled_can_be_made_after_all(confirmed, ask, roles, django_capture_on_commit_callbacks):
    file = ask()
    services.cancel_file(file=file, actor=roles.coordinator)

    with django_capture_on_commit_callbacks(execute=True):
        services.make_again(file=file, actor=roles.coordinator)

    assert state_of(file) == "ready"


def test_a_file_in_the_hands_of_a_job_is_left_alone(confirmed, ask):
    file = ask()
    ReportFile.objects.update(state="making", tries=1, heard_at=timezone.now())

    services.make_file(file=file)

    assert (state_of(file), file.tries) == ("making", 1)


def test_a_file_whose_worker_was_killed_is_begun_again(confirmed, ask, django_capture_on_commit_callbacks):
    file = ask()
    long_ago = timezone.now() - service.LOST_AFTER - timedelta(seconds=1)
    ReportFile.objects.update(state="making", tries=1, heard_at=long_ago)

    with django_capture_on_commit_callbacks(execute=True):
        lost = services.go_on_with_lost_files()

    assert (lost, state_of(file), file.tries) == (1, "ready", 2)


def test_a_file_that_is_heard_of_is_not_lost(confirmed, ask):
    ask()
    ReportFile.objects.update(state="making", tries=1, heard_at=timezone.now())
    assert services.go_on_with_lost_files() == 0


def test_a_job_that_was_given_up_for_lost_keeps_nothing(confirmed, ask, monkeypatch, stored):
    file = ask()
    read = service.answer

    def read_slowly(*asked):
        # Meanwhile another job has taken the file.
        ReportFile.objects.update(tries=2)
        return read(*asked)

    monkeypatch.setattr(service, "answer", read_slowly)
    services.make_file(file=file)

    assert (state_of(file), stored()) == ("making", set())


def test_after_three_faults_it_fails_with_a_sentence(confirmed, ask, monkeypatch):
    file = ask()

    def break_down(*_args):
        raise RuntimeError("out of order")

    monkeypatch.setattr(service.formats, "rendered", break_down)
    states = []
    for _time in range(service.MOST_TRIES):
        with pytest.raises(RuntimeError):
            services.make_file(file=file)
        states.append(state_of(file))

    assert states == ["waiting", "waiting", "failed"]
    assert file.failure.startswith("Making it failed several times.")


def test_a_file_that_kills_its_workers_fails_too(confirmed, ask):
    file = ask()
    long_ago = timezone.now() - service.LOST_AFTER - timedelta(seconds=1)
    ReportFile.objects.update(state="making", tries=service.MOST_TRIES, heard_at=long_ago)

    services.make_file(file=file)

    assert state_of(file) == "failed"


def test_whoever_may_not_ask_any_more_gets_no_file(confirmed, ask, roles, django_capture_on_commit_callbacks, stored):
    file = ask()
    RoleGrant.objects.filter(account=roles.coordinator).delete()

    with django_capture_on_commit_callbacks(execute=True):
        services.make_file(file=file)

    assert (state_of(file), stored()) == ("failed", set())


def test_a_file_is_for_those_agencies_only_that_the_account_still_has(
    confirmed, ask, roles, agency_tree, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        file = ask()
    file.refresh_from_db()
    RoleGrant.objects.filter(account=roles.coordinator).delete()
    RoleGrant.objects.create(
        account=roles.coordinator, role=Role.COORDINATOR, agency=agency_tree.unrelated, valid_from=date(2020, 1, 1)
    )

    with pytest.raises(OutOfScopeError):
        services.open_file(file=file, account=roles.coordinator)
    answer = client_of(roles.coordinator).get(reverse("report_file_download", args=[file.pk]))

    assert answer.status_code == 404
    assert Event.objects.filter(action="reports.refused").count() == 2


def test_a_file_is_nobody_elses(confirmed, ask, roles, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = ask()
    answers = [
        client_of(getattr(roles, role)).get(reverse(name, args=[file.pk])).status_code
        for role in ("coordinator_above", "manager", "administrator")
        for name in ("report_file", "report_file_download")
    ]
    assert answers == [404] * 6


def test_a_week_later_the_file_is_gone(confirmed, ask, roles, django_capture_on_commit_callbacks, stored):
    with django_capture_on_commit_callbacks(execute=True):
        old, kept = ask(), ask(kind="json")
    ReportFile.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    old.refresh_from_db()

    with pytest.raises(services.FileError):
        services.open_file(file=old, account=roles.coordinator)
    count = services.forget_files()

    assert (count, list(ReportFile.objects.all()), len(stored())) == (1, [kept], 1)


def test_what_failed_is_forgotten_after_a_week(confirmed, ask):
    ask(), ask(kind="json")
    ReportFile.objects.filter(format="csv").update(state="failed", created_at=timezone.now() - timedelta(days=8))
    assert (services.forget_files(), ReportFile.objects.get().format) == (1, "json")


def test_a_report_on_paper_has_an_end(confirmed, ask, monkeypatch):
    file = ask(kind="pdf")
    monkeypatch.setattr(service, "MOST_ON_PAPER", 2)

    services.make_file(file=file)

    assert (state_of(file), file.failure[:8]) == ("failed", "On paper")


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_long_file_is_asked_for_and_a_short_one_is_there_at_once(confirmed, roles, monkeypatch):
    client, address = client_of(roles.coordinator), reverse("report", args=["counted"])
    assert client.get(f"{address}?format=csv").content.startswith(b"\xef\xbb\xbfperson,")

    monkeypatch.setattr(service, "LONG", 2)
    answer = client.get(f"{address}?figure=confirmed&format=csv")

    assert answer["Location"] == f"{reverse('report_file_new')}?figure=confirmed&format=csv&report=counted"
    assert not ReportFile.objects.exists()


def test_paper_takes_longer_than_a_spreadsheet(confirmed, roles, monkeypatch):
    client, address = client_of(roles.coordinator), reverse("report", args=["counted"])
    monkeypatch.setattr(service, "LONG_ON_PAPER", 2)

    answers = [client.get(f"{address}?format={kind}").status_code for kind in ("xlsx", "csv", "json", "pdf")]

    assert answers == [200, 200, 200, 302]
    assert "more than 2 rows" in words(client.get(f"{reverse('report_file_new')}?report=counted&format=pdf"))


def test_the_way_of_a_file_without_javascript(confirmed, roles, django_capture_on_commit_callbacks):
    client = client_of(roles.coordinator)
    new = f"{reverse('report_file_new')}?report=counted&format=csv&figure=confirmed"
    assert "more than 5 000 rows" in words(client.get(new))

    answer = client.post(new)
    waiting = client.get(answer["Location"])
    with django_capture_on_commit_callbacks(execute=True):
        services.make_file(file=ReportFile.objects.get())
    ready = client.get(answer["Location"])
    download = client.get(f"{answer['Location']}download/")

    assert (waiting["Refresh"], "Refresh" in ready) == ("3", False)
    assert "The report is being read." in waiting.content.decode()
    assert download["Content-Disposition"] == 'attachment; filename="counted-confirmed.csv"'
    assert download["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in download["Cache-Control"]
    assert b"".join(download.streaming_content).startswith(b"\xef\xbb\xbfperson,")


def test_the_page_of_a_file_says_how_far_it_is(confirmed, ask, roles):
    file = ask()
    ReportFile.objects.update(state="making", tries=1, rows=100000, rows_done=42000, heard_at=timezone.now())
    page = client_of(roles.coordinator).get(reverse("report_file", args=[file.pk]))
    assert "42 000 of 100 000 rows are written." in words(page)
    assert '<progress value="42000" max="100000"' in page.content.decode()


def test_a_button_stops_a_file_and_another_makes_it_after_all(confirmed, ask, roles):
    file = ask()
    client, address = client_of(roles.coordinator), reverse("report_file", args=[file.pk])
    states = []
    for step in ("cancel", "again", "nothing"):
        client.post(address, {"step": step})
        states.append(state_of(file))
    assert states == ["cancelled", "waiting", "waiting"]


@pytest.mark.parametrize("query", ["", "?report=counted", "?report=nothing&format=csv", "?report=counted&format=exe"])
def test_a_file_of_nothing_cannot_be_asked_for(roles, query):
    assert client_of(roles.coordinator).get(f"{reverse('report_file_new')}{query}").status_code == 404


def test_a_file_out_of_scope_cannot_be_asked_for_by_page(confirmed, roles):
    new = f"{reverse('report_file_new')}?report=counted&format=csv&agency=unrelated"
    assert client_of(roles.coordinator).post(new).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_a_constant_number_of_queries(confirmed, ask, roles, count, django_assert_num_queries):
    for number in range(count):
        ask(first_day=date(2020, 1, 1 + number))
    client = client_of(roles.coordinator)
    client.get(reverse("report_files"))

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        page = client.get(reverse("report_files")).content.decode()

    assert page.count("Who is counted (CSV)") == count


QUERIES_OF_THE_LIST = 5
