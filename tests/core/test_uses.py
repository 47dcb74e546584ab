"""Apps above say what works with a thing of an app below."""

from core.uses import Finders, Use


def test_all_finders_are_asked_once_each() -> None:
    finders: Finders[str] = Finders()

    def first(key: str, language: str) -> list[Use]:
        return [Use("First", language, "/1/")] if key == "M1-P11" else []

    def second(_key: str, _language: str) -> list[Use]:
        return [Use("Second", "en", "/2/")]

    for finder in (first, second, first):
        finders.register(finder)

    assert finders.uses_of("M1-P11", "be") == [Use("First", "be", "/1/"), Use("Second", "en", "/2/")]


def test_each_kind_of_thing_has_finders_of_its_own() -> None:
    questions: Finders[str] = Finders()
    resources: Finders[str] = Finders()

    questions.register(lambda _key, _language: [Use("First", "en", "/1/")])

    assert resources.uses_of("M1-P11", "en") == []
