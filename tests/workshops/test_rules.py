"""The rule of a workshop: what counts, what is met, and what people read about it."""

import doctest
from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core import explanations
from workshops import rule_words, rules
from workshops.attendance import Cell, stand
from workshops.rules import Rule, TestResult, conditions, explain, is_achievement, is_met

NOTHING_ELSE = Rule(threshold=1)
DAYS, KINDS = ("2026-03-09", "2026-03-10"), ("training", "field_visit")

cells = st.lists(
    st.builds(
        lambda planned, part, day, kind: Cell(planned, planned * part // 100, day=day, kind=kind),
        st.integers(1, 240),
        st.integers(0, 100),
        st.sampled_from(DAYS),
        st.sampled_from(KINDS),
    ),
    min_size=1,
    max_size=8,
)
some_rules = st.builds(
    Rule,
    threshold=st.integers(1, 100),
    test_required=st.booleans(),
    pass_mark=st.integers(1, 100),
    test_taken=st.booleans(),
    each_day=st.booleans(),
    each_kind=st.booleans(),
    evaluation_invited=st.booleans(),
)
results = st.none() | st.builds(TestResult, st.integers(0, 1000), st.just(1000))


def test_the_examples_hold():
    assert doctest.testmod(rules).failed == doctest.testmod(explanations).failed == 0


@given(cells, some_rules, results, st.booleans(), st.data())
def test_more_never_loses_a_certificate(attended, rule, result, invited, data):
    place = data.draw(st.integers(0, len(attended) - 1))
    more = data.draw(st.integers(attended[place].credited, attended[place].planned))
    better = [*attended[:place], replace(attended[place], credited=more), *attended[place + 1 :]]
    mark = TestResult(data.draw(st.integers(result.mark if result else 0, 1000)), 1000)

    if is_met(explain(stand(attended), rule, result, invited=invited)):
        assert is_met(explain(stand(better), rule, mark, invited=True))


@given(cells, some_rules, results, st.booleans())
def test_what_people_read_agrees_with_the_answer(attended, rule, result, invited):
    counted = explain(stand(attended), rule, result, invited=invited)

    for language in ("en", "ru", "be"):
        with override(language):
            lines = rule_words.lines(counted)
            assert all(line.met for line in lines) == is_met(counted)
            assert all(line.text and bool(line.advice) != line.met for line in lines)


@pytest.mark.parametrize(
    ("rule", "lacking"),
    [
        ({"each_day": True}, "not present on 10 March"),
        ({"each_kind": True}, "not present in any session of this kind: field visit"),
        ({"test_taken": True}, "test after not taken"),
        ({"test_required": True}, "test after not taken (pass mark 75 %)"),
        ({"evaluation_invited": True}, "not yet asked for an evaluation"),
        ({"threshold": 51}, "1 of 2 sessions, 50 % of the hours (51 % are asked for)"),
    ],
)
def test_says_what_is_missing(rule: dict[str, Any], lacking: str):
    standing = stand([Cell(60, 60, day=DAYS[0], kind=KINDS[0]), Cell(60, 0, day=DAYS[1], kind=KINDS[1])])
    counted = explain(standing, Rule(**{"threshold": 50, **rule}), None)

    with override("en"):
        missing = explanations.missing(rule_words.lines(counted))
    assert [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in missing] == [lacking]


def test_a_test_that_had_to_be_passed_makes_an_achievement():
    standing, good = stand([Cell(60, 60)]), TestResult(1000, 1000)

    assert is_achievement(explain(standing, Rule(test_required=True), good))
    assert not is_achievement(explain(standing, Rule(test_taken=True), good))
    assert not is_achievement(None)


def test_an_explanation_of_earlier_years_is_read():
    """Stored before rules could ask for more."""
    counted = {"sessions": [4, 5], "credited_minutes": 240, "planned_minutes": 300, "share": 0.8, "threshold": 80}
    counted |= {"test_required": False, "pass_mark": 75, "mark": None, "max_mark": None}

    assert [each.name for each in conditions(counted)] == ["hours"]
    assert is_met(counted)
