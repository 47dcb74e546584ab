"""What docs/security/input-rules.md says of inputs, files and limits is what the code does."""

import importlib
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from wagtail.images.fields import get_allowed_image_extensions

from assessments.formats.decimals import decimal_in
from certificates.codes import is_well_formed, normalised
from core.contents import DOCUMENTS, PICTURES
from people.columns import errors_of, language_code
from people.forms.fields import DayField
from people.names import is_name
from people.time_zones import is_time_zone
from tests.security.test_asvs import has_test
from workshops.forms import MaterialForm

PAGE = (settings.BASE_DIR / "docs" / "security" / "input-rules.md").read_text(encoding="utf-8")
UNITS = {"MB": 1024 * 1024, "kB": 1024, "minutes": 60, "": 1}
# Whatever measures a file in bytes and is no part of another measure that the page names.
BYTES = re.compile(r"^(?:[A-Z]+_)?(?:MAX_BYTES|MATERIAL_BYTES|SCAN_BYTES|FILE_BYTES|MOST_BYTES)\b", re.MULTILINE)
# For a command of the operator, for forms of a page that is on the list, and for texts that were pasted.
NOT_SENT = {"certificates/management/commands/certificate_verify.py", "workshops/forms/imports.py"}


def rows(title: str, head: str) -> list[list[str]]:
    """The rows of a table of the page, by the heading it stands under and how its first line begins."""
    part = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    table = part.partition(f"| {head} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def named(path: str) -> Any:
    """The value that a dotted name means."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise LookupError(path)


def amount(words: str) -> int:
    """A number with its unit as the page writes it.

    >>> amount("5 MB"), amount("20,000")
    (5242880, 20000)
    """
    number, _, unit = words.partition(" ")
    return int(number.replace(",", "")) * UNITS[unit]


def limits() -> list[tuple[str, str]]:
    """Every limit of the page: the dotted name, and the words."""
    found = [(where, words) for *_, words, where in rows("Files", "file")]
    found += [(where, words) for _, words, where in rows("Files", "what a file may hold")]
    found += [(where, words) for _, words, where in rows("Limits of use", "what")]
    costs = [where.split(" = ") for *_, where in rows("What costs much", "what") if where != "–"]
    return [(where.strip("`"), words) for where, words in [*found, *costs]]


@pytest.mark.parametrize(("where", "words"), limits(), ids=lambda each: each.replace(" ", "-"))
def test_a_limit_is_that_of_the_code(where, words):
    value = named(where)

    assert (value.total_seconds() if isinstance(value, timedelta) else value) == amount(words)


def test_every_measure_of_a_file_is_on_the_page():
    folders = [path.parent for path in settings.BASE_DIR.glob("*/apps.py")]
    measured = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for folder in folders
        for path in folder.rglob("*.py")
        if BYTES.search(path.read_text(encoding="utf-8"))
    }

    on_the_page = {where.rpartition(".")[0].replace(".", "/") + ".py" for where, _ in limits()}
    assert measured - NOT_SENT - on_the_page == set()


def test_kinds_of_files_are_those_that_are_taken():
    kinds = {name: words for name, words, *_ in rows("Files", "file")}

    assert kinds["document of the CMS"].split(", ") == settings.WAGTAILDOCS_EXTENSIONS
    assert kinds["picture of the CMS"].split(", ") == sorted(get_allowed_image_extensions())
    assert kinds["material of a workshop"].split(", ") == sorted(DOCUMENTS | PICTURES)
    assert kinds["scan of a signed register"].split(", ") == sorted({"pdf", *PICTURES})


# --- Single inputs ----------------------------------------------------------------------------------------------------
def cleans(clean: Callable[[str], Any]) -> Callable[[str], bool]:
    def takes(value: str) -> bool:
        try:
            clean(value)
        except ValidationError:
            return False
        return True

    return takes


def is_taken_in_a_cell(value: str) -> bool:
    row = dict.fromkeys(("patronymic", "email", "agency", "language"), "")
    return not errors_of(2, {**row, "family_name": "Kavalenka", "given_name": "Volha", "post": value})


INPUTS: dict[str, Callable[[str], bool]] = {
    "e-mail": cleans(forms.EmailField().clean),
    "part of a name": is_name,
    "day": cleans(DayField().clean),
    "language": lambda value: language_code(value) is not None,
    "clock": is_time_zone,
    "link": cleans(MaterialForm.base_fields["link"].clean),
    "number in an answer": lambda value: decimal_in(value.replace(",", ".")) is not None,
    "code of a certificate": lambda value: is_well_formed(normalised(value)),
    "password": cleans(validate_password),
    "cell of a file": is_taken_in_a_cell,
}


def test_each_input_has_examples_that_are_tried():
    assert [name for name, *_ in rows("Single inputs", "input")] == list(INPUTS)


@pytest.mark.parametrize("row", rows("Single inputs", "input"), ids=lambda row: row[0])
def test_an_input_is_taken_and_refused_as_the_page_says(row):
    name, _rule, taken, refused = row
    examples = dict.fromkeys(re.findall(r"`([^`]+)`", taken), True)
    examples |= dict.fromkeys(re.findall(r"`([^`]+)`", refused), False)

    assert {example: INPUTS[name](example) for example in examples} == examples
    assert set(examples.values()) == {True, False}


def test_what_belongs_together_is_shown_by_tests_that_exist():
    for what, _rule, shown in rows("Inputs that belong together", "together"):
        for test in re.findall(r"`(tests/[^`]+)`", shown):
            assert has_test(test) if "::" in test else Path(settings.BASE_DIR / test).exists(), what
