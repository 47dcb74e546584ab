"""What people read about the rule of a module agrees with the rule."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from courses import rule_words
from courses.progress import standing

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


@dataclass
class Read:
    pk: int
    required: bool = True
    code: str = "L"


@dataclass
class Progress:
    lesson_id: int
    completed_at: datetime | None
    place: str = ""


@dataclass
class Rules:
    pass_mark: int = 75
    attempts_limit: int | None = None
    grading: str = "best"


@dataclass
class Sitting:
    number: int
    mark: int
    max_mark: int = 100
    pass_mark: int = 75
    submitted_at: datetime | None = NOW

    @property
    def pk(self) -> int:
        return self.number

    @property
    def passed_at(self) -> datetime | None:
        return NOW if self.mark >= self.pass_mark else None


@given(
    st.lists(st.booleans(), max_size=5),
    st.none() | st.builds(Rules, grading=st.sampled_from(["best", "last", "average"])),
    st.lists(st.integers(0, 100), max_size=3),
)
def test_what_people_read_agrees_with_the_answer(read, test, marks):
    stands = standing(
        lessons=[Read(number) for number in range(len(read))],
        progress=[Progress(number, NOW if done else None) for number, done in enumerate(read)],
        test=test,
        attempts=[Sitting(number, mark) for number, mark in enumerate(marks, start=1)] if test else [],
    )

    for language in ("en", "ru", "be"):
        with override(language):
            lines = rule_words.lines(stands.explanation())
            assert (bool(lines) and all(line.met for line in lines)) == stands.complete
            assert all(line.text and bool(line.advice) != line.met for line in lines)


@pytest.mark.parametrize(
    ("counted", "text"),
    [
        ({"mark": 8000, "max_mark": 10000, "pass_mark": 75, "attempt": 2}, "final test 80 % (pass mark 75 %)"),
        (
            {"mark": None, "max_mark": None, "pass_mark": 75, "attempt": None},
            "final test not passed yet (pass mark 75 %)",
        ),
    ],
)
def test_names_the_mark_where_there_is_one(counted, text):
    with override("en"):
        lines = rule_words.lines({"lessons": [3, 3], **counted})

    assert [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in lines] == ["3 of 3 lessons", text]
