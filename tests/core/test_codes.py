"""Codes that people read and type."""

import doctest

from core import codes


def test_the_worked_examples_hold():
    assert doctest.testmod(codes).failed == 0


def test_random_symbols_are_of_the_alphabet_and_new():
    made = [codes.random_symbols(10) for _ in range(100)]

    assert len(set(made)) == len(made)
    assert {len(each) for each in made} == {10}
    assert set("".join(made)) <= set(codes.ALPHABET)
