"""People and rosters: who is new, who is known, who is doubtful."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from audit.models import Event
from people.models import Agency, Membership, Person
from people.services import (
    PeopleError,
    change_latin_name,
    create_person,
    import_roster,
    open_account,
    plan_roster,
    read_roster,
)
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

HEADINGS = "family_name,given_name,patronymic,email,post,agency,language"


def roster(*lines: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *lines]).encode()


def counts(result: object) -> dict[str, int]:
    """The numbers of a result that are not zero."""
    return {key: value for key, value in result.as_json().items() if isinstance(value, int) and value}


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency(code="clinic")


class TestCreating:
    def test_a_person_is_a_member_from_today(self, agency):
        person = create_person(agency=agency, family_name="Лис", given_name="Ольга", post="Doctor", language="be")

        membership = person.memberships.get()
        assert (membership.agency, membership.valid_from, membership.post, membership.primary) == (
            agency,
            timezone.localdate(),
            "Doctor",
            True,
        )
        assert (person.language, Event.objects.filter(action="people.person_created").count()) == ("be", 1)

    def test_an_e_mail_is_one_persons(self, agency):
        make_person(email="a@example.org")

        with pytest.raises(PeopleError, match="belongs to a person who is known"):
            create_person(agency=agency, family_name="Лис", given_name="Ольга", email=" A@example.org")


class TestAccounts:
    def test_the_address_of_an_account_is_verified_and_its_primary_one(self, agency):
        account = open_account(person=make_person(agency=agency, email="anna@example.org"))

        assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
            (account.pk, "anna@example.org", True, True)
        ]

    def test_a_claim_that_nobody_verified_gives_way_to_the_owner(self, agency):
        stranger = make_account()
        EmailAddress.objects.create(user=stranger, email="anna@example.org", verified=False)

        account = open_account(person=make_person(agency=agency, email="anna@example.org"))

        assert list(EmailAddress.objects.filter(email="anna@example.org").values_list("user", "verified")) == [
            (account.pk, True)
        ]
        assert EmailAddress.objects.get(user=stranger).email == stranger.email

    def test_an_address_that_somebody_else_verified_opens_no_account(self, agency):
        EmailAddress.objects.create(user=make_account(), email="anna@example.org", verified=True)

        with pytest.raises(PeopleError, match="belongs to another person"):
            open_account(person=make_person(agency=agency, email="anna@example.org"))

    def test_a_code_is_sent_to_the_owner_of_the_address(self, agency, client, mailoutbox):
        open_account(person=make_person(agency=agency, email="anna@example.org"))

        answer = client.post("/en/account/login/code/", {"email": "anna@example.org"})

        assert (answer.status_code, [message.to for message in mailoutbox]) == (302, [["anna@example.org"]])


class TestRosters:
    def test_new_people_become_members_and_a_second_time_changes_nothing(self, agency):
        content = roster("Иванова,Анна,Петровна,anna@example.org,Doctor,,ru", "Müller,Anna,,,,,en")

        first, second = (import_roster(content=content, agency=agency) for _ in range(2))

        assert counts(first) == {"rows": 2, "new": 2, "saved": 2}
        assert counts(second) == {"rows": 2, "unchanged": 1, "doubtful": 1}
        assert list(
            Membership.objects.order_by("pk").values_list("person__family_name", "person__language", "agency", "post")
        ) == [("Иванова", "ru", agency.pk, "Doctor"), ("Müller", "en", agency.pk, "")]

    def test_a_dry_run_says_what_would_happen_and_writes_nothing(self, agency):
        result = import_roster(content=roster("Иванова,Анна,,,,,"), agency=agency, dry_run=True)

        assert counts(result) == {"rows": 1, "new": 1}
        assert not Person.objects.exists()

    def test_one_bad_row_keeps_all_out(self, agency):
        content = roster("Иванова,Анна,,,,,", ",Пётр,,bad,,,", "Лис,Ольга,,,,nowhere,")

        result = import_roster(content=content, agency=agency)

        assert [(error.line, error.column) for error in result.errors] == [
            (3, "email"),
            (3, "family_name"),
            (4, "agency"),
        ]
        assert (result.saved, Person.objects.count()) == (0, 0)

    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"x" * (5 * 1024 * 1024 + 1)])
    def test_a_file_that_cannot_be_read_gets_one_sentence(self, agency, content):
        result = import_roster(content=content, agency=agency)

        assert [(error.line, error.column) for error in result.errors] == [(0, "")]

    def test_a_file_without_names_is_told_what_it_lacks(self, agency):
        result = import_roster(content=roster("a@example.org", headings="email"), agency=agency)

        assert [error.column for error in result.errors] == ["family_name", "given_name"]

    def test_the_same_e_mail_is_the_same_person_and_what_the_roster_says_is_taken_over(self, agency):
        person = make_person(
            agency=agency, email="anna@example.org", family_name="Иванова", given_name="Анна", patronymic=""
        )

        result = import_roster(content=roster("Петрова,Анна,Ивановна,ANNA@example.org,Chief,,be"), agency=agency)

        assert counts(result) == {"rows": 1, "changed": 1, "saved": 1}
        person.refresh_from_db()
        assert (person.full_name, person.language, person.memberships.get().post) == (
            "Петрова Анна Ивановна",
            "be",
            "Chief",
        )
        assert list(Person.objects.search("петрова")) == [person]
        assert Event.objects.get(action="people.person_changed").before == {
            "family_name": "Иванова",
            "patronymic": "",
            "language": "en",
        }

    def test_what_a_roster_leaves_empty_stays(self, agency):
        person = make_person(agency=agency, email="anna@example.org")
        line = f"{person.family_name},{person.given_name},,anna@example.org,,,"

        assert counts(import_roster(content=roster(line), agency=agency)) == {"rows": 1, "unchanged": 1}

    def test_somebody_from_another_agency_moves_today_and_keeps_the_past(self, agency):
        before = make_agency()
        person = make_person(agency=before, email="anna@example.org")
        line = f"{person.family_name},{person.given_name},,anna@example.org,Chief,,"

        result = import_roster(content=roster(line), agency=agency)

        today = timezone.localdate()
        assert counts(result) == {"rows": 1, "moved": 1, "saved": 1}
        assert list(
            person.memberships.order_by("valid_from").values_list("agency", "valid_from", "valid_to", "post")
        ) == [
            (before.pk, person.memberships.last().valid_from, today - timedelta(days=1), ""),
            (agency.pk, today, None, "Chief"),
        ]

    def test_somebody_who_joined_today_does_not_move_today(self, agency):
        person = create_person(agency=make_agency(), family_name="Лис", given_name="Ольга", email="o@example.org")
        line = f"{person.family_name},{person.given_name},,o@example.org,,,"

        result = import_roster(content=roster(line), agency=agency)

        assert [error.message for error in result.errors] == [f"{person} joined Agency agency2 only today."]

    def test_a_list_for_the_ministry_leaves_people_of_its_clinics_where_they_are(self, agency_tree):
        person = make_person(agency=agency_tree.clinic, email="anna@example.org")
        line = f"{person.family_name},{person.given_name},,anna@example.org,,,"

        result = import_roster(content=roster(line), agency=agency_tree.ministry)

        assert counts(result) == {"rows": 1, "unchanged": 1}
        assert person.memberships.get().agency == agency_tree.clinic

    def test_rows_stay_below_the_agency(self, agency_tree):
        content = roster("Лис,Ольга,,,,clinic,", "Лис,Анна,,,,unrelated,")

        result = import_roster(content=content, agency=agency_tree.ministry)

        assert [(error.line, error.message) for error in result.errors] == [
            (3, "Agency unrelated does not belong to Agency ministry.")
        ]

    def test_a_closed_agency_takes_nobody(self, agency):
        Agency.objects.update(closed_on=timezone.localdate())
        agency.refresh_from_db()

        result = import_roster(content=roster("Лис,Ольга,,,,,"), agency=agency)

        assert [error.message for error in result.errors] == ["Agency clinic is closed."]


class TestDoubt:
    @pytest.mark.parametrize(
        ("line", "verdict"),
        [
            ("ІВАНОВА,Анна,Петровна,,,,", "doubtful"),  # the same name, without an e-mail
            ("Иванова,Анна,,,,,", "doubtful"),  # the patronymic is not known here
            ("Иванова,Анна,Сергеевна,,,,", "new"),  # another patronymic
            ("Иванова,Анна,Петровна,other@example.org,,,", "new"),  # two e-mails, two people
            ("Иванова,Мария,Петровна,,,,", "new"),
        ],
    )
    def test_a_name_that_is_known_is_doubtful(self, agency, line, verdict):
        known = make_person(email="anna@example.org", family_name="Иванова", given_name="Анна", patronymic="Петровна")

        entries, _errors = plan_roster(rows=read_roster(content=roster(line))[1], agency=agency)

        assert [(each.verdict, each.namesakes) for each in entries] == [
            (verdict, (known,) if verdict == "doubtful" else ())
        ]

    def test_a_new_e_mail_of_a_namesake_who_has_none_is_doubtful(self, agency):
        make_person(email="", family_name="Иванова", given_name="Анна", patronymic="")

        result = import_roster(content=roster("Иванова,Анна,Петровна,anna@example.org,,,"), agency=agency)

        assert counts(result) == {"rows": 1, "doubtful": 1}

    def test_the_same_name_twice_in_a_file_is_doubtful_the_second_time(self, agency):
        result = import_roster(content=roster("Иванова,Анна,,,,,", "Иванова,Анна,,,,,"), agency=agency)

        assert counts(result) == {"rows": 2, "new": 1, "doubtful": 1, "saved": 1}

    def test_doubtful_rows_stay_out_and_the_others_come_in(self, agency):
        make_person(family_name="Иванова", given_name="Анна", patronymic="")

        import_roster(content=roster("Иванова,Анна,,,,,", "Лис,Ольга,,,,,"), agency=agency)

        assert list(Membership.objects.values_list("person__family_name", flat=True)) == ["Лис"]

    def test_records_that_were_merged_are_nobodys_namesakes(self, agency):
        kept = make_person(family_name="Иванова", given_name="Анна", patronymic="")
        merged = make_person(family_name="Лис", given_name="Ольга", patronymic="", email="")
        Person.objects.filter(pk=merged.pk).update(merged_into=kept)

        assert counts(import_roster(content=roster("Лис,Ольга,,,,,"), agency=agency)) == {
            "rows": 1,
            "new": 1,
            "saved": 1,
        }


@pytest.mark.parametrize("rows", [1, 3])
def test_a_plan_costs_the_same_number_of_queries_however_long_the_roster(agency, django_assert_num_queries, rows):
    for number in range(rows):
        make_person(agency=agency, email=f"p{number}@example.org")
    lines = [f"Имя{number},Имя,,p{number}@example.org,,clinic," for number in range(rows)]
    parsed = read_roster(content=roster(*lines))[1]

    with django_assert_num_queries(4):
        plan_roster(rows=parsed, agency=agency)


def test_searching_by_the_whole_e_mail_or_code_finds_one_person_and_by_a_part_nobody(db):
    person = make_person(email="anna@example.org", public_code="k7m2p9")

    found = [
        list(Person.objects.named_exactly(text)) for text in (" Anna@example.org", "k7m2p9", "anna", "example", "")
    ]

    assert found == [[person], [person], [], [], []]


def test_namesakes_are_compared_with_the_patronymic_where_both_have_one(db):
    bare, full, other = (
        make_person(family_name="Лис", given_name="Ольга", patronymic=patronymic)
        for patronymic in ("", "Петровна", "Ивановна")
    )

    assert set(Person.objects.namesakes("ЛИС", "Ольга")) == {bare, full, other}
    assert set(Person.objects.namesakes("Лис", "Ольга", "Петровна")) == {bare, full}


def test_a_corrected_latin_name_is_found_and_noted_once(db):
    person, manager = make_person(name_latin="Hanna Kavalchuk"), make_account("manager")

    for _time in range(2):
        change_latin_name(person=person, name_latin="Anna Kovalchuk", actor=manager)

    assert list(Person.objects.search("kovalchuk")) == [person]
    assert not Person.objects.search("kavalchuk").exists()
    event = Event.objects.get(action="people.latin_name_changed")
    assert (event.actor, event.subject, event.after) == (manager, person, {"name_latin": "Anna Kovalchuk"})
