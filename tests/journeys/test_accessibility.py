"""Everybody can use it: axe on each template by day and by night, small windows, colours of the system, slow lines.

A state is a page that shows a template at work. `test_every_template_of_a_page_has_a_state` keeps the list complete.
Each state is looked at in one of the three languages, always the same; the tests marked deep look at it in all of them.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zlib import crc32

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.test.signals import template_rendered
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Locator, Page, Response, ViewportSize, expect
from wagtail.models import TaskState

from assessments.models import Attempt, Question, Test
from certificates.models import Certificate, PaperBatch, Run, RunItem
from courses.models import Assignment, Contribution, Enrolment, Module, ModulePage
from courses.services import start_final_test
from library.models import Resource
from mail.permissions import stop_token
from operations.demo.people import PASSWORD
from people.models import Account, Agency, JoinRequest, PeopleImport, RoleGrant, Transfer
from people.services import (
    MergePlan,
    ask_about_data,
    create_person,
    mark_not_the_same,
    merge_persons,
    open_account,
    prove_address,
)
from programmes.models import IndicatorValue
from reports.models import ReportFile
from reports.services import freeze_report
from tests.factories.joining import make_invitation, secret_of
from tests.factories.workshops import make_request
from tests.journeys.axe import violations
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.places import places_of_workshops
from tests.journeys.sheets import sheets_missing
from tests.journeys.steps import assert_fits
from tests.word_files import EVERYTHING
from workshops.models import AttendanceRecord, AttendanceStatus, Session, Workshop
from workshops.services import add_facilitator, open_register

NARROWEST = ViewportSize(width=320, height=640)
TWICE_AS_LARGE = ViewportSize(width=640, height=450)  # what a window of 1280 px shows at 200 %
LANGUAGES = ["en", "ru", "be"]


class Look(NamedTuple):
    """How a page is looked at: the window, by day or by night, and whether the system asks for high contrast."""

    viewport: ViewportSize
    scheme: Literal["light", "dark"]
    contrast: Literal["no-preference", "more"] = "no-preference"


DAY_AND_NIGHT = [Look(DESKTOP, "light"), Look(PHONE, "dark")]
EVERY_LOOK = [Look(*each) for each in product([DESKTOP, PHONE], ["light", "dark"], ["no-preference", "more"])]
TEMPLATES = Path(django_settings.BASE_DIR) / "templates"
QUESTIONS = """::One:: [html]<p>Who is a <b>migrant</b>?</p><script>a()</script> {=One who moves ~One who stays}

::Two:: How many? {#36.4:0.5}

::Three:: What is missing? {=this ~that
"""


class State(NamedTuple):
    """A template, and the address (or the steps) that shows it. `{language}` and names of places are filled in."""

    template: str
    address: str
    steps: Callable[[Page], None] | None = None

    @property
    def language(self) -> str:
        """The language in which every run looks at this state."""
        return LANGUAGES[crc32(f"{self.template} {self.address}".encode()) % len(LANGUAGES)]


def ask_for_a_code(page: Page) -> None:
    page.locator("#code_email").fill("learner@demo.example")
    page.locator("#code_email").press("Enter")


def prove_an_address(page: Page) -> None:
    page.locator("input[name=email]").fill("somebody@example.org")
    page.locator("main form button").click()


def look_for_an_agency(page: Page) -> None:
    page.locator("main input[name=q]").fill("BR")
    page.locator("#find").click()


def send_a_list_of_people(page: Page) -> None:
    rows = "family name,given name,email,agency\nЛис,Ольга,new@example.org,GOV-11-BR\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form button[type=submit]").click()


def prove_it_again(page: Page) -> None:
    """Type the password where an old session is asked for it before it changes how one signs in."""
    if page.locator("main input[type=password]").count():
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main input[type=password]").press("Enter")


def lose_the_token(page: Page) -> None:
    page.context.clear_cookies(name=django_settings.CSRF_COOKIE_NAME)
    ask_for_a_code(page)


def bring_in_questions(page: Page) -> None:
    """A file with questions of several types, some of them wrong, as the page shows it."""
    page.locator("input[type=file]").set_input_files(
        {"name": "questions.txt", "mimeType": "text/plain", "buffer": QUESTIONS.encode()}
    )
    page.locator("input[name=new_category]").fill("From a file")
    page.locator("main form[enctype] button").click()
    page.locator(".bank-found__look").first.evaluate("each => { each.open = true; }")


def bring_in_a_lesson(page: Page) -> None:
    """A lesson in a Word file with all that may be in one, as the page shows it."""
    page.locator("input[type=file]").set_input_files({"name": "lesson.docx", "mimeType": "", "buffer": EVERYTHING})
    page.locator("main form[enctype] button").click()
    page.locator(".word-blocks").wait_for()


def open_the_first_mark(page: Page) -> None:
    page.locator("a.mark").first.click()


def keep_the_module(page: Page) -> None:
    page.locator("[data-take]").click()
    expect(page.locator("[data-remove]")).to_be_visible(timeout=30_000)


def answer_in_a_copy(page: Page) -> None:
    """Without anything kept the answer has no place; the page says that, and shows the right answer."""
    page.locator("[data-practice] input[type=radio]").first.check()
    page.locator("[data-practice] form button:not([type=button])").first.click()
    expect(page.locator("[data-kept-answer]:visible")).to_have_count(1)


def look_as_the_learner(page: Page) -> None:
    page.locator("[name=reason]").fill("Cannot find the certificate.")
    page.locator("main form button[type=submit]").click()


def send_a_bad_list(page: Page) -> None:
    rows = "family name,given name,agency\nЛис,,GOV-02\nЛис,Ольга,GOV-99\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form button[type=submit]").click()


def bring_in_a_log(page: Page) -> None:
    rows = "Name,Email,Join time,Leave time\nIPhone,,2026-03-09 09:00,2026-03-09 09:40\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "log.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form[enctype] button[type=submit]").click()


def check_a_file(page: Page) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    page.locator("form[enctype] button").click()


def write_to_everybody(page: Page) -> None:
    page.locator("[name=subject]").fill("The hall")
    page.locator("[name=text]").fill("We meet in the large hall.")
    page.locator("button[value=preview]").click()


def ask_what_follows(page: Page) -> None:
    page.locator("[name=reason]").fill("Order 12")
    page.locator("button[value=preview]").click()


def send_an_empty_form(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def ask_nothing(page: Page) -> None:
    page.locator("details.ask > summary").click()
    send_an_empty_form(page)


def send_no_file(page: Page) -> None:
    page.locator("main form[enctype] button").last.click()


def see_what_follows(page: Page) -> None:
    page.locator("button[value=look]").click()


def send_names_nobody_has(page: Page) -> None:
    page.locator("[name=name_latin]").fill("Ольга")
    page.locator("button[name=keep]").click()


def give_up_a_job(page: Page) -> None:
    """What an administrator of a demonstration would hardly meet: a job that failed."""
    job = DBTaskResult.objects.create(
        args_kwargs={"args": ["mail.tasks.send", [4711], 5], "kwargs": {}},
        backend_name="jobs",
        run_after=timezone.now(),
        task_path="core.jobs.run_job",
    )
    job.set_failed(ValueError("no such message"))
    page.reload()
    page.locator(".operations-dead__ways summary").first.click()


STATES: dict[str, list[State]] = {
    "nobody": [
        State("home/front.html", "/{language}/"),
        State("account/login.html", "/{language}/account/login/"),
        State("home/csrf_failure.html", "/{language}/account/login/", lose_the_token),
        State("account/confirm_login_code.html", "/{language}/account/login/", ask_for_a_code),
        State("people/join.html", "/{language}/account/join/", send_an_empty_form),
        State("people/join_code.html", "/{language}/account/join/", prove_an_address),
        State("people/invitation.html", "/{language}/account/invitation/{letter}/", send_an_empty_form),
        State("people/invitation.html", "/{language}/account/invitation/unknown/"),
        State("people/messages_stop.html", "/{language}/account/messages/stop/{stop}/"),
        State("courses/catalogue.html", "/{language}/modules/"),
        State("courses/module.html", "/{language}/modules/M1/"),
        State("workshops/workshops.html", "/{language}/workshops/"),
        State("workshops/workshop.html", "/{language}/workshops/IW-03/"),
        State("workshops/workshop_calendar.html", "/{language}/workshops/calendar/"),
        State("workshops/check_in.html", "/{language}/workshops/check-in/", send_an_empty_form),
        State("workshops/check_in_here.html", "/{language}/workshops/check-in/{check_in}/"),
        State("workshops/invitation.html", "/{language}/workshops/invitation/{invitation}/"),
        State("workshops/evaluation_form.html", "/{language}/workshops/evaluation/{evaluation}/", send_an_empty_form),
        State("programmes/programmes.html", "/{language}/programmes/"),
        State("programmes/programme.html", "/{language}/programmes/MHB-2026/"),
        State("library/resources.html", "/{language}/resources/"),
        State("library/resource.html", "/{language}/resources/{resource}/"),
        State("home/search.html", "/{language}/search/?q=migrant"),
        State("home/search.html", "/{language}/search/?q=xylophone"),
        State("home/glossary.html", "/{language}/glossary/"),
        State("home/accessibility.html", "/{language}/accessibility/"),
        State("people/privacy_notice.html", "/{language}/account/privacy/"),
        State("home/plain_page.html", "/{language}/help/"),
        State("home/problem.html", "/{language}/problem/", send_an_empty_form),
        State("home/not_found.html", "/{language}/modules/nothing/"),
        State("home/offline.html", "/{language}/offline/"),
        State("certificates/verify_search.html", "/v/?lang={language}"),
        State("certificates/verify.html", "/v/{certificate}?lang={language}"),
        State("certificates/verify.html", "/v/7K3M9QXT2FZAY?lang={language}"),
        State("certificates/verify_file.html", "/v/?lang={language}", check_a_file),
        State("reports/frozen_verify.html", "/{language}/reports/frozen/verify/?sha256=0"),
        State("operations/demo_mail.html", "/demo/mail/"),
        State("operations/demo_message.html", "/demo/mail/20261124-1-1/"),
    ],
    "learner": [
        State("home/front.html", "/{language}/"),
        State("home/my_learning.html", "/{language}/my/"),
        State("courses/module.html", "/{language}/modules/M1/"),
        State("courses/lesson.html", "/{language}/modules/M1/M1.1/"),
        State("courses/note.html", "/{language}/modules/M1/M1.1/", open_the_first_mark),
        State("courses/_keep.html", "/{language}/modules/M1/", keep_the_module),
        State("courses/module_copy.html", "/{language}/modules/M1/offline/"),
        State("courses/lesson_copy.html", "/{language}/modules/M1/M1.1/offline/", answer_in_a_copy),
        State("courses/whole_module.html", "/{language}/modules/M1/whole/"),
        State("courses/own_notes.html", "/{language}/my/notes/"),
        State("courses/discussion.html", "/{language}/modules/M1/discussion/", ask_nothing),
        State("courses/kept_answers.html", "/{language}/modules/M1/discussion/kept/"),
        State("courses/discussion_question.html", "/{language}/modules/M1/discussion/{thread}/", send_an_empty_form),
        State("courses/discussion_take_back.html", "/{language}/modules/M1/discussion/{thread}/take-back/"),
        State(
            "courses/discussion_complain.html",
            "/{language}/modules/M1/discussion/{fellow}/complain/",
            send_an_empty_form,
        ),
        State("home/calendar.html", "/{language}/my/calendar/"),
        State("assessments/practice.html", "/{language}/my/tests/practice/M1-P11/?check=1&answer=B"),
        State("courses/final_test.html", "/{language}/modules/M1/test/"),
        State("assessments/attempt.html", "/{language}/my/tests/{attempt}/"),
        State("assessments/review.html", "/{language}/my/tests/{attempt}/review/"),
        State("workshops/workshop.html", "/{language}/workshops/IW-02/"),
        State("workshops/phase_test.html", "/{language}/workshops/IW-02/test/post/"),
        State("workshops/check_in_here.html", "/{language}/workshops/check-in/{check_in}/"),
        State("workshops/calendar_feeds.html", "/{language}/workshops/calendar/feeds/"),
        State("workshops/own_record.html", "/{language}/workshops/IW-02/mine/"),
        State("workshops/record_ask.html", "/{language}/workshops/IW-02/mine/2/ask/", send_an_empty_form),
        State("workshops/action_plan.html", "/{language}/workshops/IW-02/mine/plan/"),
        State("workshops/action_plan_outcome.html", "/{language}/workshops/IW-02/mine/plan/outcome/"),
        State("workshops/own_needs.html", "/{language}/workshops/IW-02/mine/needs/"),
        State("certificates/my_certificates.html", "/{language}/my/certificates/"),
        State("account/password_change.html", "/{language}/account/password/change/"),
        State("mfa/index.html", "/{language}/account/2fa/"),
        State("account/reauthenticate.html", "/{language}/account/2fa/totp/activate/"),
        State("mfa/totp/activate_form.html", "/{language}/account/2fa/totp/activate/", prove_it_again),
        State("mfa/webauthn/add_form.html", "/{language}/account/2fa/webauthn/add/", prove_it_again),
        State("usersessions/usersession_list.html", "/{language}/account/sessions/"),
        State("people/own_account.html", "/{language}/account/"),
        State("people/own_language.html", "/{language}/account/language/"),
        State("people/own_messages.html", "/{language}/account/messages/"),
        State("people/own_display.html", "/{language}/account/display/"),
        State("certificates/names.html", "/{language}/my/certificates/names/", send_names_nobody_has),
        State("people/own_data.html", "/{language}/account/data/"),
        State("people/own_trail.html", "/{language}/account/who-looked/"),
        State("people/consents.html", "/{language}/account/consents/"),
        State("people/data_request_new.html", "/{language}/account/data/ask/correction/", send_an_empty_form),
        State("people/data_request_new.html", "/{language}/account/data/ask/erasure/"),
        State("account/logout.html", "/{language}/account/logout/"),
        State("home/forbidden.html", "/{language}/reports/"),
    ],
    "holder": [
        State("home/my_learning.html", "/{language}/my/"),
        State("home/transcript.html", "/{language}/my/transcript/"),
        State("assessments/result.html", "/{language}/my/tests/{result}/result/"),
        State("certificates/my_certificates.html", "/{language}/my/certificates/"),
        State("certificates/certificate.html", "/{language}/my/certificates/{certificate}/"),
    ],
    "facilitator": [
        State("courses/discussions.html", "/{language}/discussions/"),
        State("courses/discussion.html", "/{language}/modules/M1/discussion/"),
        State("courses/discussion_question.html", "/{language}/modules/M1/discussion/{thread}/"),
        State("courses/discussion_moderate.html", "/{language}/modules/M4/discussion/{complained}/moderate/"),
        State("courses/discussion_moderate.html", "/{language}/modules/M4/discussion/{hidden}/moderate/"),
        State(
            "courses/discussion_moderate.html",
            "/{language}/modules/M1/discussion/{fellow}/moderate/",
            send_an_empty_form,
        ),
        State("courses/discussion_keep.html", "/{language}/modules/M1/discussion/{kept}/keep/"),
        State("courses/discussion_keep.html", "/{language}/modules/M1/discussion/{fellow}/keep/", send_an_empty_form),
        State("people/invitation_participants.html", "/{language}/people/invitations/participants/"),
        State("workshops/workshop_new.html", "/{language}/workshops/new/", send_an_empty_form),
        State("workshops/workshop_manage.html", "/{language}/workshops/IW-02/manage/"),
        State("workshops/workshop_edit.html", "/{language}/workshops/IW-02/edit/"),
        State("workshops/workshop_messages.html", "/{language}/workshops/IW-03/messages/"),
        State("workshops/workshop_message.html", "/{language}/workshops/IW-03/messages/{message}/"),
        State("workshops/message_write.html", "/{language}/workshops/IW-03/messages/write/", send_an_empty_form),
        State("workshops/message_preview.html", "/{language}/workshops/IW-03/messages/write/", write_to_everybody),
        State("workshops/materials.html", "/{language}/workshops/IW-02/materials/"),
        State("workshops/material_edit.html", "/{language}/workshops/IW-02/materials/{material}/edit/"),
        State("workshops/material_remove.html", "/{language}/workshops/IW-02/materials/{material}/remove/"),
        State("workshops/outcomes.html", "/{language}/workshops/IW-02/outcomes/"),
        State(
            "workshops/recommendation.html", "/{language}/workshops/IW-02/outcomes/recommendations/{recommendation}/"
        ),
        State("workshops/needs.html", "/{language}/workshops/IW-02/needs/"),
        State("workshops/now.html", "/{language}/workshops/IW-02/now/"),
        State("workshops/record_changes.html", "/{language}/workshops/IW-02/record-requests/"),
        State("workshops/record_change.html", "/{language}/workshops/IW-02/record-requests/{change}/"),
        State("workshops/evaluation.html", "/{language}/workshops/RW-03/evaluation/"),
        State("workshops/evaluation_review.html", "/{language}/workshops/RW-03/evaluation/end/review/"),
        State("workshops/offline.html", "/{language}/workshops/IW-02/offline/"),
        State("workshops/badge.html", "/{language}/workshops/check-in/badge/{pass_code}/"),
        State("workshops/check_in_screen.html", "/{language}/workshops/IW-02/sessions/5/check-in/"),
        State("workshops/online_logs.html", "/{language}/workshops/IW-02/sessions/5/online/"),
        State("workshops/online_columns.html", "/{language}/workshops/IW-02/sessions/5/online/", bring_in_a_log),
        State("workshops/online_log.html", "/{language}/workshops/IW-02/sessions/5/online/{log}/"),
        State("workshops/paper_register.html", "/{language}/workshops/IW-02/sessions/5/paper/"),
        State("workshops/workshop_stop.html", "/{language}/workshops/IW-03/stop/"),
        State("workshops/session_form.html", "/{language}/workshops/IW-02/sessions/8/edit/"),
        State("workshops/session_repeat.html", "/{language}/workshops/IW-03/sessions/1/repeat/"),
        State("workshops/workshop_shift.html", "/{language}/workshops/IW-03/shift/", send_an_empty_form),
        State("workshops/workshop_copy.html", "/{language}/workshops/IW-03/copy/", send_an_empty_form),
        State("workshops/facilitation.html", "/{language}/workshops/IW-03/facilitation/"),
        State("workshops/participant_names.html", "/{language}/workshops/IW-02/participants/{person}/names/"),
        State("workshops/rooms.html", "/{language}/workshops/rooms/"),
        State("workshops/room_form.html", "/{language}/workshops/rooms/new/", send_an_empty_form),
        State("workshops/participants.html", "/{language}/workshops/IW-02/participants/"),
        State("workshops/participant_add.html", "/{language}/workshops/IW-02/participants/add/?q=manager@demo.example"),
        State("workshops/roster_import.html", "/{language}/workshops/IW-03/participants/import/", send_a_bad_list),
        State("workshops/attendance_import.html", "/{language}/workshops/IW-03/attendance/import/", send_a_bad_list),
        State("workshops/registration_withdraw.html", "/{language}/workshops/IW-02/participants/{person}/withdraw/"),
        State("workshops/threshold.html", "/{language}/workshops/IW-02/threshold/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/1/register/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/5/register/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/8/register/"),
        State("workshops/walk_in.html", "/{language}/workshops/IW-02/sessions/5/register/walk-in/"),
        State("workshops/sign_off.html", "/{language}/workshops/IW-02/sessions/5/register/sign/"),
        State("workshops/record_correct.html", "/{language}/workshops/IW-02/sessions/1/register/{person}/correct/"),
    ],
    "newcomer": [State("people/join_who.html", "/{language}/account/join/who/", look_for_an_agency)],
    "waiting": [State("people/join_waiting.html", "/{language}/account/join/who/")],
    "coordinator": [
        State("people/join_requests.html", "/{language}/people/joining/"),
        State("people/join_request.html", "/{language}/people/joining/{join_request}/", send_an_empty_form),
        State("people/invitations.html", "/{language}/people/invitations/"),
        State("people/invitation_new.html", "/{language}/people/invitations/new/", send_an_empty_form),
        State("people/invitation_list.html", "/{language}/people/invitations/list/", send_a_bad_list),
        State("people/invitation_list.html", "/{language}/people/invitations/list/", send_a_list_of_people),
        State("people/lists.html", "/{language}/people/lists/"),
        State("people/list_new.html", "/{language}/people/lists/new/", send_an_empty_form),
        State("people/list.html", "/{language}/people/lists/{people_list}/"),
        State("people/agencies.html", "/{language}/agencies/"),
        State("people/agency.html", "/{language}/agencies/GOV-11-BR/"),
        State("courses/assignments.html", "/{language}/assignments/"),
        State("courses/assignment.html", "/{language}/assignments/{assignment}/"),
        State("courses/assignment_new.html", "/{language}/assignments/new/?agency=GOV-11-BR", send_an_empty_form),
        State(
            "courses/exemption_new.html", "/{language}/assignments/{assignment}/exempt/{learner}/", send_an_empty_form
        ),
        State("people/transfers.html", "/{language}/people/transfers/"),
        State("people/transfer_new.html", "/{language}/people/transfers/new/", send_an_empty_form),
        State("workshops/requests.html", "/{language}/workshops/requests/"),
        State("workshops/request_new.html", "/{language}/workshops/requests/new/", send_an_empty_form),
        State("workshops/nominations.html", "/{language}/workshops/IW-03/nominations/"),
        State("workshops/nomination_add.html", "/{language}/workshops/IW-03/nominations/add/", send_an_empty_form),
        State("workshops/registration_withdraw.html", "/{language}/workshops/IW-03/nominations/{nominee}/withdraw/"),
        State("workshops/registration_approval.html", "/{language}/workshops/RW-08/nominations/{applicant}/approval/"),
        State("workshops/our_people.html", "/{language}/workshops/IW-02/our-people/"),
        State("workshops/our_recommendations.html", "/{language}/workshops/recommendations/"),
        State("reports/reports.html", "/{language}/reports/"),
        State("reports/agency_report.html", "/{language}/reports/attendance/?workshop=IW-01"),
        State("reports/agency_results.html", "/{language}/reports/results/"),
        State("reports/report.html", "/{language}/reports/agencies/"),
        State("reports/report.html", "/{language}/reports/completeness/"),
        State("reports/files.html", "/{language}/reports/files/"),
        State("reports/file_new.html", "/{language}/reports/files/new/?report=agency-attendance&format=xlsx"),
        State("reports/file.html", "/{language}/reports/files/{report_file}/"),
        State("reports/frozen_reports.html", "/{language}/reports/frozen/"),
        State("reports/frozen_report.html", "/{language}/reports/frozen/{frozen}/"),
        State("reports/frozen_correct.html", "/{language}/reports/frozen/{frozen}/correct/", send_an_empty_form),
        State("reports/freeze.html", "/{language}/reports/agency-results/freeze/"),
        State("certificates/agency_certificates.html", "/{language}/my/certificates/our-people/"),
    ],
    "manager": [
        State("people/trail.html", "/{language}/people/trail/?action=session"),
        State("people/data_requests.html", "/{language}/people/data-requests/"),
        State("people/data_request.html", "/{language}/people/data-requests/{data_request}/", send_an_empty_form),
        State("people/agency_form.html", "/{language}/agencies/GOV-11-BR/edit/"),
        State("people/agency_change.html", "/{language}/agencies/GOV-11-BR/change/split/", send_an_empty_form),
        State("people/agency_change_preview.html", "/{language}/agencies/HLT-03-GM/change/close/", ask_what_follows),
        State("people/transfer.html", "/{language}/people/transfers/{transfer}/"),
        State("people/doubles.html", "/{language}/people/doubles/"),
        State("people/not_the_same.html", "/{language}/people/doubles/not-the-same/"),
        State("people/double.html", "/{language}/people/doubles/{double}/"),
        State("people/double_preview.html", "/{language}/people/doubles/{double}/", see_what_follows),
        State("people/merges.html", "/{language}/people/merges/"),
        State("people/merge.html", "/{language}/people/merges/{merge}/"),
        State("people/roles.html", "/{language}/people/roles/"),
        State("courses/paths.html", "/{language}/assignments/paths/"),
        State("courses/path_form.html", "/{language}/assignments/paths/new/", send_an_empty_form),
        State("people/role_new.html", "/{language}/people/roles/new/", send_an_empty_form),
        State("people/role_end.html", "/{language}/people/roles/{role}/end/"),
        State("people/who_sees.html", "/{language}/people/{nominee}/who-sees/"),
        State("workshops/request.html", "/{language}/workshops/requests/{request}/"),
        State("workshops/record_changes_after_lock.html", "/{language}/workshops/record-requests/"),
        State("workshops/request_decline.html", "/{language}/workshops/requests/{request}/decline/"),
        State("reports/report.html", "/{language}/reports/objectives/?workshop=RW-03"),
        State("reports/report.html", "/{language}/reports/follow-up/?workshop=RW-03"),
        State("programmes/plan.html", "/{language}/programmes/MHB-2026/plan/"),
        State("programmes/part.html", "/{language}/programmes/MHB-2026/plan/indicators/new/", send_an_empty_form),
        State("programmes/indicator.html", "/{language}/programmes/MHB-2026/indicators/2.3/"),
        State("programmes/correct.html", "/{language}/programmes/MHB-2026/indicators/2.3/values/{value}/correct/"),
        State("reports/report.html", "/{language}/reports/results-matrix/?programme=MHB-2026"),
        State("reports/report.html", "/{language}/reports/item-analysis/"),
        State("reports/report.html", "/{language}/reports/item-analysis/?test=M1-FINAL"),
        State("reports/report.html", "/{language}/reports/item-analysis/?test=PREPOST-12&form=all"),
        State("certificates/certificate.html", "/{language}/my/certificates/{certificate}/"),
        State("certificates/certificate_change.html", "/{language}/my/certificates/{certificate}/change/suspend/"),
        State("certificates/runs.html", "/{language}/my/certificates/many-at-once/"),
        State("certificates/run_new.html", "/{language}/my/certificates/many-at-once/new/?work=reissue"),
        State("certificates/run.html", "/{language}/my/certificates/many-at-once/{run}/"),
        State("certificates/papers.html", "/{language}/my/certificates/issued-on-paper/"),
        State("certificates/papers_new.html", "/{language}/my/certificates/issued-on-paper/new/"),
        State("certificates/papers_batch.html", "/{language}/my/certificates/issued-on-paper/{papers}/"),
        State("assessments/cms/marking.html", "/cms/marking/"),
        State("assessments/cms/appeals.html", "/cms/appeals/"),
        State("assessments/cms/exceptions.html", "/cms/exceptions/"),
        State("assessments/cms/exceptions_test.html", "/cms/exceptions/{test}/"),
        State("assessments/cms/exceptions_form.html", "/cms/exceptions/{test}/add/"),
    ],
    "admin": [
        State("people/sign_in_search.html", "/{language}/people/sign-in/?q=demo.example"),
        State("people/sign_in_search.html", "/{language}/people/sign-in/?q=nobody-at-all"),
        State("people/person_sign_in.html", "/{language}/people/{learner}/sign-in/", send_an_empty_form),
        State("people/view_as.html", "/{language}/people/{learner}/view-as/", send_an_empty_form),
        State("operations/cms/operations.html", "/cms/operations/", give_up_a_job),
        State("components/viewing_banner.html", "/{language}/people/{learner}/view-as/", look_as_the_learner),
    ],
    "editor": [
        State("workshops/help.html", "/{language}/workshops/IW-02/help/"),
        State("assessments/cms/questions.html", "/cms/questions/"),
        State("assessments/cms/question_types.html", "/cms/questions/add/"),
        State("assessments/cms/question_form.html", "/cms/questions/add/matching/"),
        State("assessments/cms/question_page.html", "/cms/questions/{question}/"),
        State("assessments/cms/differences.html", "/cms/questions/{question}/changes/"),
        State("assessments/cms/void.html", "/cms/questions/{question}/versions/1/void/"),
        State("assessments/cms/import.html", "/cms/questions/import/"),
        State("assessments/cms/import_page.html", "/cms/questions/import/", bring_in_questions),
        State("assessments/cms/export.html", "/cms/questions/export/?test={test}&category=&language=en&format=gift"),
        State("assessments/cms/formats.html", "/cms/questions/formats/"),
        State("assessments/cms/tests_form.html", "/cms/tests/add/"),
        State("assessments/cms/tests_blueprint.html", "/cms/tests/{test}/blueprint/"),
        State("courses/cms/blueprints.html", "/cms/blueprints/"),
        State("courses/cms/blueprint.html", "/cms/blueprints/{module_key}/"),
        State("courses/cms/proofing.html", "/cms/proofing/{module_page}/"),
        State("courses/cms/module_new.html", "/cms/blueprints/new/"),
        State("courses/cms/module_copy.html", "/cms/blueprints/{module_key}/copy/"),
        State("courses/cms/lesson_files.html", "/cms/lesson-files/?module={module_key}"),
        State("courses/cms/lesson_file.html", "/cms/lesson-files/?module={module_key}", bring_in_a_lesson),
        State("courses/cms/structure.html", "/cms/blueprints/{module_key}/edit/"),
        State("library/cms/desk.html", "/cms/desk/"),
        State("library/cms/desk_pile.html", "/cms/desk/measuring/"),
        State("library/cms/translations.html", "/cms/translations/?language=be"),
        State("library/cms/translation.html", "/cms/translations/question/{question_code}/be/"),
        State("library/cms/translations_import.html", "/cms/translations/import/ru/", send_no_file),
        State("certificates/cms/designs.html", "/cms/certificate-designs/"),
        State("certificates/cms/design_form.html", "/cms/certificate-designs/add/"),
    ],
    "lawyer": [
        State("library/cms/reviews.html", "/cms/reviews/"),
        State("library/cms/review.html", "/cms/reviews/{review}/"),
    ],
}  # fmt: skip
# Parts of a list, questions before something is done, previews, what is shown when something broke, and the step of a
# second factor, which the journeys of signing in look at.
ELSEWHERE = {
    "assessments/cms/appeals_answer.html", "assessments/cms/bulk.html", "assessments/cms/exceptions_remove.html",
    "assessments/cms/import_undo.html", "assessments/cms/marking_answer.html",
    "429.html", "assessments/cms/questions_results.html", "certificates/file_lost.html", "home/home_page.html",
    "home/server_error.html", "home/unavailable.html", "mfa/authenticate.html", "operations/styleguide.html",
    "wagtailcore/shared/block_preview.html",
    "workshops/outline_page.html",
}  # fmt: skip


def _long_file(account: Account) -> ReportFile:
    """A file that is being made; the job that makes it is not to be waited for."""
    return ReportFile.objects.create(
        account=account,
        report="counted",
        title="Who is counted",
        format="xlsx",
        language="be",
        state=ReportFile.State.MAKING,
        rows=100_000,
        rows_done=42_000,
        tries=1,
        heard_at=timezone.now(),
    )


@pytest.fixture
def attempt(demo: Callable[[str], Account]) -> int:
    """An open test of the learner."""
    enrolment = Enrolment.objects.get(person=demo("learner").person, module__code="M1")
    return start_final_test(enrolment=enrolment, language="ru").pk


@pytest.fixture
def places(demo: Callable[[str], Account], attempt: int) -> dict[str, Any]:
    """What the addresses of the states are filled in with: an open test, an open register, a certificate."""
    certificate = Certificate.objects.filter(enrolment__isnull=False).order_by("pk").first()
    assert certificate is not None
    run = Run.objects.create(work=Run.Work.REISSUE, reason="The agency has a new name", created_by=demo("manager"))
    RunItem.objects.create(run=run, certificate=certificate, done_at=timezone.now(), failure="Nothing would change.")
    RunItem.objects.create(run=run, certificate=Certificate.objects.exclude(pk=certificate.pk).earliest("pk"))
    passed = Attempt.objects.filter(person=certificate.person, outcome=Attempt.Outcome.PASSED).earliest("pk")
    open_register(session=Session.objects.get(workshop__code="IW-02", number=5), actor=demo("facilitator"))
    Workshop.objects.filter(code="IW-02").update(test=Test.objects.get(code="PREPOST-12"))
    running = Workshop.objects.get(code="IW-02")
    add_facilitator(workshop=running, person=demo("editor").person, right="check_in", actor=demo("facilitator"))
    late = AttendanceRecord.objects.filter(session__workshop__code="IW-02", status=AttendanceStatus.PRESENT)
    coordinator = demo("coordinator")
    agency = Agency.objects.coordinated_by(coordinator).earliest("pk")
    return {
        **places_of_workshops(demo("learner"), demo("facilitator"), coordinator),
        "join_request": JoinRequest.objects.waiting().earliest("pk").pk,
        "stop": stop_token(demo("learner").person.pk, "reminders"),
        "letter": secret_of(make_invitation(agency=agency, actor=coordinator)),
        "newcomer": prove_address(email="newcomer@example.org"),
        "waiting": JoinRequest.objects.waiting().earliest("pk").account,
        "request": make_request(agency=agency, actor=coordinator).pk,
        "data_request": ask_about_data(person=demo("learner").person, kind="erasure").pk,
        "attempt": attempt,
        **_discussed(demo("learner")),
        "certificate": certificate.code,
        "run": run.pk,
        "report_file": _long_file(coordinator).pk,
        "papers": PaperBatch.objects.create(title="Workshops of 2021", file_name="2021.xlsx").pk,
        "question": Question.objects.earliest("pk").pk,
        "question_code": Question.objects.earliest("pk").code,
        "test": Test.objects.get(code="M1-FINAL").pk,
        "module_page": ModulePage.objects.get(module_code="M1", locale__language_code="en").pk,
        "module_key": Module.objects.get(code="M1").translation_key,
        # Of one workshop: a page of it has all that a page of everything has, and is drawn in a tenth of the time.
        "frozen": freeze_report(
            name="agency-results", account=coordinator, agency=agency.code, workshop="IW-01"
        ).number,
        "holder": certificate.person,
        "learner": demo("learner").person.public_code,
        "assignment": Assignment.objects.filter(path__isnull=False).earliest("pk").pk,
        "result": passed.pk,
        "value": IndicatorValue.objects.filter(indicator__number="2.3", corrected_by=None).latest("pk").pk,
        "person": late.earliest("pk").person.public_code,
        "resource": Resource.objects.filter(live=True).earliest("pk").slug,
        "people_list": PeopleImport.objects.get(uploaded_by=coordinator).pk,
        **_doubles(demo("manager")),
        "transfer": Transfer.objects.asked().earliest("pk").pk,
        "review": TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).earliest("pk").pk,
        "role": RoleGrant.objects.get(role="facilitator").pk,
    }


def _discussed(learner: Account) -> dict[str, Any]:
    """The question of the learner, an answer by somebody else that is kept, one that is hidden, and a complaint."""
    thread = Contribution.objects.questions().get(person=learner.person)
    return {
        "thread": thread.pk,
        "fellow": thread.answers.earliest("pk").pk,
        "kept": thread.answers.get(kept__isnull=False).pk,
        "hidden": Contribution.objects.exclude(hidden_at=None).earliest("pk").pk,
        "complained": Contribution.objects.complained_of().earliest("pk").pk,
    }


def _doubles(manager: Account) -> dict[str, Any]:
    """Two people to compare, two who are not the same, and a merge, of one agency and without accounts."""
    agency = Agency.objects.get(code="GOV-11-BR")
    first, second, third, kept, merged = (
        create_person(agency=agency, family_name="Кавалёва", given_name=f"Ганна {number}") for number in range(5)
    )
    mark_not_the_same(one=first, other=third, actor=manager)
    merge = merge_persons(plan=MergePlan(kept, merged, manager))
    return {"double": f"{first.public_code}/{second.public_code}", "merge": merge.pk}


@pytest.fixture
def mailbox_of_the_demonstration(settings: Any, tmp_path: Path) -> None:
    """A message as the demonstration writes it."""
    letter = EmailMessage("Your certificate is ready", "Keep it well.\n", "academy@example.org", ["a@example.org"])
    (tmp_path / "20261124-1.log").write_bytes(letter.message().as_bytes() + b"\n" + b"-" * 79 + b"\n")
    settings.EMAIL_FILE_PATH = tmp_path


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """Names of the templates that the server has rendered since this set was last cleared."""
    names: set[str] = set()

    def note(template: Any, **_: Any) -> None:
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def show(
    open_page: OpenPage, demo: Callable[[str], Account], places: dict[str, Any], rendered: set[str]
) -> Callable[[str, State, str], Page]:
    """`show(word, state, language)`: the page of somebody on which a state is seen, one window for each language."""
    pages: dict[tuple[str, str], Page] = {}

    def account_of(word: str) -> Account | None:
        if word == "nobody":
            return None
        if word in {"newcomer", "waiting"}:
            return places[word]
        return open_account(person=places["holder"]) if word == "holder" else demo(word)

    def shown(word: str, state: State, language: str) -> Page:
        if (word, language) not in pages:
            pages[word, language] = open_page(account_of(word), language=language)
        page = pages[word, language]
        rendered.clear()
        page.set_viewport_size(DESKTOP)
        page.goto(state.address.format(language=language, **places))
        if state.steps:
            state.steps(page)
            page.wait_for_load_state()
        assert state.template in rendered, f"{page.url} does not show {state.template}"
        return page

    return shown


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves files of pictures to the garbage collector
@pytest.mark.usefixtures("mailbox_of_the_demonstration")
@pytest.mark.parametrize("word", STATES)
def test_axe_finds_nothing_by_day_or_by_night_and_nobody_scrolls_sideways(
    show: Callable[[str, State, str], Page], word: str
) -> None:
    """Each state in one look, in turn on a desk by day and on a phone by night; all looks are in the test below."""
    complaints: list[str] = []
    for state, look in zip(STATES[word], cycle(DAY_AND_NIGHT), strict=False):
        page = show(word, state, state.language)
        complaints += [f"{state.template} in {state.language}, {each}" for each in _complaints(page, [look])]

    assert not complaints, "\n".join(complaints)


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.usefixtures("mailbox_of_the_demonstration")
@pytest.mark.parametrize(("word", "language"), list(product(STATES, LANGUAGES)))
def test_axe_finds_nothing_in_any_language_at_any_width_in_any_light(
    show: Callable[[str, State, str], Page], word: str, language: str
) -> None:
    complaints: list[str] = []
    for state in STATES[word]:
        page = show(word, state, language)
        complaints += [f"{state.template} in {language}, {each}" for each in _complaints(page, EVERY_LOOK)]

    assert not complaints, "\n".join(complaints)


def _complaints(page: Page, looks: Iterable[Look]) -> list[str]:
    """What axe says, contrast included, and whether the page fits the narrowest window and one at 200 %.

    In the CMS only what stands in the middle is ours, red buttons are Wagtail's, and it is made for a desk.
    """
    in_cms = "/cms/" in page.url
    context = {"include": ["main"], "exclude": [".button.serious"]} if in_cms else None
    found = [] if in_cms else sheets_missing(page)
    for viewport, scheme, contrast in looks:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")
        found += [
            f"{viewport['width']} px, {scheme}, contrast {contrast}: {each}"
            for each in violations(page, context=context)
        ]
    for viewport in () if in_cms else (NARROWEST, TWICE_AS_LARGE):
        page.set_viewport_size(viewport)
        assert_fits(page)
    return found


def _is_of_a_page(path: Path) -> bool:
    """Whether a template is shown by itself: it extends another, and is no frame that others extend."""
    frame = path.parent.name == "layouts" or path.name.startswith("base_")
    return "{% extends" in path.read_text(encoding="utf-8") and not frame


def test_every_template_of_a_page_has_a_state() -> None:
    pages = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if _is_of_a_page(path)}
    shown = {state.template for states in STATES.values() for state in states}

    assert pages - shown - ELSEWHERE == set()
    assert ELSEWHERE - pages == set()


def test_every_language_is_looked_at() -> None:
    assert {state.language for states in STATES.values() for state in states} == set(LANGUAGES)


# --- Wishes of the system --------------------------------------------------------------------------------------------
def test_nothing_moves_for_somebody_who_asked_for_stillness(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    page = open_page(demo("learner"), reduced_motion="reduce")

    for address in ("/en/", "/en/modules/", "/en/modules/M1/M1.1/"):
        page.goto(address)
        assert page.evaluate(MOVES) == []


MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
    const style = getComputedStyle(one);
    const durations = [style.transitionDuration, style.animationDuration];
    return style.scrollBehavior === "smooth" || durations.some((one) => parseFloat(one) > 0);
}).map((one) => one.outerHTML.slice(0, 120))"""


def test_colours_of_the_system_hide_nothing(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    """Backgrounds are gone: what is chosen, how far one is and where one is are told by lines."""
    register = open_page(demo("facilitator"), forced_colors="active")
    register.goto("/en/workshops/IW-02/sessions/5/register/")
    register.get_by_role("button", name="Open the register").click()
    mark = register.locator(".register__marks button").first
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "true")
    register.mouse.move(0, 0)
    assert _style(mark, "outlineStyle") == "solid"

    module = open_page(demo("learner"), forced_colors="active")
    module.goto("/en/modules/M1/")
    here, elsewhere = module.locator(".site-nav [aria-current]"), module.locator(".site-nav a:not([aria-current])")
    assert _style(here, "borderBottomColor") != _style(elsewhere.first, "borderBottomColor")
    assert _style(module.locator(".progress progress").first, "borderTopStyle") == "solid"


def _style(place: Locator, name: str) -> Any:
    return place.evaluate("(place, name) => getComputedStyle(place)[name]", name)


# --- Slow lines ------------------------------------------------------------------------------------------------------
MOST_REQUESTS = 8
COMPRESSED = {"document", "stylesheet", "script", "image"}

# Pages and the bytes that each may take: less than the promise of operations/weights.py, which counts headers as well.
PAGES = {
    "/en/": 37_000,
    "/en/modules/": 33_000,
    "/en/modules/M1/": 36_000,
    "/en/modules/M1/M1.1/": 49_000,
    "/en/modules/M1/M1.3/": 38_000,
    "/en/my/": 35_000,
    "/en/my/tests/{attempt}/": 44_000,
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_light(
    open_page: OpenPage, demo: Callable[[str], Account], attempt: int, address: str
) -> None:
    page = open_page(demo("learner"), viewport=PHONE)
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)

    page.goto(address.format(attempt=attempt), wait_until="networkidle")

    fetched = [answer for answer in answers if answer.request.method == "GET"]
    sizes = {answer.url: _bytes_on_the_line(answer) for answer in fetched}
    # Some browsers fetch the icon where a page can see it, others do not; it counts once.
    icon = page.request.get(page.locator("link[rel=icon]").evaluate("each => each.href"))
    sizes[icon.url] = len(gzip.compress(icon.body()))
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= PAGES[address], sizes


def _bytes_on_the_line(answer: Response) -> int:
    """The size as an installation sends it: compressed, what never changes when it was collected."""
    body = answer.body()
    return len(gzip.compress(body) if answer.request.resource_type in COMPRESSED else body)
