"""Objectives, lessons and questions put together: what stands in which cell, and what is missing."""

from courses.structure import Asked, Cell, Gap, Lack, Readiness, Taught, gaps, matrix

READY, DRAFT = Readiness.READY, Readiness.DRAFT


def test_a_lesson_serves_what_it_was_said_to_serve_and_what_it_practises() -> None:
    lessons = [Taught("L1", frozenset({"O1"})), Taught("L2", practises=("Q1", "Q2", "Q9"))]
    questions = [
        Asked("Q1", "matching", READY, "O1"),
        Asked("Q2", "ordering", DRAFT, "O1"),
        Asked("Q3", "essay", READY),
    ]

    (line,) = matrix({"O1": 1}, lessons, questions)

    assert line.cells == [Cell("L1", said=True, practised=0), Cell("L2", said=False, practised=2)]
    assert (line.ready, line.readiness, line.types) == (1, {READY: 1, DRAFT: 1}, {"matching": 1, "ordering": 1})


def test_every_gap_is_named_where_it_is() -> None:
    lessons = [Taught("L1", frozenset({"O1"}), ("Q1",)), Taught("L2")]
    questions = [Asked("Q1", "matching", READY, "O1"), Asked("Q2", "matching", DRAFT, "O1")]

    found = gaps(matrix({"O1": 2, "O2": 0}, lessons, questions), lessons)

    assert found == [
        Gap(Lack.LESSON, "O2"),
        Gap(Lack.QUESTIONS, "O1", 1, 2),
        Gap(Lack.QUESTIONS, "O2", 0, 1),
        Gap(Lack.OBJECTIVE, "L2"),
        Gap(Lack.PRACTICE, "L2"),
    ]


def test_a_whole_module_has_no_gaps() -> None:
    lessons = [Taught("L1", frozenset(), ("Q1",))]

    assert gaps(matrix({"O1": 1}, lessons, [Asked("Q1", "matching", READY, "O1")]), lessons) == []


def test_an_empty_module_is_one_gap_of_each_kind_and_blames_no_lesson() -> None:
    assert gaps([], []) == [Gap(Lack.OBJECTIVES), Gap(Lack.LESSONS)]
    assert gaps([], [Taught("L1", practises=("Q1",))]) == [Gap(Lack.OBJECTIVES)]
    assert gaps(matrix({"O1": 0}, [], []), []) == [Gap(Lack.LESSONS), Gap(Lack.QUESTIONS, "O1", 0, 1)]
