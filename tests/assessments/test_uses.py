"""Apps above say which of their texts practise a question."""

import pytest

from assessments import uses
from assessments.uses import Use


def test_all_finders_are_asked_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_finders", [])

    def first(code: str, language: str) -> list[Use]:
        return [Use("First", language, "/1/")] if code == "M1-P11" else []

    def second(code: str, language: str) -> list[Use]:
        return [Use("Second", "en", "/2/")]

    for finder in (first, second, first):
        uses.register(finder)

    assert uses.uses_of("M1-P11", "be") == [Use("First", "be", "/1/"), Use("Second", "en", "/2/")]
