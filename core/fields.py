"""Short texts that exist once per language: a column each, so that they can be searched, sorted and constrained."""

from typing import Any, overload

from django.conf import settings
from django.utils.translation import get_language


def in_language(instance: object, name: str, language: str) -> str:
    """Return `<name>_<language>` of an object, or the first language that has words when that one is empty."""
    order = [language, *(code for code, _label in settings.LANGUAGES if code != language)]
    return next((text for code in order if (text := getattr(instance, f"{name}_{code}", ""))), "")


class Translated:
    """Reads the column of the active language: `title = Translated()` beside `title_en`, `title_ru`, `title_be`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Translated": ...
    @overload
    def __get__(self, instance: object, owner: type) -> str: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return self
        return in_language(instance, self.name, (get_language() or settings.LANGUAGE_CODE)[:2])
