"""Known faults of packages: what an answer says, and how soon a fault is mended."""

import doctest
import re

from scripts import scan_packages
from scripts.scan_packages import ROOT

PAGE = (ROOT / "docs" / "security" / "packages.md").read_text(encoding="utf-8")


def test_the_worked_examples_hold():
    assert doctest.testmod(scan_packages).failed == 0


def test_where_nobody_answers_nothing_is_called_free_of_faults():
    found, answered = scan_packages.faults([{"name": "a", "skip_reason": "Dependency not found"}])

    assert (found, answered) == (set(), 0)
    assert "is not known" in scan_packages.NOBODY_ANSWERS


def test_make_scan_asks():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nscan:")[2].partition("\n\n")[0]

    assert "scripts/scan_packages.py" in recipe


def test_each_list_of_packages_and_each_grade_of_a_fault_has_its_time():
    lists = {path.stem for path in (ROOT / "requirements").glob("*.txt")}
    where = PAGE.partition("\n## Where they run\n")[2].partition("\n## ")[0]
    days = [int(number) for number in re.findall(r"^\| [^|]+ \| (\d+) days \|", PAGE, re.MULTILINE)]

    assert set(re.findall(r"`(\w+)`", where)) - {"make"} == lists
    assert days == [3, 14, 30, 90]
