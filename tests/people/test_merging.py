"""Two records of one human being become one, and two again."""

import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.utils import timezone

from assessments.models import Attempt
from assessments.services import save_response
from audit.models import Event
from certificates.models import Certificate
from courses.models import Enrolment, LessonProgress
from courses.services import complete_lesson
from mail.models import Message
from people.holdings import Merging, holdings
from people.models import Account, Agency, Membership, Merge, NotTheSame, Person
from people.services import (
    MergePlan,
    PeopleError,
    erase_person,
    foresee_merge,
    mark_not_the_same,
    merge_persons,
    rows_of,
    torn_apart,
    undo_merge,
)
from people.services.holdings import leads_to_account
from reports.queries import Question, scope_of
from reports.queries.facts import participations
from tests.factories.assessments import RIGHT, make_attempt, make_question, make_test, take_test
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import give_role, join, make_account, make_agency, make_person
from tests.factories.rows import make_row
from tests.factories.workshops import make_workshop, mark, open_session, register
from workshops.models import AttendanceRecord, Registration, SeatPool
from workshops.services import rebuild_records, withdraw_registration

pytestmark = [pytest.mark.django_db, pytest.mark.db]
APART = {"certificates.Certificate", "people.Membership", "account.EmailAddress"}
# What a merge and its undoing write beside the records themselves.
BESIDE = {"audit.Event", "mail.Message", "people.Merge", "sessions.Session", "usersessions.UserSession"}


@pytest.fixture
def manager() -> Account:
    return make_account("manager")


@pytest.fixture
def pair() -> tuple[Person, Person]:
    """One human being, recorded twice in one clinic."""
    clinic = make_agency(code="clinic")
    names = {"family_name": "Кавалёва", "given_name": "Ганна"}
    return make_person(agency=clinic, **names), make_person(agency=clinic, **names, patronymic="", email="")


def everything() -> dict[str, str]:
    """The whole database as text, by model, apart from what is written beside."""
    return {
        model._meta.label: json.dumps(list(models.QuerySet(model).order_by("pk").values()), default=str)
        for model in apps.get_models()
        if model._meta.label not in BESIDE and model._meta.managed
    }


def merge(kept: Person, merged: Person, actor: Account, **choices) -> Merge:
    return merge_persons(plan=MergePlan(kept, merged, actor, **choices))


def undo(done: Merge, actor: Account) -> None:
    undo_merge(merge=Merge.objects.get(pk=done.pk), actor=actor)


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [f"{label}: {before[label]} → {after[label]}" for label in before if before[label] != after[label]]


# --- Everything goes over ---------------------------------------------------------------------------------------------

DIRECT = [
    each
    for each in holdings()
    if each.merging != Merging.STAYS and "__" not in each.path and each.path not in {"pk", "merged_into"}
    and each.model not in {"people.Account", "people.NotTheSame", "people.Erasure", "usersessions.UserSession"}
]  # fmt: skip


def rows_everywhere(owner: Person) -> dict[str, int]:
    """Give a person a row in every holding; return {"<app>.<model>.<path>": key}."""
    account = Account.objects.filter(person=owner).first()
    made = {}
    for holding in DIRECT:
        of_account = leads_to_account(holding)
        ended = {"valid_from": date(2023, 1, 1), "valid_to": date(2024, 1, 1)}
        more = ended if holding.model == "people.RoleGrant" else {}
        row = make_row(apps.get_model(holding.model), **{holding.path: account if of_account else owner}, **more)
        made[f"{holding.model}.{holding.path}"] = row.pk
    return made


def with_accounts(pair: tuple[Person, Person]) -> None:
    """Let both sign in; the account of the first was used last."""
    kept, merged = pair
    make_account(person=kept)
    Person.objects.filter(pk=merged.pk).update(email="second@example.org")
    merged.refresh_from_db()
    make_account(person=merged)
    Account.objects.filter(person=kept).update(last_login=timezone.now())


def a_world() -> None:
    """What rows of every kind hang on."""
    register(make_workshop(), make_person(agency=make_agency()))
    make_test(make_question())
    make_module(lessons=1)


def test_a_row_of_every_holding_goes_over_and_comes_back(manager, pair):
    kept, merged = pair
    a_world()
    with_accounts(pair)
    made = rows_everywhere(merged)
    before = everything()

    done = merge(kept, merged, manager)

    left = [each for each in DIRECT if rows_of(each, merged).exists()]
    assert left == []
    gone = [each for each in DIRECT if not rows_of(each, kept).exists()]
    assert gone == []
    assert set(made) == {f"{each.model}.{each.path}" for each in DIRECT}
    assert torn_apart([kept.pk, merged.pk]) == []
    undo(done, manager)
    assert differences(before, everything()) == []


def test_where_both_have_the_same_of_everything_nothing_breaks_and_everything_comes_back(manager, pair):
    kept, merged = pair
    a_world()
    with_accounts(pair)
    rows_everywhere(kept)
    copies: dict[tuple[str, object], models.Model] = {}
    for holding in DIRECT:
        # Two certificates in force for one thing stop a merge; memberships and addresses are put together: see below.
        for own in rows_of(holding, kept) if holding.model not in APART else ():
            same = same_as(own, holding.path, copies)
            theirs = make_row(type(own), **{**same, holding.path: of_the_other(own, holding.path, merged)})
            copies[holding.model, own.pk] = theirs
    before = everything()

    foresee_merge(plan=MergePlan(kept, merged, manager))
    assert differences(before, everything()) == []
    done = merge(kept, merged, manager)

    assert [each for each in DIRECT if rows_of(each, merged).exists()] == []
    assert torn_apart([kept.pk, merged.pk]) == []
    undo(done, manager)
    assert differences(before, everything()) == []


def same_as(row: models.Model, path: str, copies: dict[tuple[str, object], models.Model]) -> dict[str, object]:
    """What another row may have in common with this one; where one hangs on a row, the other hangs on its copy."""
    fields = [each for each in row._meta.concrete_fields if not each.primary_key and not each.unique]
    once = [each.fields for each in row._meta.constraints if isinstance(each, models.UniqueConstraint)]
    apart = {path, *(names[-1] for names in once if names and path not in names)}
    values = {each.name: getattr(row, each.name) for each in fields if each.name not in apart}
    return {
        name: copies.get((value._meta.label, value.pk), value) if isinstance(value, models.Model) else value
        for name, value in values.items()
    }


def of_the_other(row: models.Model, path: str, other: Person) -> object:
    return other if row._meta.get_field(path).related_model is Person else Account.objects.get(person=other)


# --- What a reader of reports notices ---------------------------------------------------------------------------------


def test_a_place_in_the_same_workshop_is_one_place_and_the_register_is_counted_anew(manager, pair):
    kept, merged = pair
    workshop = make_workshop()
    first, second = register(workshop, kept), register(workshop, merged)
    morning, noon = open_session(workshop, 1), open_session(workshop, 2)
    mark(morning, kept, "absent")
    mark(morning, merged, "present")
    mark(noon, merged, "late")

    done = merge(kept, merged, manager)

    stays = Registration.objects.get(workshop=workshop)
    found = AttendanceRecord.objects.filter(session__workshop=workshop).order_by("session")
    assert [(each.person, each.registration, each.status) for each in found] == [
        (kept, stays, "present"), (kept, stays, "late"),
    ]  # fmt: skip
    assert rebuild_records(check=True) == (2, 0)
    assert (stays.person, stays.attended) == (kept, True)
    assert [each["name"] for each in done.set_aside["workshops.Registration"]] == [str(workshop)]
    undo(done, manager)
    assert set(Registration.objects.filter(workshop=workshop)) == {first, second}
    assert rebuild_records(check=True) == (4, 0)


def test_two_registrations_that_have_ended_are_one_participation_and_a_new_one_after_an_undo_is_not_missed(
    manager, pair
):
    workshop = make_workshop()
    for person in pair:
        withdraw_registration(registration=register(workshop, person))
    assert not Registration.objects.filter(repeated=True).exists()

    done = merge(*pair, manager)

    own = Registration.objects.filter(workshop=workshop, repeated=True)
    assert (own.count(), rebuild_records(check=True)[1]) == (2, 0)
    counted = participations(Question(scope=scope_of(manager), now=timezone.now()))
    assert counted.count() == 1
    register(workshop, pair[0], own.first().agency)
    undo(done, manager)
    assert rebuild_records(check=True)[1] == 0
    assert counted.count() == 2


def test_different_workshops_of_one_agency_are_those_of_one_person(manager, pair):
    kept, merged = pair
    for person in pair:
        workshop = make_workshop()
        register(workshop, person)
        mark(open_session(workshop), person)
    people = AttendanceRecord.objects.filter(status="present").values("person").distinct()
    minutes = AttendanceRecord.objects.aggregate(total=models.Sum("credited_minutes"))
    assert people.count() == 2

    merge(kept, merged, manager)

    assert people.count() == 1
    assert AttendanceRecord.objects.aggregate(total=models.Sum("credited_minutes")) == minutes
    assert rebuild_records(check=True)[1] == 0


def test_what_both_have_read_completes_a_module_and_the_preview_says_that_this_stays(manager, pair):
    kept, merged = pair
    module = make_module(lessons=2)
    make_enrolment(kept, module, read=1)
    other = make_enrolment(merged, module)
    complete_lesson(enrolment=other, lesson=module.lessons.order_by("position").last())

    assert foresee_merge(plan=MergePlan(kept, merged, manager)).final
    assert Enrolment.objects.filter(completed_at__isnull=False).count() == 0
    done = merge(kept, merged, manager)

    enrolment = Enrolment.objects.get(module=module)
    assert (enrolment.person, enrolment.completed_at is not None) == (kept, True)
    assert LessonProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).count() == 2
    assert Certificate.objects.get().person == kept
    with pytest.raises(PeopleError, match="the merge stays"):
        undo(done, manager)


def test_attempts_go_on_counting_and_of_two_open_ones_the_fuller_one_goes_on(manager, pair):
    kept, merged = pair
    test = make_test(make_question())
    take_test(test, RIGHT["single_choice"], person=kept)
    take_test(test, RIGHT["single_choice"], person=merged)
    make_attempt(kept, test)
    fuller = make_attempt(merged, test)
    save_response(attempt=fuller, position=1, response=RIGHT["single_choice"], language="en", counter=1)
    before = everything()

    done = merge(kept, merged, manager)

    found = list(Attempt.objects.filter(test=test).order_by("number").values_list("person", "submitted_at"))
    assert [person for person, _at in found] == [kept.pk] * 3
    assert Attempt.objects.get(submitted_at__isnull=True) == fuller
    undo(done, manager)
    assert differences(before, everything()) == []


def test_two_times_in_an_agency_and_one_that_bridges_them_are_one_time(manager, pair):
    kept, merged = pair
    clinic = Agency.objects.get(code="clinic")
    Membership.objects.filter(person=kept).update(valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    Membership.objects.create(person=kept, agency=clinic, valid_from=date(2022, 1, 1))
    Membership.objects.filter(person=merged).update(valid_from=date(2020, 6, 1))
    before = everything()

    done = merge(kept, merged, manager)

    found = Membership.objects.filter(person=kept).values_list("valid_from", "valid_to", "primary")
    assert list(found) == [(date(2020, 1, 1), None, True)]
    undo(done, manager)
    assert differences(before, everything()) == []


def test_what_was_set_aside_and_hangs_on_something_gone_cannot_come_back(manager, pair):
    kept, merged = pair
    workshop = make_workshop()
    register(workshop, kept)
    theirs = register(workshop, merged)
    pool = SeatPool.objects.create(workshop=workshop, agency=make_agency(), seats=1)
    Registration.objects.filter(pk=theirs.pk).update(pool=pool)
    done = merge(kept, merged, manager)
    Registration.objects.filter(pool=pool).update(pool=None)
    pool.delete()

    with pytest.raises(PeopleError, match="cannot be undone"):
        undo(done, manager)

    merged.refresh_from_db()
    assert merged.merged_into == kept


def test_certificates_keep_the_name_as_printed_and_stay_in_force(manager, pair):
    kept, merged = pair
    certificate = make_certificate(person=merged)
    said, hashed = certificate.payload, certificate.pdf_sha256

    merge(kept, merged, manager, taken=frozenset({"family_name"}))

    certificate.refresh_from_db()
    assert (certificate.person, certificate.payload, certificate.pdf_sha256) == (kept, said, hashed)
    assert certificate.status == Certificate.Status.VALID


def test_two_certificates_in_force_for_one_thing_stop_the_merge(manager, pair):
    kept, merged = pair
    theirs = [make_certificate(person=person) for person in pair]
    module = theirs[0].enrolment.module
    Enrolment.objects.filter(pk=theirs[1].enrolment_id).update(module=module)

    with pytest.raises(PeopleError, match="Revoke one of them first"):
        merge(kept, merged, manager)

    merged.refresh_from_db()
    assert merged.merged_into is None


# --- Accounts ---------------------------------------------------------------------------------------------------------


def test_one_account_goes_on_with_all_addresses_and_both_are_told(manager, pair, client_of):
    kept, merged = pair
    with_accounts(pair)
    own, other = Account.objects.get(person=kept), Account.objects.get(person=merged)
    client = client_of(other)

    done = merge(kept, merged, manager, account=own)

    other.refresh_from_db()
    addresses = EmailAddress.objects.filter(user=own, verified=True).order_by("-primary", "email")
    assert [each.email for each in addresses] == [own.email, "second@example.org"]
    assert (other.is_active, other.person) == (False, merged)
    assert client.get("/en/my/").status_code == 302
    told = Message.objects.filter(key__startswith=f"merge:{done.pk}:").values_list("address", flat=True)
    assert set(told) == {own.email, "second@example.org"}
    undo(done, manager)
    other.refresh_from_db()
    assert (other.is_active, other.email) == (True, "second@example.org")


def test_the_account_of_the_record_that_goes_may_be_the_one_that_goes_on(manager, pair):
    kept, merged = pair
    with_accounts(pair)
    own, other = Account.objects.get(person=kept), Account.objects.get(person=merged)
    before = everything()

    done = merge(kept, merged, manager, account=other)

    assert Account.objects.get(person=kept) == other
    assert not Account.objects.get(pk=own.pk).is_active
    undo(done, manager)
    assert differences(before, everything()) == []


def test_nobody_gets_a_right_by_a_merge(manager, pair):
    kept, merged = pair
    with_accounts(pair)
    give_role(Account.objects.get(person=merged), "editor")

    with pytest.raises(PeopleError, match="has roles"):
        merge(kept, merged, manager, account=Account.objects.get(person=kept))

    give_role(Account.objects.get(person=merged), "manager")
    with pytest.raises(PeopleError, match="Ask an administrator"):
        merge(kept, merged, manager)


# --- Who, when, and back again ----------------------------------------------------------------------------------------


def test_a_coordinator_merges_the_own_people_and_no_others(pair):
    kept, merged = pair
    clinic, elsewhere = Agency.objects.get(code="clinic"), make_agency()
    own = make_account("coordinator", agency=clinic)
    foreign = make_account("coordinator", agency=elsewhere)
    third = make_person(agency=elsewhere, family_name="Кавалёва", given_name="Ганна")

    with pytest.raises(PeopleError, match="Ask a programme manager"):
        merge(kept, merged, foreign)
    with pytest.raises(PeopleError, match="Ask a programme manager"):
        merge(kept, third, own)
    with pytest.raises(PeopleError, match="One of them is you"):
        merge(kept, own.person, own)
    done = merge(kept, merged, own)

    assert (done.merged_by, merge(kept, merged, own)) == (own, done)
    with pytest.raises(PeopleError, match="Ask a programme manager"):
        undo(done, foreign)
    undo(done, own)


def test_whoever_comes_second_is_told_and_a_chain_is_undone_from_its_end(manager, pair):
    kept, merged = pair
    last = make_person(agency=Agency.objects.get(code="clinic"))
    first_merge = merge(kept, merged, manager)

    with pytest.raises(PeopleError, match="was merged already"):
        merge(merged, kept, manager)
    second_merge = merge(last, kept, manager)

    merged.refresh_from_db()
    assert merged.merged_into == last
    with pytest.raises(PeopleError, match="Undo the later merge first"):
        undo(first_merge, manager)
    undo(second_merge, manager)
    undo(first_merge, manager)
    merged.refresh_from_db()
    assert merged.merged_into is None
    with pytest.raises(PeopleError, match="undone already"):
        undo(first_merge, manager)


def test_what_stands_on_a_merge_keeps_it_from_being_undone(manager, pair):
    kept, merged = pair
    workshop = make_workshop()
    register(workshop, merged)
    done = merge(kept, merged, manager)
    mark(open_session(workshop), kept)

    with pytest.raises(PeopleError, match="stands on it"):
        undo(done, manager)

    assert Registration.objects.get(workshop=workshop).person == kept


def test_an_erased_record_stays_merged_and_forgets_what_the_merge_said(manager, pair):
    kept, merged = pair
    done = merge(kept, merged, manager)
    erase_person(person=kept, ground="asked")

    done.refresh_from_db()
    assert (done.chosen, done.set_aside, done.steps) == ({}, {}, [])
    with pytest.raises(PeopleError):
        undo(done, manager)


def test_the_record_takes_over_what_was_chosen_and_what_it_lacks(manager, pair):
    kept, merged = pair
    kept.email = ""
    kept.save()
    Person.objects.filter(pk=merged.pk).update(email="hanna@example.org", name_latin="Hanna Kavaliova")
    merged.refresh_from_db()

    done = merge(kept, merged, manager, taken=frozenset({"language"}))

    kept.refresh_from_db()
    assert (kept.email, kept.name_latin) == ("hanna@example.org", "Hanna Kavaliova")
    assert "hanna@example.org" in kept.search_text
    undo(done, manager)
    kept.refresh_from_db()
    assert (kept.email, kept.name_latin, kept.search_text) == ("", "", "кавалева ганна сергеевич")


def test_times_in_agencies_are_put_together(manager):
    one, two = make_agency(code="one"), make_agency(code="two")
    kept, merged = make_person(), make_person(email="")
    join(kept, one, date(2020, 1, 1))
    join(merged, one, date(2019, 1, 1))
    join(merged, two, date(2023, 6, 1))
    before = everything()

    done = merge(kept, merged, manager)

    found = Membership.objects.filter(person=kept).order_by("valid_from")
    assert [(each.agency, each.valid_from, each.valid_to, each.primary) for each in found] == [
        (one, date(2019, 1, 1), date(2023, 5, 31), True), (two, date(2023, 6, 1), None, True),
    ]  # fmt: skip
    undo(done, manager)
    assert differences(before, everything()) == []


def test_who_is_not_the_same_as_one_is_not_the_same_as_both(manager, pair):
    kept, merged = pair
    other = make_person(agency=Agency.objects.get(code="clinic"))
    mark_not_the_same(one=other, other=merged, actor=manager)

    merge(kept, merged, manager)

    decision = NotTheSame.objects.get()
    assert {decision.first, decision.second} == {kept, other}


def test_people_who_are_not_the_same_are_not_merged(manager, pair):
    kept, merged = pair
    mark_not_the_same(one=kept, other=merged, actor=manager)

    with pytest.raises(PeopleError, match="Take that back first"):
        merge(kept, merged, manager)


def test_a_merge_and_its_undoing_stand_in_the_trail_of_both(manager, pair):
    done = merge(*pair, manager)
    undo(done, manager)

    for person in pair:
        actions = Event.objects.filter(subject=person, actor=manager).values_list("action", flat=True)
        assert {"people.persons_merged", "people.merge_undone"} <= set(actions)
