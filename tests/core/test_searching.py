"""One rule for searching: forgiven letters, endings, capitals and apostrophes; what was found is marked."""

import doctest
from typing import Any

import pytest

from core import searching, stems
from core.blocks import LessonBlocks
from core.searching import EXCERPT, excerpt, indexed, marked, question, said


@pytest.mark.parametrize("module", [searching, stems])
def test_the_examples_in_the_code_are_true(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Ахова здароўя мігрантаў", "ахова ЗДАРОУЯ мигрантау"),
        ("Ахова здароўя мігрантаў", "аховы мігранты"),
        ("Сям’я і дзеці", "сям'я"),
        ("Сям’я і дзеці", "сям`ёй"),
        ("Сям’я і дзеці", "сямя"),
        ("Сям'я", "сям’і"),
        ("Приём ребёнка", "ПРИЕМ ребенка"),
        ("Приём ребенка", "приёма"),
        ("Медицинская помощь мигрантам", "медицинской помощи мигрантов"),
        ("Прививки по календарю", "прививка"),
        ("Vaccination of children", "vaccines"),
        ("Policies that work", "policy works"),
        ("The firewall", "firewa"),
        ("Мігранты", "мiгранты"),  # with a Latin i
        ("Lesson M1.2", "m1.2"),
        ("Health for all", "the health of"),
    ],
)
def test_what_is_asked_for_otherwise_is_found(text: str, asked: str) -> None:
    kept = indexed("", text)

    assert question(asked).fits(kept)
    assert any(part.found for part in marked(text, question(asked)))


@pytest.mark.parametrize(
    ("text", "asked"),
    [("Право на здоровье", "правила"), ("Housing", "hospital"), ("Мигранты", "мигранты дети"), ("Right", "copyright")],
)
def test_other_words_and_words_that_are_missing_are_not_found(text: str, asked: str) -> None:
    assert not question(asked).fits(indexed("", text))


@pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'’", "…?!"])
def test_a_question_without_words_asks_for_nothing(asked: str) -> None:
    assert not question(asked)


def test_words_that_stand_everywhere_count_only_alone() -> None:
    assert [typed for typed, _stem in question("the right to health").words] == ["right", "health"]
    assert [typed for typed, _stem in question("to the").words] == ["to", "the"]


def test_a_long_question_is_cut() -> None:
    assert len(question("слово " * 100 + " ".join(str(number) for number in range(100))).words) <= 8


def test_an_excerpt_has_what_was_asked_for_and_is_cut_at_words() -> None:
    text = f"{'Begins with something else. ' * 30}Here stands the firewall between two offices.{' And goes on.' * 30}"

    parts = excerpt(text, question("firewalls office"))

    whole = "".join(part.text for part in parts)
    assert [part.text for part in parts if part.found] == ["firewall", "offices"]
    assert (whole[:2], whole[-2:]) == ("… ", " …")
    assert len(whole) <= EXCERPT + 4
    assert whole.strip("… ") in text


@pytest.mark.parametrize("text", ["", "word", "x" * 1000, f"{'x' * 300} firewall {'y' * 300}"])
def test_an_excerpt_of_any_text_loses_no_more_than_it_must(text: str) -> None:
    whole = "".join(part.text for part in excerpt(text, question("firewall")))

    assert whole.strip("… ") in text
    assert ("firewall" in whole) == ("firewall" in text)


def test_the_words_of_blocks_are_what_readers_see_and_no_codes() -> None:
    value = LessonBlocks().to_python(
        [
            {"type": "heading", "value": "A heading"},
            {"type": "text", "value": "<p>One</p><p>two &amp; <b>three</b></p>"},
            {"type": "callout", "value": {"tone": "law", "title": "In short", "text": "<p>A rule</p>"}},
            {
                "type": "case",
                "value": {
                    "title": "Ola",
                    "text": "<p>Came</p>",
                    "questions": ["Why?", "How?"],
                    "situations": [
                        {
                            "code": "secret-desk",
                            "text": "<p>He waits</p>",
                            "choices": [{"text": "Ask", "consequence": "<p>He answers</p>", "leads_to": "secret-room"}],
                        }
                    ],
                },
            },
            {"type": "table", "value": {"caption": "Rates", "rows": [["Year", "2024"], ["Share", "8"]]}},
            {"type": "term", "value": {"slug": "secret-slug"}},
            {"type": "practice", "value": {"question": "M1-P1"}},
        ]
    )

    assert said(value) == (
        "A heading One two & three In short A rule Ola Came Why? How? He waits Ask He answers Rates Year 2024 Share 8"
    )
