"""What an editor is told about a page: findings by place, advice after what readers stumble over."""

from typing import Any

import pytest

from courses.proofing import Check, Finding, Passage, Picture, Reference, Sheet, figures, findings

PLAIN = "The nurse sees the child at once. " * 60  # 420 words
WHOLE: dict[str, Any] = {
    "language": "en",
    "minutes": 10,
    "sources": frozenset({"S01"}),
    "questions": 2,
    "blocks": frozenset({"practice", "summary"}),
}


def checked(*texts: str, **changed: Any) -> list[tuple[str, str]]:
    passages = [Passage("1. text", PLAIN), *(Passage(f"{number}. text", text) for number, text in enumerate(texts, 2))]
    found = findings(Sheet(**{**WHOLE, "passages": passages, **changed}))
    return [(each.check.value, each.where) for each in found]


def test_a_whole_lesson_has_nothing_to_mend() -> None:
    assert checked() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In 2024 about 304 million people lived abroad (S01).", []),
        ("In 2024 about 304 million people lived abroad (UN DESA, 2024).", []),
        ("In 2024 about 304 million people lived abroad.", ["unsourced"]),
        ("About 3.7 % of humanity (S01).", ["undated"]),
        ("About 3.7 % of humanity (S012).", ["unsourced"]),
        ("У 2024 годзе 40–80 % звестак забываюць.", ["unsourced"]),
        ("В 2024 году 2,4 млн человек (S01).", []),
        ("Two nurses saw 12 patients.", []),
        ("First line (S01), 2024.\nThen 5 % more.", ["unsourced"]),
    ],
)
def test_a_figure_says_where_and_when_it_is_from(text: str, found: list[str]) -> None:
    assert checked(text) == [(check, "2. text") for check in found]


def test_figures_of_a_story_are_its_own() -> None:
    assert checked(passages=[Passage("1. text", PLAIN), Passage("2. case", "He pays 5 % more.", is_told=True)]) == []


def test_pictures_say_something_to_those_who_do_not_see_them() -> None:
    pictures = [
        Picture("3. figure", "  ", "Ours, 2025"),
        Picture("4. figure", "IMG_2034", "", size=3_400_000),
        Picture("5. figure", "A nurse at a desk", "Ours, 2025", size=90_000),
        Picture("6. figure", "chart.png", "WHO, 2024"),
    ]

    assert checked(pictures=pictures) == [
        ("alternative", "3. figure"),
        ("file_name", "4. figure"),
        ("caption", "4. figure"),
        ("heavy", "4. figure"),
        ("file_name", "6. figure"),
    ]


def test_what_readers_stumble_over_comes_first() -> None:
    broken = [Reference("7. practice question", Check.QUESTION, "Q1"), Reference("2. text", Check.LINK, "Old page")]

    found = findings(Sheet(**{**WHOLE, "passages": [Passage("1. text", PLAIN + "5 % more.")], "broken": broken}))

    assert [(each.check, each.values, each.stumbling) for each in found] == [
        (Check.QUESTION, {"name": "Q1"}, True),
        (Check.LINK, {"name": "Old page"}, True),
        (Check.UNSOURCED, {"figure": "5 %"}, False),
    ]


@pytest.mark.parametrize(("words", "check"), [(349, "few_words"), (350, ""), (900, ""), (901, "many_words")])
def test_a_lesson_has_between_350_and_900_words(words: int, check: str) -> None:
    text = " ".join(["word"] * 10 + ["."]) * (words // 10) + " word" * (words % 10)

    found = [each for each, _where in checked(passages=[Passage("1. text", text)]) if each.endswith("words")]

    assert found == ([check] if check else [])


def test_a_sentence_that_is_too_long_is_quoted() -> None:
    sentence = "When the nurse comes " + "and the mother waits " * 9 + "nobody asks."

    found = findings(Sheet(**{**WHOLE, "passages": [Passage("1. text", PLAIN), Passage("2. text", sentence)]}))

    assert found == [Finding(Check.LONG_SENTENCE, "2. text", {"count": 42, "begins": "When the nurse comes and"})]


@pytest.mark.parametrize(("minutes", "check"), [(1, "short_time"), (2, ""), (17, ""), (18, "long_time")])
def test_minutes_fit_what_is_read_and_asked(minutes: int, check: str) -> None:
    measured = figures(Sheet(**{**WHOLE, "passages": [Passage("1. text", PLAIN)]}))

    assert (measured.least, measured.most) == (2, 17)
    assert checked(minutes=minutes) == ([(check, "")] if check else [])


def test_a_text_that_is_very_hard_is_said_to_be_and_a_short_one_is_not_measured() -> None:
    hard = "Интернационализация здравоохранительной деятельности предполагает межведомственное взаимодействие. "

    found = checked(passages=[Passage("1. text", hard * 60)], language="ru", minutes=20)
    short = figures(Sheet(**{**WHOLE, "language": "ru", "passages": [Passage("1. text", hard)]}))

    assert ("hard", "") in found
    assert short.level == ""


def test_parts_that_a_lesson_lacks_are_named() -> None:
    assert checked(sources=frozenset(), blocks=frozenset()) == [
        ("unlisted", ""),
        ("no_practice", ""),
        ("no_summary", ""),
    ]


@pytest.mark.parametrize(("minutes", "found"), [(119, 1), (120, 0), (180, 0), (181, 1)])
def test_a_module_says_as_many_minutes_as_its_lessons_and_a_test_take(minutes: int, found: int) -> None:
    sheet = Sheet("en", minutes, [Passage("summary", "Rights.")], is_lesson=False, lesson_minutes=120)

    assert [each.check for each in findings(sheet)] == [Check.LESSONS_TIME] * found
