import doctest

import pytest

from certificates import disclosure

HOLDER = {"native": "Лук’яновіч-Сёмкіна Алёна", "latin": "Alyona Lukianovic-Syomkina"}


def test_the_worked_examples_hold():
    assert doctest.testmod(disclosure).failed == 0


@pytest.mark.parametrize(
    "typed",
    [
        "Лук’яновіч-Сёмкіна",
        "лукяновіч сёмкіна",
        "ЛУК'ЯНОВИЧ–СЕМКИНА",
        " Лукʼяновіч - Сёмкіна ",
        "Lukianovič-Syomkina",
        "LUKIANOVIC SYOMKINA",
        "Лук’яновіч-Сёмкіна Алёна",
    ],
)
def test_a_surname_is_recognised_as_people_type_it(typed):
    assert disclosure.is_surname(typed, HOLDER)


@pytest.mark.parametrize("typed", ["", "  ", "-", "Алёна", "Alyona", "Лук", "Лук’яновіч-Сёмкіна Ганна", "С"])
def test_another_word_is_not_the_surname(typed):
    assert not disclosure.is_surname(typed, HOLDER)


@pytest.mark.parametrize(
    ("native", "latin", "surname"),
    [
        ("Каваль Ганна", "Hanna Kaval", "Kaval"),
        ("Щукин Юрий Яковлевич", "SHCHUKIN YURY", "Shchukin"),
        ("Жук Іван", "Ivan Zhuk", "Zhuk"),
        ("Smith John", "John Smith", "Smith"),
        ("Ван дер Берг Анна", "", "Ван дер Берг"),
    ],
)
def test_which_word_is_the_surname(native, latin, surname):
    assert disclosure.is_surname(surname, {"native": native, "latin": latin})


def test_no_word_of_the_name_is_left_in_a_veiled_payload():
    payload = {"holder": HOLDER, "minutes": 90, "printed": {"name": HOLDER["native"]}}

    veiled = disclosure.veiled(payload)

    assert veiled == {
        "holder": {"native": "Л.\N{NO-BREAK SPACE}А.", "latin": "A.\N{NO-BREAK SPACE}L."},
        "minutes": 90,
    }
