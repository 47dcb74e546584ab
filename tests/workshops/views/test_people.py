"""Participants: who they are, how they stand, how they come in and go."""

import io
import re
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from people.models import Account, Person
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import Registration, Workshop
from workshops.services import (
    answer_invitation,
    invite,
    nominate_person,
    set_seats,
    sign_off,
    withdraw_registration,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(facilitator: Account, client_of) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator, sessions=2)


def new_person(**fields: object) -> dict[str, object]:
    return {"family_name": "Лявонава", "given_name": "Алена", "language": "be", **fields}


class TestNominees:
    @pytest.fixture(autouse=True)
    def _a_week_before(self, time_machine) -> None:
        time_machine.move_to("2026-03-01T08:00:00Z", tick=False)

    @pytest.fixture
    def nominee(self, workshop: Workshop) -> Registration:
        agency = make_agency()
        coordinator = make_account("coordinator", agency=agency)
        return nominate_person(workshop=workshop, person=make_person(agency=agency), agency=agency, actor=coordinator)

    def test_are_invited_one_by_one_or_all(self, client, nominee):
        for data, said in (({"person": nominee.person.public_code}, "is invited."), ({}, "0 people are invited.")):
            assert said in client.post("/en/workshops/W1/participants/invite/", data, follow=True).content.decode()

        assert Registration.objects.get().state == "invited"

    def test_are_invited_after_publication_only(self, client, nominee):
        Workshop.objects.update(status="draft")

        page = client.post("/en/workshops/W1/participants/invite/", follow=True).content.decode()

        assert ("Publish the workshop before" in page, Registration.objects.get().state) == (True, "nominated")

    def test_are_confirmed_at_once_unless_somebody_has_to_approve(self, client, nominee):
        address = f"/en/workshops/W1/participants/{nominee.person.public_code}/confirm/"
        Workshop.objects.update(approval="agency")
        assert "are approved by others" in client.post(address, follow=True).content.decode()
        Workshop.objects.update(approval="none")

        client.post(address)

        assert Registration.objects.get().state == "confirmed"


class TestTheTable:
    def test_shows_state_share_and_whether_the_threshold_can_be_reached(
        self, client, facilitator, workshop, time_machine
    ):
        time_machine.move_to("2026-03-09T07:15:00Z")
        present, absent = register(workshop), register(workshop)
        session = open_session(workshop)
        mark(session, present.person)
        mark(session, absent.person, "absent")
        sign_off(session=session, actor=facilitator)

        page = client.get("/en/workshops/W1/participants/")

        assert [(each.person, each.standing.so_far, each.can_reach) for each in page.context["people"]] == sorted(
            [(present.person, 1, True), (absent.person, 0, False)], key=lambda row: row[0].sort_name
        )
        assert "can no longer reach it" in page.content.decode()

    def test_groups_people_by_state_and_those_who_wait_by_their_place(self, client, workshop, time_machine):
        time_machine.move_to("2026-03-01T08:00:00Z", tick=False)
        agency, coordinator = make_agency(), make_account("coordinator", agency=make_agency())
        seated = register(workshop)
        set_seats(workshop=workshop, agency=None, seats=1)
        names = ("nominated", "invited", "second", "first")
        people = {
            name: nominate_person(
                workshop=workshop, person=make_person(agency=agency), agency=agency, actor=coordinator
            )
            for name in names
        }
        for name in names[1:]:
            invite(registration=people[name])
        for name in ("first", "second"):
            answer_invitation(registration=people[name], accepts=True)

        page = client.get("/en/workshops/W1/participants/")

        assert [(group["state"], group["people"]) for group in page.context["groups"]] == [
            ("confirmed", [seated]),
            ("waitlisted", [people["second"], people["first"]]),
            ("invited", [people["invited"]]),
            ("nominated", [people["nominated"]]),
        ]
        assert "1 person is nominated and was not asked yet." in page.content.decode()

    def test_people_who_are_gone_stand_apart(self, client, workshop):
        gone = register(workshop)
        client.post(f"/en/workshops/W1/participants/{gone.person.public_code}/withdraw/", {"reason": "Illness"})

        page = client.get("/en/workshops/W1/participants/")

        assert (page.context["people"], [each.pk for each in page.context["gone"]]) == ([], [gone.pk])
        assert "Illness" in page.content.decode()

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize("page", ["participants", "threshold"])
    def test_costs_the_same_however_many_people(self, client, workshop, django_assert_num_queries, page, rows):
        for _ in range(rows):
            register(workshop)
        open_session(workshop)
        # session, account, roles, workshop, registrations, sessions, records; and who waits
        with django_assert_num_queries({"participants": 10, "threshold": 7}[page]):
            client.get(f"/en/workshops/W1/{page}/")

    def test_the_threshold_page_says_who_can_still_miss_how_much(self, client, facilitator):
        workshop = make_workshop(code="W5", facilitator=facilitator, sessions=5)
        person = register(workshop)
        session = open_session(workshop)
        mark(session, person.person, "late", minutes=40)

        page = client.get("/en/workshops/W5/threshold/")

        assert [each.spare for each in page.context["can"]] == [50]  # 290 of 300 to be had, 240 needed
        assert "0 have reached it, 1 still can, 0 no longer can." in page.content.decode()

    def test_the_threshold_page_leaves_out_whoever_had_gone_before_the_workshop_began(
        self, client, workshop, time_machine
    ):
        there, early, late = register(workshop), register(workshop), register(workshop)
        time_machine.move_to("2026-03-08T07:15:00Z")
        withdraw_registration(registration=early, reason="On duty")
        time_machine.move_to("2026-03-09T07:15:00Z")
        withdraw_registration(registration=late, reason="Fell ill")

        context = client.get("/en/workshops/W1/threshold/").context

        assert {each.pk for name in ("reached", "can", "cannot") for each in context[name]} == {there.pk, late.pk}

    def test_another_facilitators_people_are_not_found(self, client_of, workshop):
        person = register(workshop).person
        stranger = client_of(make_facilitator())

        statuses = {
            stranger.get(f"/en/workshops/W1/{path}").status_code
            for path in (
                "participants/",
                "participants/add/",
                "participants/import/",
                f"participants/{person.public_code}/withdraw/",
                "threshold/",
            )
        }

        assert statuses == {404}


class TestFinding:
    def test_people_of_the_own_workshops_are_found_by_name_and_others_by_whole_e_mail(self, client, facilitator):
        workshop = make_workshop(code="W1", facilitator=facilitator)
        own = register(workshop, make_person(agency=make_agency(), family_name="Семёнова", email="own@example.org"))
        other = make_person(agency=make_agency(), family_name="Семёнова", email="other@example.org")

        def found(text: str) -> list[Person]:
            page = client.get("/en/workshops/W1/participants/add/", {"q": text})
            return [each["person"] for each in page.context["found"]]

        assert found("семенова") == [own.person]
        assert found("other@example.org") == [other]
        assert found(other.public_code) == [other]
        assert found("other@") == []
        assert found(" ") == []

    def test_a_manager_finds_everybody_by_name(self, client_of, workshop):
        person = make_person(agency=make_agency(), family_name="Кавалёва")

        page = client_of(make_account("manager")).get("/en/workshops/W1/participants/add/", {"q": "кавал"})

        assert person in [each["person"] for each in page.context["found"]]

    def test_whoever_is_found_is_registered_for_the_own_agency_once(self, client, workshop):
        agency = make_agency()
        person = make_person(agency=agency)

        for _ in range(2):
            client.post("/en/workshops/W1/participants/add/", {"person": person.public_code})

        assert list(workshop.registrations.values_list("person", "agency", "state")) == [
            (person.pk, agency.pk, "confirmed")
        ]

    def test_a_full_workshop_says_so(self, client, workshop):
        set_seats(workshop=workshop, agency=None, seats=0)
        person = make_person(agency=make_agency())

        page = client.post("/en/workshops/W1/participants/add/", {"person": person.public_code}, follow=True)

        assert "has no seats for" in page.content.decode()

    def test_somebody_without_an_agency_is_asked_about(self, client, workshop):
        person = make_person()

        page = client.post("/en/workshops/W1/participants/add/", {"person": person.public_code}, follow=True)

        assert "belongs to no agency today" in page.content.decode()


class TestSomebodyNew:
    def test_becomes_a_person_a_member_and_a_participant(self, client, workshop):
        agency = make_agency()

        client.post("/en/workshops/W1/participants/add/", new_person(agency=agency.pk, email="a@example.org"))

        registration = workshop.registrations.get()
        assert (registration.person.full_name, registration.agency) == ("Лявонава Алена", agency)
        assert registration.person.memberships.get().agency == agency
        assert Account.objects.filter(person=registration.person).exists()

    def test_a_second_click_is_the_same_person_and_another_name_is_another(self, client, workshop):
        agency = make_agency()
        token = str(uuid.uuid4())
        address = "/en/workshops/W1/participants/add/"
        make_person(agency=agency, family_name="Лявонава", given_name="Алена", patronymic="")

        answers = [
            client.post(address, new_person(agency=agency.pk, same_as="new", token=token, **more))
            for more in ({}, {}, {"patronymic": "Ивановна"})
        ]

        assert [answer.status_code for answer in answers] == [302, 302, 302]
        assert workshop.registrations.count() == 2
        assert Person.objects.filter(family_name="Лявонава").count() == 3

    def test_the_page_carries_a_token_of_its_own(self, client, workshop):
        tokens = {
            re.search(
                r'name="token" value="([^"]+)"', client.get("/en/workshops/W1/participants/add/").content.decode()
            )[1]
            for _ in range(2)
        }

        assert len(tokens) == 2

    def test_with_a_known_e_mail_is_the_person_who_is_known(self, client, workshop):
        own = make_agency()
        known = make_person(agency=own, email="a@example.org", family_name="Кавалёва")

        client.post("/en/workshops/W1/participants/add/", new_person(agency=make_agency().pk, email="A@example.org"))

        registration = workshop.registrations.get()
        assert (registration.person, registration.agency, registration.person.family_name) == (known, own, "Кавалёва")

    def test_with_a_name_that_is_known_in_the_agency_is_asked_about(self, client, workshop):
        agency = make_agency()
        known = make_person(agency=agency, family_name="Лявонава", given_name="Алена", patronymic="")
        address = "/en/workshops/W1/participants/add/"

        asked = client.post(address, new_person(agency=agency.pk))
        assert "Is it the same person?" in asked.content.decode()
        assert not workshop.registrations.exists()

        client.post(address, new_person(agency=agency.pk, same_as=known.public_code))
        client.post(address, new_person(agency=agency.pk, same_as="new"))

        people = list(workshop.registrations.order_by("pk").values_list("person", flat=True))
        assert (people[0], len(people)) == (known.pk, 2)

    def test_is_not_made_when_no_seat_is_free(self, client, workshop):
        set_seats(workshop=workshop, agency=None, seats=0)

        page = client.post("/en/workshops/W1/participants/add/", new_person(agency=make_agency().pk))

        assert "has no seats for" in page.content.decode()
        assert not Person.objects.filter(family_name="Лявонава").exists()


class TestWithdrawing:
    def test_needs_a_reason_and_keeps_attendance(self, client, workshop):
        registration = register(workshop)
        mark(open_session(workshop), registration.person)
        address = f"/en/workshops/W1/participants/{registration.person.public_code}/withdraw/"

        assert list(client.post(address, {"reason": ""}).context["form"].errors) == ["reason"]
        client.post(address, {"reason": "Illness"})

        registration.refresh_from_db()
        assert (registration.state, registration.reason) == ("withdrawn", "Illness")
        assert registration.records.get().status == "present"
        assert client.get(address).status_code == 404


class TestAWholeList:
    ADDRESS = "/en/workshops/W1/participants/import/"

    def upload(self, client: Client, content: bytes, name: str = "list.csv", **fields: object):
        return client.post(self.ADDRESS, {"file": SimpleUploadedFile(name, content), **fields})

    def test_is_looked_at_decided_and_registered(self, client, workshop):
        agency = make_agency(code="clinic")
        known = make_person(agency=agency, email="anna@example.org", family_name="Иванова")
        namesake = make_person(agency=agency, family_name="Лис", given_name="Ольга", patronymic="", email="")
        content = "Фамилия;Имя;Почта\nИванова;Анна;anna@example.org\nНовая;Ева;\nЛис;Ольга;\n".encode("cp1251")

        looked = self.upload(client, content, agency=agency.pk)
        assert [entry.verdict for entry in looked.context["entries"]] == ["changed", "new", "doubtful"]
        assert not workshop.registrations.exists()
        rows = looked.context["rows"]

        undecided = client.post(self.ADDRESS, {"rows": rows})
        assert [error["line"] for error in undecided.context["errors"]] == [4]
        assert not workshop.registrations.exists()

        client.post(self.ADDRESS, {"rows": rows, "line-4": str(namesake.pk)})

        people = [each.person for each in workshop.registrations.select_related("person").order_by("pk")]
        assert [person.family_name for person in people] == ["Иванова", "Новая", "Лис"]
        assert (people[0], people[2]) == (known, namesake)

    def test_whoever_forgot_a_decision_keeps_the_list_and_the_others(self, client, workshop):
        agency = make_agency(code="clinic")
        for name in ("Лис", "Волк"):
            make_person(agency=agency, family_name=name, given_name="Ольга", patronymic="", email="")
        content = "Фамилия;Имя\nЛис;Ольга\nВолк;Ольга\n".encode("cp1251")
        rows = self.upload(client, content, agency=agency.pk).context["rows"]

        page = client.post(self.ADDRESS, {"rows": rows, "line-2": "new"})

        assert [error["line"] for error in page.context["errors"]] == [3]
        assert [(entry.row.family_name, decided) for entry, decided in page.context["choices"]] == [
            ("Лис", "new"),
            ("Волк", ""),
        ]
        assert page.content.decode().count(" checked") == 1
        client.post(self.ADDRESS, {"rows": page.context["rows"], "line-2": "new", "line-3": "new"})
        assert workshop.registrations.count() == 2

    def test_the_column_is_named_in_the_language_of_the_page(self, client, workshop):
        page = client.post(
            self.ADDRESS.replace("/en/", "/be/"),
            {"file": SimpleUploadedFile("list.csv", "family_name,given_name\n,Ева\n".encode())},
        )

        assert page.context["errors"][0]["column"] == "прозвішча"

    def test_an_excel_file_reads_the_same(self, client, workshop):
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (["Family name", "Given name", "Agency"], ["Новая", "Ева", "clinic"]):
            book.active.append(row)
        book.save(out)
        make_agency(code="clinic")

        looked = self.upload(client, out.getvalue(), "list.xlsx")

        assert [entry.verdict for entry in looked.context["entries"]] == ["new"]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"\x89PNG\r\n\x1a\n\0\0", "neither an Excel file"),
            (b"one,two\n1,2\n", "has no column"),
            ("family_name,given_name\n" + "Я,Я\n" * 501, "more than 500 people"),
            ("family_name,given_name\n,Ева\n", "The name is missing."),
            ("family_name,given_name\nНовая,Ева\n", "The agency is missing."),
            ("family_name,given_name,agency\nНовая,Ева,nowhere\n", "There is no agency “nowhere”."),
        ],
    )
    def test_a_bad_file_says_what_is_wrong_and_saves_nothing(self, client, workshop, content, sentence):
        page = self.upload(client, content if isinstance(content, bytes) else content.encode())

        assert sentence in page.content.decode()
        assert "Nothing was saved." in page.content.decode()
        assert (Registration.objects.count(), Person.objects.filter(family_name="Новая").count()) == (0, 0)

    def test_when_the_seats_run_out_nobody_is_registered(self, client, workshop):
        make_agency(code="clinic")
        set_seats(workshop=workshop, agency=None, seats=1)
        content = "family_name,given_name,agency\nПервая,Ева,clinic\nВторая,Ева,clinic\n".encode()
        rows = self.upload(client, content).context["rows"]

        page = client.post(self.ADDRESS, {"rows": rows})

        assert [error["line"] for error in page.context["errors"]] == [3]
        assert not workshop.registrations.exists()

    def test_rows_that_were_touched_on_the_way_are_refused(self, client, workshop):
        page = client.post(self.ADDRESS, {"rows": "eyJyb3dzIjpbXX0:forged"}, follow=True)

        assert "The list is too old." in page.content.decode()

    def test_sending_the_list_twice_registers_once(self, client, workshop):
        make_agency(code="clinic")
        content = "family_name,given_name,email,agency\nНовая,Ева,eva@example.org,clinic\n".encode()
        rows = self.upload(client, content).context["rows"]

        for _ in range(2):
            client.post(self.ADDRESS, {"rows": rows})

        assert workshop.registrations.count() == 1
        assert Person.objects.filter(family_name="Новая").count() == 1

    @pytest.mark.parametrize("decision", ["", "new"])
    def test_sending_the_list_twice_makes_nobody_twice_even_without_an_e_mail(self, client, workshop, decision):
        agency = make_agency(code="clinic")
        if decision:
            make_person(agency=agency, family_name="Новая", given_name="Ева", patronymic="")
        rows = self.upload(client, "family_name,given_name,agency\nНовая,Ева,clinic\n".encode()).context["rows"]
        before = Person.objects.count()

        answers = [client.post(self.ADDRESS, {"rows": rows, "line-2": decision}) for _ in range(2)]

        assert [answer.url for answer in answers] == ["/en/workshops/W1/participants/"] * 2
        assert (workshop.registrations.count(), Person.objects.count()) == (1, before + 1)

    def test_a_person_with_a_number_above_a_thousand_can_be_chosen(self, client, workshop):
        agency = make_agency(code="clinic")
        known = make_person(agency=agency, pk=1234, family_name="Лис", given_name="Ольга", patronymic="", email="")

        looked = self.upload(client, "family_name,given_name\nЛис,Ольга\n".encode(), agency=agency.pk)
        offered = re.search(r'name="(line-2)" value="(\d[^"]*)"', looked.content.decode())
        client.post(self.ADDRESS, {"rows": looked.context["rows"], offered[1]: offered[2]})

        assert workshop.registrations.get().person == known

    def test_namesakes_of_agencies_that_are_none_of_ones_business_are_not_shown(self, client, client_of, workshop):
        agency = make_agency(code="clinic")
        names = {"family_name": "Лис", "given_name": "Ольга", "email": ""}
        stranger = make_person(agency=make_agency(), patronymic="Чужая", **names)
        content = "family_name,given_name\nЛис,Ольга\n".encode()

        looked = self.upload(client, content, agency=agency.pk)
        by_manager = self.upload(client_of(make_account("manager")), content, agency=agency.pk)

        assert "Чужая" not in looked.content.decode()
        assert [(each.verdict, each.namesakes) for each in looked.context["entries"]] == [("new", ())]
        assert [(each.verdict, each.namesakes) for each in by_manager.context["entries"]] == [("doubtful", (stranger,))]

        client.post(self.ADDRESS, {"rows": looked.context["rows"], "line-2": str(stranger.pk)})

        assert workshop.registrations.get().person != stranger

    def test_namesakes_of_ones_workshops_and_of_the_agency_of_the_row_are_asked_about(self, client, workshop):
        agency = make_agency(code="clinic")
        names = {"family_name": "Лис", "given_name": "Ольга", "email": ""}
        colleague = make_person(agency=agency, patronymic="Адамовна", **names)
        participant = make_person(agency=make_agency(), patronymic="Борисовна", **names)
        make_person(agency=make_agency(), patronymic="Чужая", **names)
        register(workshop, participant)

        looked = self.upload(client, "family_name,given_name\nЛис,Ольга\n".encode(), agency=agency.pk)

        assert [(each.verdict, each.namesakes) for each in looked.context["entries"]] == [
            ("doubtful", (colleague, participant))
        ]

    def test_the_second_row_of_a_name_is_asked_about_even_if_a_namesake_is_not_shown(self, client, workshop):
        agency = make_agency(code="clinic")
        make_person(agency=make_agency(), family_name="Лис", given_name="Ольга", patronymic="", email="")

        looked = self.upload(client, "family_name,given_name\nЛис,Ольга\nЛис,Ольга\n".encode(), agency=agency.pk)

        assert [(each.verdict, each.namesakes) for each in looked.context["entries"]] == [("new", ()), ("doubtful", ())]
