"""Sentences, words, syllables, and what the published formulas make of them."""

import pytest

from core.readability import Measure, measured, sentences_of, syllables_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("One. Two! Three? Four …", 4),
        ("See Art. 12 and No. 34 of the treaty.", 1),
        ("J. Smith asked. A nurse answered.", 2),
        ("It is 3.7 % of all. That is little.", 2),
        ("Он пришёл. «Где врач?» Никто не знал.", 3),
        ("Гл. арт. 45 Канстытуцыі. Яе ведаюць усе.", 2),
        ("A line\nanother line", 2),
        ("— 12 — .", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_sees_an_end(text: str, number: int) -> None:
    assert len(sentences_of(text)) == number


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("health", "en", 1),
        ("migration", "en", 3),
        ("little", "en", 2),
        ("the", "en", 1),
        ("здравоохранение", "ru", 7),
        ("ёлка", "ru", 2),
        ("в", "ru", 1),
        ("міграцыя", "be", 4),
        ("воўк", "be", 1),
    ],
)
def test_syllables(word: str, language: str, number: int) -> None:
    assert syllables_in(word, language) == number


def test_the_formula_of_flesch_and_its_russian_coefficients() -> None:
    assert Measure("en", sentences=10, words=150, syllables=225).ease == pytest.approx(
        206.835 - 1.015 * 15 - 84.6 * 1.5
    )
    assert Measure("ru", sentences=10, words=150, syllables=330).ease == pytest.approx(206.835 - 1.3 * 15 - 60.1 * 2.2)
    assert Measure("be", 10, 150, 330).ease == Measure("ru", 10, 150, 330).ease


def test_shorter_sentences_are_easier() -> None:
    short = measured(["The clinic is open. A child has a fever. The nurse sees the child."], "en")
    long = measured(["The nurse of the clinic that is open sees the child that has a fever and the mother."], "en")

    assert (short.sentences, long.sentences) == (3, 1)
    assert short.ease is not None
    assert long.ease is not None
    assert short.ease > long.ease


def test_nothing_measures_nothing() -> None:
    nothing = measured(["", "12 %"], "be")

    assert (nothing.words, nothing.sentence_length, nothing.ease, nothing.minutes) == (0, 0, None, 0)
