"""The list of the ASVS is whole, says of every requirement where it stands, and names tests that exist and run."""

import ast
import re
from functools import cache

from django.conf import settings

ROOT = settings.BASE_DIR
LIST = ROOT / "docs" / "security" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)+)`")
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, those of level 1 first; V17 does not apply.
# A number is the requirement in its section.
LEVEL_1 = {
    "1.2": "1 2 3 4 5", "1.3": "1 2", "1.5": "1", "2.1": "1", "2.2": "1 2", "2.3": "1", "3.2": "1 2", "3.3": "1",
    "3.4": "1 2", "3.5": "1 2 3", "4.1": "1", "4.4": "1", "5.2": "1 2", "5.3": "1 2", "6.1": "1",
    "6.2": "1 2 3 4 5 6 7 8", "6.3": "1 2", "6.4": "1 2", "7.2": "1 2 3 4", "7.4": "1 2", "8.1": "1", "8.2": "1 2",
    "8.3": "1", "9.1": "1 2 3", "9.2": "1", "10.4": "1 2 3 4 5", "11.3": "1 2", "11.4": "1", "12.1": "1",
    "12.2": "1 2", "13.4": "1", "14.2": "1", "14.3": "1", "15.1": "1", "15.2": "1", "15.3": "1",
}  # fmt: skip
LEVEL_2 = {
    "1.1": "1 2", "1.2": "6 7 8 9", "1.3": "3 4 5 6 7 8 9 10 11", "1.4": "1 2 3", "1.5": "2", "2.1": "2 3", "2.2": "3",
    "2.3": "2 3 4", "2.4": "1", "3.3": "2 3 4", "3.4": "3 4 5 6", "3.5": "4 5", "3.7": "1 2", "4.1": "2 3", "4.2": "1",
    "4.3": "1 2", "4.4": "2 3 4", "5.1": "1", "5.2": "3", "5.4": "1 2 3", "6.1": "2 3", "6.2": "9 10 11 12",
    "6.3": "3 4", "6.4": "3 4", "6.5": "1 2 3 4 5", "6.6": "1 2 3", "6.8": "1 2 3 4", "7.1": "1 2 3", "7.3": "1 2",
    "7.4": "3 4 5", "7.5": "1 2", "7.6": "1 2", "8.1": "2", "8.2": "3", "8.4": "1", "9.2": "2 3 4", "10.1": "1 2",
    "10.2": "1 2", "10.3": "1 2 3 4", "10.4": "6 7 8 9 10 11", "10.5": "1 2 3 4 5", "10.6": "1 2", "10.7": "1 2 3",
    "11.1": "1 2", "11.2": "1 2 3", "11.3": "3", "11.4": "2 3 4", "11.5": "1", "11.6": "1", "12.1": "2 3",
    "12.3": "1 2 3 4", "13.1": "1", "13.2": "1 2 3 4 5", "13.3": "1 2", "13.4": "2 3 4 5", "14.1": "1 2",
    "14.2": "2 3 4", "14.3": "2 3", "15.1": "2 3", "15.2": "2 3", "15.3": "2 3 4 5 6 7", "16.1": "1",
    "16.2": "1 2 3 4 5", "16.3": "1 2 3 4", "16.4": "1 2 3", "16.5": "1 2 3",
}  # fmt: skip


def rows() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall(LIST.read_text(encoding="utf-8"))


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def has_test(node_id: str) -> bool:
    """Whether a test exists under an id as pytest names it, and runs with `make test`."""
    file, *names = node_id.split("::")
    if not (ROOT / file).exists():
        return False
    node: ast.AST = tree_of(file)
    for name in names:
        inside = {getattr(each, "name", None): each for each in getattr(node, "body", [])}
        if name not in inside:
            return False
        node = inside[name]
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        if any(mark == "pytest.mark.deep" or mark.startswith("pytest.mark.skip") for mark in marks):
            return False
    return names[-1].startswith("test_")


def test_every_requirement_of_levels_1_and_2_is_on_the_list_once():
    expected = {
        (f"{section}.{number}", level)
        for level, sections in (("1", LEVEL_1), ("2", LEVEL_2))
        for section, numbers in sections.items()
        for number in numbers.split()
    }
    listed = [(number, level) for number, level, *_ in rows()]

    assert set(listed) == expected
    assert len(listed) == len(expected) == 246


def test_every_line_of_a_table_is_read():
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]

    assert len(lines) == len(rows())


def test_each_says_where_it_stands_and_why():
    assert {status for *_, status, _ in rows()} == {"pass", "open", "not applicable"}
    for number, _level, words, status, text in rows():
        assert len(words) > 3, number
        assert bool(TEST.search(text)) == (status == "pass"), number
        assert status != "pass" or TEST.sub("", text).strip(", ") == "", number


def test_every_test_that_is_named_exists_and_runs_with_the_others():
    missing = [(number, name) for number, *_, text in rows() for name in TEST.findall(text) if not has_test(name)]

    assert missing == []


def test_the_figures_at_its_head_are_those_of_the_list():
    states = [status for *_, status, _ in rows()]
    head = LIST.read_text(encoding="utf-8").partition("\n## ")[0]

    assert ", ".join(f"{states.count(each)} {each}" for each in ("pass", "open", "not applicable")) in head


def test_a_test_that_nobody_wrote_is_noticed():
    assert has_test("tests/security/test_asvs.py::test_a_test_that_nobody_wrote_is_noticed")
    assert not has_test("tests/security/test_asvs.py::test_nothing")
    assert not has_test("tests/security/test_nothing.py::test_nothing")
