"""Every address × every role × own and somebody else's, generated from the URL configuration."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone, translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from assessments.models import Attempt, Test
from assessments.services import ask_again, keep_file, save_response, set_override, submit_attempt
from assessments.services.pictures import store_pictures
from certificates.designs import Parameters
from certificates.models import Certificate, PaperBatch, Run
from certificates.services import save_design
from courses.models import Assignment, Contribution, Enrolment, Exemption, LearningPath, Module
from courses.services import ask_cohort, assign, create_path, exempt, keep_lesson_file
from library.services import ask_for_review, prepare_reviews
from mail.models import Message
from operations.addresses import AUDIENCES, Address, addresses
from people.models import Account, DataRequest, Invitation, JoinRequest, Merge, PeopleImport, Person
from people.services import MergePlan, ask_about_data, ask_transfer, give_role, merge_persons
from people.services.people_lists import send_list
from programmes.models import Programme
from programmes.services import add_indicator, add_partner, create_programme, enter_value
from reports.models import ReportFile, Snapshot
from reports.services import freeze_report
from tests.architecture.rules import APPS
from tests.factories.assessments import make_attempt, make_category, make_question, make_test
from tests.factories.certificates import make_certificate
from tests.factories.courses import (
    give_final_test,
    make_enrolment,
    make_lesson_page,
    make_module,
    make_module_page,
)
from tests.factories.discussion import answer_in, words
from tests.factories.evaluation import ask, make_wave
from tests.factories.joining import make_invitation, make_join_request
from tests.factories.library import make_resource
from tests.factories.people import make_account, make_agency_tree, make_person, make_role_holders
from tests.factories.programmes import make_programme
from tests.factories.workshops import DAY, make_request, make_workshop, open_session, register
from tests.permission_matrix import ACTORS, LOGIN, ROWS, Row
from tests.word_files import EVERYTHING
from workshops.meetinglogs import Entry
from workshops.models import (
    ActionPlan,
    AttendanceRequest,
    EvaluationInvitation,
    FacilitatorNote,
    Material,
    OnlineLog,
    Recommendation,
    RegisterScan,
    Wave,
    Workshop,
)
from workshops.permissions import evaluation_token
from workshops.services import (
    add_material,
    add_note,
    add_recommendation,
    add_room,
    ask_for_correction,
    keep_log,
    keep_scan,
    make_feed,
)

FORMS = {"GET", "POST"}
SIGN_IN = {f"/{language}/account/login/" for language in ("en", "ru", "be")}


def own_addresses() -> list[Address]:
    """Every named address whose view is ours, or which our URL configuration names itself."""
    named = [address for address in addresses(get_resolver().url_patterns) if address.name]
    return [address for address in named if address.view.__module__.split(".")[0] in APPS or address.name in AUDIENCES]


def test_every_address_and_method_has_a_row_and_every_row_an_address():
    exist = {(address.name, method) for address in own_addresses() for method in FORMS & set(address.methods)}
    exist.discard(("media", "POST"))  # a file is served by Django's own view, which asks for no method

    assert {(row.name, row.method) for row in ROWS} == exist


def test_every_address_of_ours_says_whom_it_is_for():
    assert set(AUDIENCES) == {address.name for address in own_addresses()}


def test_a_new_address_without_an_entry_fails(settings):
    settings.ROOT_URLCONF = "tests.urls_with_a_new_address"

    assert {address.name for address in own_addresses()} - {row.name for row in ROWS} == {"new_address"}


class Belongings:
    """What one account has; made when it is asked for."""

    def __init__(self, world: "World", account: Account) -> None:
        self.world, self.person = world, account.person

    @cached_property
    def enrolment(self) -> Enrolment:
        return make_enrolment(self.person, self.world.new_module(), read=1)

    @cached_property
    def question(self) -> Contribution:
        """What the person asks about a module; the learner of the clinic asks the cohort of the workshop."""
        module = self.world.discussed if self == self.world.somebody_else else self.world.new_module()
        make_enrolment(self.person, module)
        return ask_cohort(module=module, words=words(), actor=Account.objects.get(person=self.person))

    @cached_property
    def answer(self) -> Contribution:
        """What the facilitator answered."""
        return answer_in(self.question, self.world.accounts["facilitator"])

    @cached_property
    def attempt(self) -> Attempt:
        return make_attempt(self.person, self.world.test)

    @cached_property
    def handed_in(self) -> Attempt:
        return submit_attempt(attempt=make_attempt(self.person, self.world.other_test))

    @cached_property
    def certificate(self) -> Certificate:
        return make_certificate(person=self.person)

    @cached_property
    def workshop(self) -> Workshop:
        """A workshop that the facilitator runs, with this person on the open register of its first session.

        Whoever runs a workshop takes no part in it. That of the learner of the clinic stands before every row.
        """
        if self.person == self.world.people.somebody_else.person:
            return Workshop.objects.get(pk=self.world.people.workshop.pk)
        return self.new_workshop()

    def new_workshop(self) -> Workshop:
        facilitator = self.world.accounts["facilitator"]
        workshop = make_workshop(facilitator=facilitator, test=self.world.test)
        if self.person != facilitator.person:
            register(workshop, self.person)
        open_session(workshop)
        return workshop

    @cached_property
    def online_log(self) -> OnlineLog:
        """A log of the online meeting of the first session."""
        entry = Entry(2, "Somebody", "", timezone.now(), timezone.now())
        session = self.workshop.sessions.get(number=1)
        actor = self.world.accounts["facilitator"]
        return keep_log(session=session, name="log.csv", sha256="0" * 64, entries=[entry], actor=actor)

    @cached_property
    def user_session(self) -> UserSession:
        """Where the person is signed in."""
        account = Account.objects.get(person=self.person)
        return UserSession.objects.create(user=account, ip="192.0.2.1", session_key="a-session", user_agent="")

    @cached_property
    def calendar_token(self) -> str:
        """The secret part of the address under which a calendar program reads the person's sessions."""
        return make_feed(person=self.person, kind="taking_part")

    @cached_property
    def record_request(self) -> AttendanceRequest:
        """The person, or, for whoever runs the workshop, nobody, asks to be seen as present."""
        registration = self.workshop.registrations.filter(person=self.person).first()
        asker = registration or register(self.workshop)
        session = self.workshop.sessions.get(number=1)
        return ask_for_correction(
            registration=asker,
            session=session,
            status="present",
            reason="I was there.",
            actor=Account.objects.filter(person=asker.person).first() or self.world.accounts["manager"],
        )

    @cached_property
    def action_plan(self) -> ActionPlan:
        registration = self.workshop.registrations.filter(person=self.person).first() or register(self.workshop)
        now = timezone.now()
        return ActionPlan.objects.create(registration=registration, what="Ask.", written_at=now, changed_at=now)

    @cached_property
    def material(self) -> Material:
        return add_material(
            workshop=self.workshop,
            title="Slides",
            content=b"%PDF-1.7",
            file_name="slides.pdf",
            released_at=timezone.now(),
            actor=self.world.accounts["facilitator"],
        )

    @cached_property
    def note(self) -> FacilitatorNote:
        return add_note(workshop=self.workshop, text="Speak slower.", actor=self.world.accounts["facilitator"])

    @cached_property
    def recommendation(self) -> Recommendation:
        actor = self.world.accounts["facilitator"]
        return add_recommendation(workshop=self.workshop, text="Print cards.", actor=actor)

    @cached_property
    def scan(self) -> RegisterScan:
        """A scan of the register of the first session."""
        actor = self.world.accounts["facilitator"]
        return keep_scan(session=self.workshop.sessions.get(number=1), content=b"%PDF-1.7", name="a.pdf", actor=actor)

    @cached_property
    def wave(self) -> Wave:
        """A wave of that workshop in which answers are taken."""
        return make_wave(self.workshop, opens_on=timezone.localdate())

    @cached_property
    def evaluation(self) -> EvaluationInvitation:
        """The person was asked in a wave; whoever runs the one workshop was asked about another."""
        runs = self.person == self.world.accounts["facilitator"].person
        wave = make_wave(make_workshop(), opens_on=timezone.localdate()) if runs else self.wave
        return ask(wave, self.person)

    @cached_property
    def data_request(self) -> DataRequest:
        """What the person asks about the own data."""
        return ask_about_data(person=self.person, kind="correction", text="My name is spelt otherwise.")

    @cached_property
    def evaluation_token(self) -> str:
        return evaluation_token(self.evaluation)

    @cached_property
    def message(self) -> Message:
        """A message about the workshop, planned for later."""
        return Message.objects.create(
            key=f"workshop:{self.workshop.pk}:reminder:{self.person.pk}:1",
            recipient=self.person,
            address=self.person.email,
            language=self.person.language,
            subject="Soon",
            text="Soon",
            send_after=timezone.now() + timedelta(days=1),
        )


class People:
    """Agencies, accounts that are signed in and the workshop of the learner of the clinic, the same for all rows.

    They are made once, as they take much of the time of a row.
    """

    def __init__(self) -> None:
        self.tree = make_agency_tree()
        roles = make_role_holders(self.tree)
        self.accounts: dict[str, Account | None] = {
            **{actor: getattr(roles, actor) for actor in ACTORS if hasattr(roles, actor)},
            "anonymous": None,
            "facilitator_elsewhere": make_account("facilitator", agency=self.tree.unrelated),
        }
        self.somebody_else = make_account(agency=self.tree.clinic)
        self.sessions = {actor: _sign_in(account) for actor, account in self.accounts.items() if account}
        self.test = make_test()
        self.module = make_module("M1", lessons=2)
        # For everybody one to be enrolled in, for the learner of the clinic one to ask about.
        self.modules = [_with_final_test(f"N{number}") for number in range(len(ACTORS) + 2)]
        self.workshop = World(self).somebody_else.new_workshop()

    def client(self, actor: str) -> Client:
        """A browser of the actor, as it was just after signing in."""
        client = Client()
        if actor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client


def _with_final_test(code: str) -> Module:
    module = make_module(code, lessons=1)
    give_final_test(module)
    return module


def _sign_in(account: Account) -> str:
    """The key of the session that begins."""
    client = Client()
    client.force_login(account, backend="people.backends.AccountBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class World:
    """An account per actor, and a learner of the clinic to whom the things of others belong."""

    def __init__(self, people: "People") -> None:
        self.people, self.tree, self.accounts = people, people.tree, people.accounts
        self.somebody_else = Belongings(self, people.somebody_else)
        self.modules = iter(people.modules)

    @cached_property
    def invitation(self) -> Invitation:
        """A letter of the clinic's coordinator to somebody new."""
        return make_invitation(agency=self.tree.clinic, actor=self.accounts["coordinator"])

    @cached_property
    def join_request(self) -> JoinRequest:
        """Somebody new asks to join the clinic."""
        return make_join_request(agency=self.tree.clinic)

    @cached_property
    def module(self) -> Module:
        return Module.objects.get(pk=self.people.module.pk)

    @cached_property
    def assignment(self) -> Assignment:
        """The module, for everybody of the clinic, assigned by its coordinator."""
        due_on, actor = timezone.localdate() + timedelta(days=9), self.accounts["coordinator"]
        return assign(module=self.module, agency=self.tree.clinic, due_on=due_on, actor=actor)

    @cached_property
    def exemption(self) -> Exemption:
        """The learner of the clinic need not do that."""
        person, actor = self.somebody_else.person, self.accounts["coordinator"]
        return exempt(assignment=self.assignment, person=person, reason="Leave", actor=actor)

    @cached_property
    def path(self) -> LearningPath:
        titles, actor = {"title_en": "First steps"}, self.accounts["manager"]
        return create_path(titles=titles, modules=[self.module], agency_kind="", posts="", actor=actor)

    def new_module(self) -> Module:
        """One that nobody of this row has anything to do with yet."""
        return Module.objects.get(pk=next(self.modules).pk)

    @cached_property
    def discussed(self) -> Module:
        """A module of the programme of the workshop."""
        module, programme = self.new_module(), make_programme("P9")
        programme.modules.set([module])
        programme.workshops.set([self.somebody_else.workshop])
        return module

    @cached_property
    def programme(self) -> Programme:
        return create_programme(code="P1", title_en="Programme", starts_on=DAY, ends_on=DAY, modules=[self.module])

    @cached_property
    def plan(self) -> SimpleNamespace:
        """A programme with a public page, a partner, and an indicator with a value that was entered by hand."""
        manager, days = self.accounts["manager"], {"starts_on": DAY, "ends_on": DAY}
        programme = create_programme(code="P2", title_en="Programme", is_public=True, **days)
        indicator = add_indicator(programme=programme, number="1.1", title_en="Orders", unit="number", target=5)
        return SimpleNamespace(
            programme=programme,
            partner=add_partner(programme=programme, part="funder", name_en="Fund"),
            indicator=indicator,
            value=enter_value(indicator=indicator, measured_on=DAY, value=3, evidence="Letters", actor=manager),
        )

    @cached_property
    def frozen(self) -> Snapshot:
        """Results of the clinic since a day, frozen by its coordinator."""
        return freeze_report(name="agency-results", account=self.accounts["coordinator"], first_day=DAY)

    @cached_property
    def test(self) -> Any:
        """The test of every workshop."""
        return Test.objects.get(pk=self.people.test.pk)

    @cached_property
    def other_test(self) -> Any:
        return make_test()

    @cached_property
    def resource(self) -> Any:
        return make_resource("study")

    @cached_property
    def draft_resource(self) -> Any:
        return make_resource("draft", live=False)

    @cached_property
    def request(self) -> Any:
        """A request of the clinic for a workshop, made by its coordinator."""
        return make_request(agency=self.tree.clinic, actor=self.accounts["coordinator"])

    @cached_property
    def people_list(self) -> PeopleImport:
        """What the coordinator of the clinic sent."""
        content = "family name,given name,agency\nЛис,Ольга,clinic\n".encode()
        return send_list(content=content, file_name="list.csv", agency=None, actor=self.accounts["coordinator"])

    @cached_property
    def transfer(self) -> Any:
        """The learner of the clinic is to belong to the agency that has nothing to do with it; its coordinator asks."""
        on, actor = timezone.localdate() + timedelta(days=1), self.accounts["coordinator"]
        return ask_transfer(person=self.somebody_else.person, gaining=self.tree.unrelated, on=on, actor=actor)

    @cached_property
    def colleague(self) -> Person:
        """Somebody else of the clinic."""
        return make_person(agency=self.tree.clinic)

    @cached_property
    def merge(self) -> Merge:
        """Two records of the clinic that became one."""
        kept, merged = self.colleague, make_person(agency=self.tree.clinic)
        return merge_persons(plan=MergePlan(kept, merged, self.accounts["manager"]))

    @cached_property
    def delegated(self) -> Any:
        """The learner of the clinic coordinates it for the coordinator above."""
        account, actor = self.somebody_else.person.account, self.accounts["coordinator_above"]
        return give_role(account=account, role="coordinator", agency=self.tree.clinic, reason="Leave", actor=actor)

    @cached_property
    def run(self) -> Run:
        """A run over certificates, started by the manager."""
        return Run.objects.create(work=Run.Work.SEAL, created_by=self.accounts["manager"])

    @cached_property
    def report_file(self) -> ReportFile:
        """A file of a report that the coordinator of the clinic waits for."""
        return ReportFile.objects.create(account=self.accounts["coordinator"], report="counted", format="csv")

    @cached_property
    def papers(self) -> PaperBatch:
        """A list of paper certificates, entered by the manager."""
        return PaperBatch.objects.create(title="2021", file_name="2021.xlsx", created_by=self.accounts["manager"])

    @cached_property
    def room(self) -> Any:
        return add_room(name="Hall")

    @cached_property
    def draft(self) -> Workshop:
        return make_workshop(facilitator=self.accounts["facilitator"], published=False)

    @cached_property
    def waiting(self) -> Any:
        """An answer of the learner of the clinic that waits for a mark."""
        attempt = make_attempt(self.somebody_else.person, make_test(make_question("essay")))
        save_response(attempt=attempt, position=1, response="Because.", language="en", counter=1)
        submit_attempt(attempt=attempt)
        return attempt.items.get()

    @cached_property
    def appeal(self) -> Any:
        """A mark that the learner of the clinic asks about."""
        person = self.somebody_else.person
        attempt = make_attempt(person, make_test(make_question()))
        save_response(attempt=attempt, position=1, response="A", language="en", counter=1)
        submit_attempt(attempt=attempt)
        return ask_again(item=attempt.items.get(), reason="Why?", person=person)

    @cached_property
    def exception(self) -> Any:
        """More attempts for the learner of the clinic."""
        person, actor = self.somebody_else.person, self.accounts["manager"]
        return set_override(test=self.test, person=person, attempts_limit=9, reason="Illness.", actor=actor)

    @cached_property
    def picture(self) -> Any:
        """A picture that came with a question."""
        [name] = store_pictures({"dot.png": get_test_image_file().file.getvalue()}).values()
        return get_image_model().objects.get(pk=name.removeprefix("image:"))

    @cached_property
    def question_file(self) -> Any:
        """A file with a question that nobody has saved yet."""
        return keep_file(
            content=b"::Migrant:: Who is a migrant? {=One who moves ~One who stays}",
            filename="one.txt",
            format="gift",
            category=make_category(),
            language="en",
            actor=self.accounts["editor"],
        )

    @cached_property
    def lesson_file(self) -> Any:
        """A lesson in a Word file of which nothing is made yet."""
        return keep_lesson_file(
            content=EVERYTHING,
            filename="lesson.docx",
            module_key=self.module.translation_key,
            language="en",
            actor=self.accounts["editor"],
        )

    @cached_property
    def review(self) -> Any:
        """A lesson that waits for a lawyer."""
        prepare_reviews()
        page = make_lesson_page(make_module_page("W1"), "W1.1", live=False, expert="lawyer", needs_review=True)
        return ask_for_review(instance=page, actor=self.accounts["editor"]).current_task_state

    @cached_property
    def design(self) -> Any:
        return save_design(
            design=None, name="Ours", is_default=True, parameters=Parameters(), actor=self.accounts["editor"]
        )

    @cached_property
    def practice(self) -> Any:
        question = make_question()
        make_test(question, purpose="practice")
        return question


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker) -> Iterator[People]:
    """They stay as long as rows follow; what a row adds is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield People()
        transaction.set_rollback(True)


@pytest.fixture
def world(people, db, settings, tmp_path) -> World:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return World(people)


def in_language(language: str, name: str, args: list[Any] | None = None) -> str:
    with translation.override(language):
        return reverse(name, args=args)


def answer(client: Client, address: str, row: Row, data: dict[str, Any]) -> int | str:
    """Return what the actor gets; nothing that the request does stays."""
    with transaction.atomic():
        if row.method == "GET":
            response = client.get(address + row.query)
        else:
            kind = {"content_type": "application/json"} if data and row.name.endswith("_save") else {}
            response = client.post(address + row.query, data, **kind)
        if response.streaming:
            b"".join(response)  # a file is closed when it was read
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].split("?")[0] in SIGN_IN:
        return LOGIN
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", *(pytest.param(code, marks=pytest.mark.deep) for code in ("ru", "be"))])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_everybody_gets_what_the_table_says(world, row, language):
    given = {}
    for actor in ACTORS:
        account = world.accounts[actor]
        theirs = Belongings(world, account) if row.whose == "own" and account else world.somebody_else
        address = in_language(language, row.name, row.args(world, theirs))
        given[actor] = answer(world.people.client(actor), address, row, row.data(theirs))

    assert given == dict(zip(ACTORS, row.cells, strict=True))
