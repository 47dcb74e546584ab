"""Pages of people recorded twice."""

import pytest

from audit.models import Event
from people.models import Account, Merge, NotTheSame, Person
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db
DOUBLES = "/en/people/doubles/"
NAMES = {"family_name": "Кавалёва", "given_name": "Ганна", "patronymic": "", "sex": "female"}


@pytest.fixture
def coordinator() -> Account:
    return make_account("coordinator", agency=make_agency(code="clinic"), family_name="Лис", given_name="Ольга")


@pytest.fixture
def pair(coordinator) -> tuple[Person, Person]:
    clinic = coordinator.person.memberships.get().agency
    return make_person(agency=clinic, **NAMES), make_person(agency=clinic, **NAMES)


def address(one: Person, other: Person) -> str:
    return f"{DOUBLES}{one.public_code}/{other.public_code}/"


def text_of(response) -> str:
    return response.content.decode()


def test_a_pair_is_found_compared_foreseen_merged_and_undone(coordinator, pair, client_of):
    client, (kept, merged) = client_of(coordinator), pair
    assert address(*pair) in text_of(client.get(DOUBLES))
    page = text_of(client.get(address(*pair)))
    assert "the same name, the same agency" in page
    assert "Memberships" in page
    choice = {"email": "merged"}

    foreseen = client.post(address(*pair), {"step": "look", **choice})
    assert "Nothing is written yet" in text_of(foreseen)
    assert not Merge.objects.exists()
    made = client.post(address(*pair), {"step": "merge", **choice}, follow=True)

    kept.refresh_from_db()
    assert kept.email == merged.email
    assert "There is one record of Кавалёва Ганна now." in text_of(made)
    assert address(*pair) not in text_of(client.get(DOUBLES))
    assert client.get(address(*pair)).status_code == 404
    merge = Merge.objects.get()
    assert "Кавалёва Ганна" in text_of(client.get("/en/people/merges/"))
    undone = client.post(f"/en/people/merges/{merge.pk}/", follow=True)
    assert "There are two records again" in text_of(undone)
    assert client.get(address(*pair)).status_code == 200


def test_without_a_choice_where_one_is_needed_nothing_is_written(coordinator, pair, client_of):
    page = client_of(coordinator).post(address(*pair), {"step": "merge"})

    assert page.status_code == 200
    assert "This field is required" in text_of(page)
    assert not Merge.objects.exists()


def test_two_people_are_told_apart_and_looked_at_again(coordinator, pair, client_of):
    client = client_of(coordinator)

    client.post(address(*pair), {"step": "differ"})
    assert NotTheSame.objects.count() == 1
    assert address(*pair) not in text_of(client.get(DOUBLES))
    assert address(*pair) in text_of(client.get(f"{DOUBLES}not-the-same/"))
    assert "Take that back" in text_of(client.get(address(*pair)))
    client.post(address(*pair), {"step": "take_back"})

    assert address(*pair) in text_of(client.get(DOUBLES))


def test_people_of_others_are_not_found(coordinator, pair, client_of):
    foreign = make_person(agency=make_agency(), **NAMES)
    client, manager = client_of(coordinator), client_of(make_account("manager", family_name="Рыбак", given_name="Зося"))

    for other in (foreign, pair[0]):
        assert client.get(address(pair[0], other)).status_code == 404
    assert manager.get(address(pair[0], foreign)).status_code == 200
    manager.post(address(pair[0], foreign), {"step": "merge", "email": "kept"})
    assert client.get(f"/en/people/merges/{Merge.objects.get().pk}/").status_code == 404


def test_two_whom_somebody_knows_are_found_by_code(coordinator, pair, client_of):
    client, (kept, merged) = client_of(coordinator), pair

    found = client.get(DOUBLES, {"first": kept.email, "second": merged.public_code})
    assert found.url == address(*pair)
    for second in (kept.public_code, "nobody", make_person(agency=make_agency()).public_code):
        answer = client.get(DOUBLES, {"first": kept.public_code, "second": second})
        assert answer.status_code == 200


def test_what_a_manager_reads_about_people_recorded_twice_is_written_down(pair, client_of):
    manager = make_account("manager", family_name="Рыбак", given_name="Зося")
    client, (kept, merged) = client_of(manager), pair
    client.post(address(*pair), {"step": "merge", "email": "kept"})

    for path in (
        DOUBLES,
        f"{DOUBLES}not-the-same/",
        "/en/people/merges/",
        f"/en/people/merges/{Merge.objects.get().pk}/",
    ):
        assert client.get(path).status_code == 200

    read = Event.objects.filter(actor=manager, action__endswith="_read").order_by("pk").values_list("action", "subject")
    assert list(read) == [
        ("people.doubles_read", None), ("people.not_the_same_read", None), ("people.merges_read", None),
        ("people.merge_read", kept.pk), ("people.merge_read", merged.pk),
    ]  # fmt: skip


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_list_costs_the_same_for_one_pair_and_three(coordinator, client_of, pairs, django_assert_num_queries):
    clinic, client = coordinator.person.memberships.get().agency, client_of(coordinator)
    for number in range(pairs):
        for _twice in range(2):
            make_person(agency=clinic, family_name="Кот", given_name=f"Анна {number}", patronymic="", email="")
    client.get(DOUBLES)

    with django_assert_num_queries(10):
        assert text_of(client.get(DOUBLES)).count("The same name, the same agency") == pairs
