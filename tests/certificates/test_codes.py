import doctest

import pytest

from certificates import codes

CODE = "7K3M9QXT2FZAY"


def fresh_codes(count: int = 200) -> list[str]:
    return [codes.new_code() for _ in range(count)]


def test_the_worked_examples_hold():
    assert doctest.testmod(codes).failed == 0


def test_a_new_code_is_well_formed_and_new():
    made = fresh_codes()

    assert all(codes.is_well_formed(code) for code in made)
    assert len(set(made)) == len(made)


def test_every_single_wrong_symbol_is_found():
    for code in fresh_codes(50):
        wrong = [
            code[:place] + symbol + code[place + 1 :]
            for place in range(codes.LENGTH)
            for symbol in codes.ALPHABET
            if symbol != code[place]
        ]

        assert [candidate for candidate in wrong if codes.is_well_formed(candidate)] == []


def test_every_swap_of_two_neighbours_is_found():
    for code in fresh_codes():
        swapped = [
            code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            for place in range(codes.LENGTH - 1)
            if code[place] != code[place + 1]
        ]

        assert [candidate for candidate in swapped if codes.is_well_formed(candidate)] == []


@pytest.mark.parametrize("wrong", ["", CODE[:-1], CODE + "0", CODE[:-1] + "U", CODE[:-1] + "*"])
def test_what_cannot_be_a_code_is_not_well_formed(wrong):
    assert codes.is_well_formed(wrong) is False


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-9QXT-2FZA-Y",
        " 7k3m 9qxt 2fza y ",
        "7к3м-9qхт-2fzа-у",  # Cyrillic к, м, х, т, а, у
        "7K3M–9QXT—2FZA‑Y",  # dashes that a word processor makes of hyphens
        "7K3M\u00a09QXT\u00a02FZA\u00a0Y",
    ],
)
def test_a_code_is_understood_as_people_type_it(typed):
    assert codes.normalised(typed) == CODE


def test_letters_that_look_like_digits_are_read_as_digits():
    assert codes.normalised("oOоО iIlL іІ") == "0000111111"


def test_a_code_is_printed_in_groups():
    assert codes.printed(CODE) == "7K3M-9QXT-2FZA-Y"
