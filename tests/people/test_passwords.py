"""Passwords that anybody would try are refused, under whatever layout they were typed; others are left alone."""

import doctest
import gzip

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError

from people import passwords
from people.models import Account, Person

SHORTEST = 12


def refused(password: str, account: Account | None = None) -> bool:
    try:
        validate_password(password, account)
    except ValidationError:
        return True
    return False


def test_the_worked_examples_hold():
    assert doctest.testmod(passwords).failed == 0


def test_the_list_has_thousands_that_are_long_enough_to_be_chosen():
    known = gzip.decompress(passwords._LEAKED.read_bytes()).decode().splitlines()

    assert len(known) == len(set(known)) == 44_013
    assert min(map(len, known)) == SHORTEST
    assert known == sorted(each.lower() for each in known)


def test_the_number_on_the_page_is_that_of_the_list():
    page = (settings.BASE_DIR / "docs/operations/sign-in.md").read_text(encoding="utf-8")

    assert f"{len(gzip.decompress(passwords._LEAKED.read_bytes()).splitlines()):,} of twelve" in page


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc", "Password1234", "qwertyuiop123", "gfhjkmgfhjkm", "парольпароль", "111111111111",
        "123456789012", "ПАРОЛЬПАРОЛЬ",
    ],
)  # fmt: skip
def test_a_known_password_is_refused_under_every_layout(password):
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "Academy-2026!!", "M1gr4t10n2026", "MigrationHealth", "Минздрав-2026", "vbuhfwbz2026!", "Міграцыя2026",
        "November-2026!", "administrator1", "ПарольПароль1", "qwerty-qwerty-1",
    ],
)  # fmt: skip
def test_words_of_the_house_are_no_password(password):
    assert refused(password)


@pytest.mark.parametrize(
    "password", ["academy of crows", "тихие дожди в мае", "847362514093", "correct horse battery staple", "🦉" * 12]
)
def test_a_sentence_and_a_row_of_digits_are(password):
    assert not refused(password)


@pytest.mark.parametrize("password", ["Kavalenka-1985", "Коваленко1985!", "volha.kavalenka", "rjdfktyrj1985"])
def test_nobody_is_let_in_by_the_own_name(password):
    person = Person(family_name="Коваленко", given_name="Ольга", name_latin="Volha Kavalenka")
    account = Account(email="v.kavalenka@example.org", person=person)

    assert (refused(password, account), refused("another long sentence", account)) == (True, False)


def test_an_operator_adds_words():
    [validator] = get_password_validators(
        [{"NAME": "people.passwords.HouseWordsValidator", "OPTIONS": {"more": ["Zarnica"]}}]
    )

    with pytest.raises(ValidationError):
        validator.validate("zarnica-1234567")
    assert not refused("zarnica-1234567")


def test_each_refusal_says_in_one_sentence_what_to_do():
    with pytest.raises(ValidationError) as known:
        validate_password("1qaz2wsx3edc")
    with pytest.raises(ValidationError) as house:
        validate_password("Academy-2026!!")

    assert known.value.messages == ["This password is known from other sites and would be tried first. Choose another."]
    assert house.value.messages == [
        "This password is hardly more than your name or words that anybody would try. Add others."
    ]
