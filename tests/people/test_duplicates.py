"""Who may be recorded twice, in the scope of whoever looks."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress

from people.models import Account, Person
from people.services import (
    PeopleError,
    Reason,
    likely_doubles,
    mark_not_the_same,
    merge_persons,
    reasons_for,
    take_back_not_the_same,
)
from people.services.merging import MergePlan
from tests.factories.people import join, make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def manager() -> Account:
    return make_account("manager", family_name="Рыбак", given_name="Зося")


def found_by(account: Account, **where) -> list[tuple[int, int]]:
    return [(each.first, each.second) for each in likely_doubles(account=account, **where)]


def test_the_strongest_reasons_stand_first(manager):
    clinic, other = make_agency(), make_agency()
    names = {"family_name": "Никитин", "given_name": "Евгений"}
    russian = make_person(agency=clinic, **names, patronymic="Михайлович", email="")
    elsewhere = make_person(agency=other, **names, patronymic="", email="")
    belarusian = make_person(
        agency=clinic, family_name="Нікіцін", given_name="Яўген", patronymic="Міхайлавіч", email=""
    )
    latin = make_person(agency=other, family_name="Nikitin", given_name="Evgenii", patronymic="", email="")
    reader = make_account(agency=other, family_name="Лис", given_name="Ольга")
    EmailAddress.objects.create(user=reader, email="lis@example.org", verified=True)
    lis = make_person(family_name="Лисица", given_name="О.", email="lis@example.org")

    found = likely_doubles(account=manager)

    assert [(each.first, each.second, each.reasons) for each in found][:3] == [
        (reader.person.pk, lis.pk, (Reason.EMAIL,)),
        (russian.pk, belarusian.pk, (Reason.SPELLING, Reason.PATRONYMIC, Reason.AGENCY)),
        (elsewhere.pk, latin.pk, (Reason.SPELLING, Reason.AGENCY)),
    ]
    assert {(each.first, each.second) for each in found[3:]} == {
        (russian.pk, elsewhere.pk), (russian.pk, latin.pk), (elsewhere.pk, belarusian.pk), (belarusian.pk, latin.pk),
    }  # fmt: skip
    assert reasons_for(russian, elsewhere) == (Reason.NAME,)
    assert reasons_for(lis, reader.person) == (Reason.EMAIL,)


def test_another_patronymic_and_a_name_that_many_bear_are_no_doubles(manager):
    names = {"family_name": "Иванов", "given_name": "Пётр", "email": ""}
    make_person(agency=make_agency(), **names, patronymic="Сергеевич")
    make_person(agency=make_agency(), **names, patronymic="Иванович")
    assert found_by(manager) == []

    for _number in range(6):
        make_person(agency=make_agency(), **names, patronymic="")

    assert found_by(manager) == []


def test_coordinators_see_pairs_of_their_own_people_only():
    clinic, other = make_agency(), make_agency()
    names = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "email": ""}
    one, two = make_person(agency=clinic, **names), make_person(agency=clinic, **names)
    foreign = make_person(agency=other, **names)
    own = make_account("coordinator", agency=clinic, family_name="Лис", given_name="Ольга")
    elsewhere = make_account("coordinator", agency=other, family_name="Дар'ін", given_name="Алесь")
    above = make_account("manager", family_name="Щербакова", given_name="Юлия")

    assert found_by(own) == [(one.pk, two.pk)]
    assert found_by(elsewhere) == []
    assert len(found_by(above)) == 3
    assert set(found_by(above, agency=other)) == {(one.pk, foreign.pk), (two.pk, foreign.pk)}
    with pytest.raises(PeopleError, match="agencies that you look after"):
        mark_not_the_same(one=one, other=foreign, actor=own)


def test_who_has_moved_away_is_no_longer_looked_after():
    clinic, other = make_agency(), make_agency()
    names = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "email": ""}
    make_person(agency=clinic, **names)
    moved = make_person(agency=clinic, **names)
    own = make_account("coordinator", agency=clinic, family_name="Лис", given_name="Ольга")
    join(moved, other, date(2024, 1, 1))

    assert found_by(own) == []


def test_not_the_same_is_remembered_and_taken_back(manager):
    names = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "email": ""}
    clinic = make_agency()
    one, two = make_person(agency=clinic, **names), make_person(agency=clinic, **names)

    first = mark_not_the_same(one=two, other=one, actor=manager)
    assert mark_not_the_same(one=one, other=two, actor=manager) == first
    assert found_by(manager) == []
    for _twice in range(2):
        take_back_not_the_same(one=one, other=two, actor=manager)

    assert found_by(manager) == [(one.pk, two.pk)]


def test_merged_records_are_no_longer_brought_forward(manager):
    names = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "email": ""}
    clinic = make_agency()
    one, two = make_person(agency=clinic, **names), make_person(agency=clinic, **names)

    merge_persons(plan=MergePlan(one, two, manager))

    assert found_by(manager) == []


@pytest.mark.parametrize("pairs", [1, 3])
def test_finding_costs_the_same_for_one_pair_and_three(manager, pairs, django_assert_num_queries):
    clinic = make_agency()
    for number in range(pairs):
        for _twice in range(2):
            make_person(agency=clinic, family_name="Кот", given_name=f"Анна {number}", patronymic="", email="")

    with django_assert_num_queries(5):
        assert len(found_by(manager)) == pairs


def test_the_key_follows_the_name():
    person = make_person(family_name="Кавалёва", given_name="Ганна")
    person.family_name = "Лис"
    person.save(update_fields=["family_name"])

    assert Person.objects.get(pk=person.pk).name_key == person.name_key
    assert person.search_text.startswith("лис ")
