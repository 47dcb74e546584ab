"""Names of one person in two scripts and many spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.likeness import alike, name_key, same_patronymic

RUSSIAN_AND_OTHERS = [
    (("Ковалёва", "Анна"), ("Кавалёва", "Ганна")),
    (("Ковалёва", "Анна"), ("Kavaliova", "Hanna")),
    (("Ковалёва", "Анна"), ("Kovaleva", "Anna")),
    (("Авдеенко", "Мария"), ("Аўдзеенка", "Марыя")),
    (("Авдеенко", "Мария"), ("Audzeyenka", "Maryia")),
    (("Щербакова", "Юлия"), ("Шчарбакова", "Юлія")),
    (("Щербакова", "Юлия"), ("Shcherbakova", "Iuliia")),
    (("Щербакова", "Юлия"), ("Scherbakova", "Yuliya")),
    (("Никитин", "Евгений"), ("Нікіцін", "Яўген")),
    (("Никитин", "Евгений"), ("Nikitsin", "Yauhen")),
    (("Никитин", "Евгений"), ("Nikitin", "Evgenii")),
    (("Дарьин", "Владимир"), ("Дар’ін", "Уладзімір")),
    (("Дарьин", "Владимир"), ("Daryin", "Uladzimir")),
    (("Сергеева", "Татьяна"), ("Сяргеева", "Таццяна")),
    (("Сергеева", "Татьяна"), ("Siarheyeva", "Tatsiana")),
    (("Тимошенко", "Дмитрий"), ("Цімашэнка", "Дзмітрый")),
    (("Тимошенко", "Дмитрий"), ("Tsimashenka", "Dzmitry")),
    (("Ходкевич", "Игорь"), ("Khadkevich", "Ihar")),
    (("Кузнецов", "Николай"), ("Кузняцоў", "Мікалай")),
    (("Кузнецов", "Николай"), ("Kuzniatsou", "Mikalai")),
    (("Лукашевич", "Ольга"), ("Lukashevich", "Volha")),
    (("Лукашенко", "Василий"), ("Łukašenka", "Vasil")),
    (("Елкина", "Юлия"), ("Ёлкина", "Юлия")),
    (("Жук", "Наталья"), ("Zhuk", "Natallia")),
    (("Иванов", "Александр"), ("Ivanov", "Alexander")),
    (("Müller", "Anna"), ("Muller", "Anna")),
]
TWO_PEOPLE = [
    (("Ковалёва", "Алина"), ("Ковалёва", "Елена")),
    (("Иванов", "Александр"), ("Иванова", "Александра")),
    (("Иванов", "Иван"), ("Иванова", "Иванна")),
    (("Кот", "Инна"), ("Кот", "Анна")),
    (("Кот", "Яна"), ("Кот", "Анна")),
    (("Ким", "Марина"), ("Ким", "Мария")),
    (("Иванов", "Пётр"), ("Петров", "Иван")),
    (("Савицкая", "Ольга"), ("Савицкая", "Елена")),
    (("李", "伟"), ("王", "芳")),
]
LETTERS = st.sampled_from("абвгдежзийклмнопрстуфхцчшщыьэюяёіў’abcdefghijklmnopqrstuvwxyzčšž")
NAMES = st.tuples(st.text(LETTERS, min_size=1, max_size=12), st.text(LETTERS, min_size=1, max_size=12))


@pytest.mark.parametrize(("one", "other"), RUSSIAN_AND_OTHERS)
def test_a_name_is_known_again_in_another_script_and_after_another_instruction(one, other):
    assert name_key(*one) == name_key(*other)
    assert alike(one, other)
    assert alike(other, one[::-1])


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_other_people_are_not_taken_for_one(one, other):
    assert not alike(one, other)


@given(NAMES)
def test_every_name_is_like_itself_however_it_is_written_down(names):
    family, given_name = names

    assert alike(names, names)
    assert alike(names, (given_name.upper(), f"  {family} "))


@given(NAMES, NAMES)
def test_likeness_goes_both_ways_and_is_found_by_the_key(one, other):
    assert alike(one, other) == alike(other, one)
    assert not alike(one, other) or name_key(*one) == name_key(*other)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_has_a_key(family, given_name):
    assert isinstance(name_key(family, given_name), str)
    assert alike((family, given_name), (family, given_name))


def test_many_words_that_differ_in_their_vowels_only_are_compared_at_once():
    one, other = ("Анна " * 14 + "Инна", "Анна"), ("Анна " * 14 + "Инна", "Инна")

    assert not alike(one, other)
    assert alike(one, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ігараўна", "Игоревна", True), ("Igorevna", "Ігараўна", True), ("Уладзіміравіч", "Владимирович", True),
        ("Пятроўна", "Петровна", True), ("Юр’евіч", "Юрьевич", True), ("И.", "Иванович", True),
        ("П.", "Иванович", False), ("Иванович", "Петрович", False), ("", "Иванович", None), (" - ", "", None),
    ],
)  # fmt: skip
def test_patronymics_agree_differ_or_were_left_out(one, other, same):
    assert same_patronymic(one, other) is same
