"""An administrator looks at the Academy as somebody else: read-only, for half an hour, written down."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from courses.models import Enrolment, LessonProgress
from courses.services import assign
from people.models import Account, RoleGrant
from people.services import readings_of, revoke_role
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_module
from tests.factories.people import make_account, make_agency
from tests.factories.sign_ins import give_app
from tests.factories.workshops import make_workshop, register
from workshops.models import Registration

pytestmark = pytest.mark.django_db
REASON = "Cannot find the certificate, called by telephone."


@pytest.fixture
def administrator():
    return make_account("administrator")


@pytest.fixture
def learner():
    return make_account(agency=make_agency(code="clinic"))


@pytest.fixture
def looking(client_of, administrator, learner):
    """A browser of the administrator that shows the pages of the learner."""
    return look(client_of(administrator), learner)


def look(client: Client, account: Account) -> Client:
    response = client.post(reverse("view_as", args=[account.person.public_code]), {"reason": REASON})
    assert response.status_code == 302, response.content.decode()
    return client


def actions(account: Account) -> list[str]:
    about = Event.objects.filter(subject=account.person, action__startswith="people.view").order_by("pk")
    return list(about.values_list("action", flat=True))


def test_every_page_is_that_of_the_person_and_says_so(looking, learner):
    page = looking.get("/en/my/")

    assert page.wsgi_request.user == learner
    assert f"You see the Academy as <strong>{learner.get_full_name()}</strong> does, until" in page.content.decode()
    assert "<script" not in page.content.decode()
    assert "script-src 'none'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


def test_a_page_that_does_not_exist_says_so_too(looking, learner):
    page = looking.get("/en/workshops/NONE/")

    assert (page.status_code, page.wsgi_request.user) == (404, learner)
    assert "You see the Academy as" in page.content.decode()


def test_nothing_is_sent_as_the_person_by_whatever_method(looking, learner):
    address = reverse("data_request_new", args=["correction"])

    refused = [
        getattr(looking, method)(address, {"text": "Wrong."}).status_code
        for method in ("post", "put", "patch", "delete")
    ]

    assert refused == [403] * 4
    assert "nothing can be changed" in looking.post(address, {"text": "Wrong."}).content.decode()
    assert not learner.person.data_requests.exists()
    assert actions(learner).count("people.viewing_refused") == 5


def test_a_lesson_that_is_opened_leaves_no_trace_for_the_person(looking, learner, client_of):
    module = make_module("M1", lessons=2)
    client_of(learner).post(reverse("enrol", args=["M1"]))
    enrolment = Enrolment.objects.get()
    before = (enrolment.started_at, LessonProgress.objects.count())

    page = looking.get(reverse("lesson", args=["M1", "M1.1"]))

    enrolment.refresh_from_db()
    assert page.status_code == 200
    assert (enrolment.started_at, LessonProgress.objects.count()) == before
    # The same page does write when the person opens it.
    client_of(learner).get(reverse("lesson", args=["M1", "M1.1"]))
    assert LessonProgress.objects.filter(enrolment__module=module).count() == before[1] + 1


def test_what_a_page_puts_into_the_session_is_not_kept(looking):
    before = dict(looking.session.items())

    looking.get("/en/my/")
    looking.get("/en/account/join/")

    assert dict(looking.session.items()) == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/cms/", "Nobody enters the CMS"),
        ("/cms/pages/1/edit/", "Nobody enters the CMS"),
        ("/en/account/2fa/", "How people sign in"),
        ("/en/account/2fa/recovery-codes/", "How people sign in"),
        ("/en/account/sessions/", "How people sign in"),
        ("/en/account/data/file/json/", "files are not given away"),
    ],
)
def test_the_cms_secrets_and_files_stay_closed(looking, learner, address, words):
    page = looking.get(address)

    assert (page.status_code, words in page.content.decode()) == (403, True)
    assert actions(learner)[-1] == "people.viewing_refused"


def test_an_editor_is_looked_at_without_the_cms(client_of, administrator):
    looking = look(client_of(administrator), make_account("editor"))

    assert (looking.get("/en/my/").status_code, looking.get("/cms/").status_code) == (200, 403)


def test_it_is_written_down_from_start_to_stop_by_the_administrator(looking, administrator, learner):
    looking.get("/en/my/")
    looking.post(reverse("view_as_stop"))

    assert actions(learner) == ["people.viewing_started", "people.viewed_as", "people.viewing_ended"]
    started, viewed, _ended = Event.objects.filter(subject=learner.person, action__contains="view").order_by("pk")
    assert (started.reason, viewed.after) == (REASON, {"address": "GET /en/my/"})
    assert {each.actor for each in (started, viewed)} == {administrator}


def test_the_person_reads_who_looked_and_why(looking, learner, client_of):
    looking.get("/en/my/")

    page = client_of(learner).get(reverse("own_trail")).content.decode()

    assert REASON in page
    assert "An administrator looked at a page as a person." in page


def test_what_is_read_about_others_meanwhile_is_noted_of_the_administrator(client_of, administrator):
    facilitator, other = make_account("facilitator"), make_account(agency=make_agency(code="a"))
    manager = make_account("manager")
    workshop = make_workshop(facilitator=facilitator)
    register(workshop, other.person)
    looking = look(client_of(administrator), manager)

    assert looking.get(reverse("participants", args=[workshop.code])).status_code == 200

    assert [(each.action, each.actor) for each in readings_of(other.person)] == [
        ("workshops.people_read", administrator)
    ]


def test_whose_names_an_administrator_reads_as_one_who_works_with_them_is_noted_of_the_administrator(
    client_of, administrator, learner
):
    agency = learner.person.memberships.current().get().agency
    facilitator, coordinator = make_account("facilitator"), make_account("coordinator", agency=agency)
    workshop = make_workshop(facilitator=facilitator)
    register(workshop, learner.person)
    certificate = make_certificate(person=learner.person, agency=agency)
    assignment = assign(
        module=make_module("M2", lessons=1),
        agency=agency,
        due_on=timezone.localdate() + timedelta(days=9),
        actor=coordinator,
    )
    pages = {
        reverse("participants", args=[workshop.code]): (facilitator, "workshops.people_read"),
        reverse("agency", args=[agency.code]): (coordinator, "people.agency_people_read"),
        reverse("doubles"): (coordinator, "people.doubles_read"),
        reverse("assignment", args=[assignment.pk]): (coordinator, "courses.assignment_read"),
        reverse("agency_certificates"): (coordinator, "certificates.list_read"),
        reverse("certificate", args=[certificate.code]): (coordinator, "certificates.read"),
    }

    for address, (account, action) in pages.items():
        client = client_of(administrator)
        assert look(client, account).get(address).status_code == 200, address
        assert client_of(account).get(address).status_code == 200, address
        assert [each.actor for each in Event.objects.filter(action=action)] == [administrator], address


def test_that_the_trail_is_read_as_a_manager_is_noted_of_the_administrator(client_of, administrator, learner):
    look(client_of(administrator), make_account("manager")).get(
        reverse("trail"), {"person": learner.person.public_code}
    )

    assert [(each.action, each.actor) for each in readings_of(learner.person)] == [("people.trail_read", administrator)]


def test_one_is_oneself_again_by_the_button(looking, administrator, learner):
    response = looking.post(reverse("view_as_stop"), follow=True)

    assert f"no longer see the Academy as {learner.get_full_name()}" in response.content.decode()
    assert looking.get("/en/my/").wsgi_request.user == administrator
    assert "You see the Academy as" not in looking.get("/en/my/").content.decode()


def test_whoever_stops_twice_is_led_on(looking):
    looking.post(reverse("view_as_stop"))

    assert looking.post(reverse("view_as_stop")).status_code == 302


def test_after_half_an_hour_it_is_over_and_what_is_sent_then_is_not_done(looking, administrator, learner):
    session = looking.session
    session["viewing"] = {**session["viewing"], "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()

    response = looking.post(reverse("data_request_new", args=["correction"]), {"text": "Wrong."})

    assert (response.status_code, response["Location"]) == (302, "/en/my/")
    assert "time to look as somebody else is over" in str(next(iter(get_messages(response.wsgi_request))))
    assert not learner.person.data_requests.exists()
    assert not administrator.person.data_requests.exists()
    assert looking.get("/en/my/").wsgi_request.user == administrator
    assert actions(learner) == ["people.viewing_started", "people.viewing_ended"]


def test_it_lasts_half_an_hour(looking):
    until = timezone.datetime.fromisoformat(looking.session["viewing"]["until"])

    assert timedelta(minutes=29) < until - timezone.now() <= timedelta(minutes=30)


def test_a_form_that_was_open_before_or_meanwhile_is_not_sent_as_somebody_else(administrator, learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator, backend="people.backends.AccountBackend")
    address = reverse("view_as", args=[learner.person.public_code])
    own = str(client.get(address).context["csrf_token"])
    client.post(address, {"reason": REASON, "csrfmiddlewaretoken": own})
    theirs = str(client.get("/en/account/data/ask/correction/").context["csrf_token"])
    client.post(reverse("view_as_stop"), {"csrfmiddlewaretoken": theirs})

    sent = {"text": "Wrong.", "csrfmiddlewaretoken": theirs}

    assert client.get("/en/my/").wsgi_request.user == administrator
    assert client.post("/en/account/data/ask/correction/", sent).status_code == 403
    assert not administrator.person.data_requests.exists()


def test_signing_out_ends_all(looking, learner):
    looking.post(reverse("account_logout"))

    assert not looking.get("/en/").wsgi_request.user.is_authenticated
    assert actions(learner)[-1] == "people.viewing_ended"


def test_the_pages_of_signing_out_are_the_administrators(looking, administrator):
    assert looking.get(reverse("account_logout")).wsgi_request.user == administrator


@pytest.mark.parametrize("roles", [(), ("facilitator",), ("coordinator",), ("manager",), ("editor",)])
def test_nobody_else_looks_as_somebody(client_of, learner, roles):
    address = reverse("view_as", args=[learner.person.public_code])
    client = client_of(make_account(*roles))

    assert client.get(address).status_code == client.post(address, {"reason": REASON}).status_code == 404
    assert "viewing" not in client.session


def test_nobody_looks_as_an_administrator_or_oneself_or_without_an_account_that_signs_in(client_of, administrator):
    superuser, closed = make_account(), make_account()
    Account.objects.filter(pk=superuser.pk).update(is_superuser=True)
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    client = client_of(administrator)

    for account in (administrator, make_account("administrator"), superuser, closed):
        address = reverse("view_as", args=[account.person.public_code])
        page = client.post(address, {"reason": REASON})
        assert (page.status_code, "viewing" in client.session) == (200, False)
        assert "Nobody looks at the Academy as an administrator" in client.get(address).content.decode()


def test_a_reason_is_asked_for(client_of, administrator, learner):
    page = client_of(administrator).post(reverse("view_as", args=[learner.person.public_code]), {"reason": "  "})

    assert "This field is required." in page.content.decode()
    assert actions(learner) == []


def test_it_ends_with_the_role_of_the_administrator(looking, administrator):
    revoke_role(account=administrator, role="administrator")

    assert looking.get("/en/my/").status_code == 302
    assert looking.get("/en/my/").wsgi_request.user == administrator


def test_it_ends_when_the_person_becomes_an_administrator_or_can_sign_in_no_more(looking, learner):
    RoleGrant.objects.create(account=learner, role="administrator")

    looking.get("/en/my/")

    assert "viewing" not in looking.session


def test_without_a_second_factor_nobody_looks_and_with_one_the_factor_of_the_person_is_not_asked_for(
    client_of, administrator, settings
):
    settings.REQUIRE_MFA, settings.MFA_REQUIRED_ROLES, settings.MFA_GRACE_DAYS = True, ["administrator", "manager"], 0
    manager = make_account("manager")
    settings.MFA_GRACE_DAYS = 10000
    address = reverse("view_as", args=[manager.person.public_code])
    client = client_of(administrator)

    without = client.post(address, {"reason": REASON}).content.decode()
    give_app(administrator)
    look(client, manager)
    settings.MFA_GRACE_DAYS = 0

    assert "Add a second factor to your own account first." in without
    assert client.get("/en/my/").status_code == 200

    administrator.authenticator_set.all().delete()
    assert client.get("/en/my/").status_code == 302
    assert "viewing" not in client.session


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_the_person_has(
    client_of, administrator, learner, rows, django_assert_num_queries
):
    looking = look(client_of(administrator), learner)
    for _row in range(rows):
        looking.get("/en/account/privacy/")

    with django_assert_num_queries(9):
        looking.get("/en/account/privacy/")


def test_whoever_is_invited_to_a_workshop_is_not_answered_for(client_of, administrator, learner):
    workshop = make_workshop()
    register(workshop, learner.person)
    Registration.objects.update(state="invited")
    address = reverse("workshop", args=[workshop.code])

    own, seen = client_of(learner).get(address), look(client_of(administrator), learner).get(address)

    assert "/invitation" in own.content.decode()
    assert "/invitation" not in seen.content.decode()


def test_names_in_a_report_that_are_read_as_a_coordinator_are_noted_for_those_concerned(client_of, administrator):
    """A coordinator reads the own people unnoted; who looks as one does not."""
    agency = make_agency(code="ministry")
    learner, coordinator = make_account(agency=agency), make_account("coordinator", agency=agency)
    path = "/en/reports/results/"
    client_of(coordinator).get(path)
    before = list(readings_of(learner.person))

    page = look(client_of(administrator), coordinator).get(path)

    assert (page.status_code, before) == (200, [])
    [noted] = readings_of(learner.person)
    assert (noted.action, noted.actor) == ("reports.read", administrator)
