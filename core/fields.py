"""Fields of a kind: texts that exist once per language (a column each, so that they can be searched, sorted and
constrained), and lists of codes."""

from collections.abc import Sequence
from typing import Any, overload

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


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


class CodeListField(models.JSONField):
    """A list of codes out of a fixed set, ticked as boxes in a form.

    `codes` are (code, label) pairs; they are no part of the column, so that a new label needs no migration.
    """

    def __init__(self, *args: Any, codes: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.codes = tuple(codes)
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def contribute_to_class(self, cls: type[models.Model], name: str, *args: Any, **kwargs: Any) -> None:
        """Give the model `get_<name>_display`, as choices have it: here the labels of all codes, in their order."""
        super().contribute_to_class(cls, name, *args, **kwargs)

        def labels(instance: models.Model) -> list[Any]:
            held = getattr(instance, name)
            return [label for code, label in self.codes if code in held]

        setattr(cls, f"get_{name}_display", labels)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        known = dict(self.codes)
        unknown = [code for code in value if code not in known] if isinstance(value, list) else [value]
        if unknown:
            raise ValidationError(_("%(codes)s is not on the list."), params={"codes": ", ".join(map(str, unknown))})

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.codes,
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )
