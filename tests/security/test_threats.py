"""Each boundary has its six questions, each threat a defence, and each defence a test that exists and runs."""

import re

import pytest
from django.conf import settings

from tests.security.test_asvs import has_test

PAGE = (settings.BASE_DIR / "docs" / "security" / "threats.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| ([A-Z]\d+) \| ([STRIDE]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)+)`")
ROWS = ROW.findall(PAGE)
BOUNDARIES = [title for title in PARTS if title != "What no test shows"]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_every_question_is_asked_at_every_boundary(boundary):
    assert {kind for _id, kind, *_ in ROW.findall(PARTS[boundary])} == set("STRIDE")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_threat_has_a_defence_and_tests_that_exist(row):
    _id, _kind, threat, defence, shown = row

    tests = TEST.findall(shown)
    assert (len(threat) > 10, len(defence) > 10, len(tests) > 0) == (True, True, True)
    assert [test for test in tests if not has_test(test)] == []


def test_every_line_of_a_table_is_read_and_named_once():
    lines = [line for line in PAGE.splitlines() if re.match(r"\| [A-Z]\d", line)]
    ids = [name for name, *_ in ROWS]

    assert (len(lines), len(set(ids))) == (len(ROWS), len(ROWS))


def test_the_times_of_mending_are_the_same_on_both_pages():
    def times(page: str) -> list[str]:
        return re.findall(r"^\| (?:critical|high|medium|low).*$", page, re.MULTILINE)

    packages = (settings.BASE_DIR / "docs" / "security" / "packages.md").read_text(encoding="utf-8")
    assert times((settings.BASE_DIR / "SECURITY.md").read_text(encoding="utf-8")) == times(packages)[:4] != []
