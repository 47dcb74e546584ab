"""What the editor of a question is made of: texts in three languages, and rows that are added, moved and taken away.

Rows work without JavaScript: a button posts the whole form with what it wants ("up answers-options 2"), `rearranged`
changes the posted data, and the page shows it again with everything that was typed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from string import ascii_uppercase
from typing import Any, ClassVar, NamedTuple, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Language

MOST_ROWS = 60
LANGUAGES: tuple[str, ...] = tuple(Language.values)

FORMAT = ".format"  # behind the name of a field: how its text is written
FORMATS: Mapping[str, Any] = {
    "html": gettext_lazy("This text is HTML."),
    "moodle": gettext_lazy("This text is HTML; a new line stays a new line."),
    "markdown": gettext_lazy("This text is Markdown."),
}

# "add <rows> <letter of new ids> <kind>", "up <rows> <number>", "down <rows> <number>", "remove <rows> <number>"
WISH = re.compile(r"(add) ([\w-]+)(?: (\w))?(?: (\w{2,}))?|(up|down|remove) ([\w-]+) (\d{1,3})")


class Spoken(NamedTuple):
    """A text that every language has: `lines` is the height of its fields.

    `needed` in each language in which the question is written; `distinct` from the same text of the other rows.
    """

    label: str | Promise
    lines: int = 2
    needed: bool = False
    distinct: bool = False
    hint: str | Promise = ""


class SpokenFields(NamedTuple):
    """A text with its field in each language, ready for a template."""

    name: str
    spoken: Spoken
    fields: list[tuple[str, BoundField]]


class Line(NamedTuple):
    """A row on the page, with the wishes that its buttons post; empty where there is nowhere to go."""

    title: str
    row: Any
    up: str
    down: str
    remove: str


class Worded(forms.Form):
    """A form with texts: `spoken` names them, and each has a field for every language ("stem_en").

    Which of them are more than plain is said beside their fields; a hidden field carries it along with the row.
    """

    spoken: ClassVar[Mapping[str, Spoken]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, spoken in self.spoken.items():
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=f"{spoken.label} ({Language(language).label})",
                    required=False,
                    max_length=10_000,
                    widget=forms.Textarea(attrs={"rows": spoken.lines, "lang": language}),
                )
        formats = self._formats()
        for field, written in formats.items():
            self.fields[field].help_text = FORMATS[written]
        if formats:
            carried = " ".join(f"{field}={written}" for field, written in formats.items())
            self.fields["formats"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=carried)

    def _formats(self) -> dict[str, str]:
        """The formats of the texts by field, as they were filled in or as the page sent them back."""
        if self.is_bound:
            carried = str(self.data.get(self.add_prefix("formats"), "")).split()
            given = {field: written for field, _equals, written in (each.partition("=") for each in carried)}
            return self._known(given)
        marks = [name for name in self.initial if name.endswith(FORMAT)]
        return self._known({name.removesuffix(FORMAT): str(self.initial[name]) for name in marks})

    def _known(self, formats: Mapping[str, str]) -> dict[str, str]:
        return {field: written for field, written in formats.items() if field in self.fields and written in FORMATS}

    def hush(self) -> None:
        """Say nothing of what is wrong: the editor is still writing."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def groups(self) -> list[SpokenFields]:
        """The texts, each with its fields, in their order."""
        return [
            SpokenFields(name, spoken, [(language, self[f"{name}_{language}"]) for language in LANGUAGES])
            for name, spoken in self.spoken.items()
        ]

    def plain_fields(self) -> list[BoundField]:
        """The fields that are seen and hold no text of a language."""
        texts = {f"{name}_{language}" for name in self.spoken for language in LANGUAGES}
        return [field for field in self.visible_fields() if field.name not in texts]

    def said(self, name: str, language: str) -> str:
        """A text as it was written, with the line ends of the bank."""
        return str(self.cleaned_data.get(f"{name}_{language}") or "").replace("\r\n", "\n")

    def languages(self) -> set[str]:
        """The languages in which anything is written here."""
        return {language for language in LANGUAGES for name in self.spoken if self.said(name, language)}

    def demand(self, languages: Iterable[str]) -> None:
        """Say at each field where a text is missing that these languages need."""
        for language in languages:
            for name, spoken in self.spoken.items():
                if spoken.needed and not self.said(name, language) and f"{name}_{language}" not in self.errors:
                    self.add_error(
                        f"{name}_{language}",
                        _("The text is missing in this language. Write it, or leave the language empty everywhere."),
                    )

    @staticmethod
    def texts_of(words: Mapping[str, Mapping[str, Any]], *path: str, name: str) -> dict[str, str]:
        """What the fields of a text show first: the text at a path in the words of each language, and its format."""
        shown = {}
        for language in LANGUAGES:
            own = words.get(language) or {}
            shown[f"{name}_{language}"] = text_at(own, *path)
            written = (own.get("formats") or {}).get(".".join(path))
            if written:
                shown[f"{name}_{language}{FORMAT}"] = str(written)
        return shown


class Row(Worded):
    """One of several. Rows in which nothing is written are left out. `titled` is what stands above it, with %s."""

    letter: ClassVar[str] = ""  # what the ids of new rows begin with; "A" for letters

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written or ticked."""
        return not self.has_changed()

    def has_changed(self) -> bool:
        """Whether anything was written or ticked; the id was given by us."""
        return any(field.data not in (None, "", [], False) for field in self.visible_fields())


class Rows(BaseFormSet):
    """Rows of one kind, in the order of the page."""

    title: ClassVar[str | Promise] = ""
    hint: ClassVar[str | Promise] = ""
    row_title: ClassVar[str | Promise] = ""
    adding: ClassVar[str | Promise] = ""
    movable: ClassVar[bool] = True
    kinds: ClassVar[tuple[tuple[str, str | Promise], ...]] = ()  # where a new row is one of several kinds

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A row in which nothing is written asks for nothing."""
        return {**super().get_form_kwargs(index), "empty_permitted": True, "use_required_attribute": False}

    def written(self) -> list[Any]:
        """The rows in which something stands; after `is_valid`."""
        return [form for form in self.forms if not form.is_blank]

    def buttons(self) -> list[tuple[str, str | Promise]]:
        """What adds a row: the wish that the button posts, and its words."""
        letter = self.form.letter
        kinds = self.kinds or (("", self.adding),)
        return [(" ".join(filter(None, ["add", self.prefix, letter, kind])), label) for kind, label in kinds]

    def lines(self) -> Iterator[Line]:
        """The rows as the page shows them."""
        for place, row in enumerate(self.forms):
            can_rise, can_fall = self.movable and place > 0, self.movable and place < len(self.forms) - 1
            yield Line(
                title=str(self.row_title) % (place + 1),
                row=row,
                up=f"up {self.prefix} {place}" if can_rise else "",
                down=f"down {self.prefix} {place}" if can_fall else "",
                remove=f"remove {self.prefix} {place}",
            )

    def demand(self, languages: Iterable[str]) -> None:
        """Say at each field where a text is missing, and where the same stands in two rows."""
        for row in self.written():
            row.demand(languages)
        for name, spoken in self.form.spoken.items():
            if spoken.distinct:
                self._refuse_twice(name)

    def _refuse_twice(self, name: str) -> None:
        seen: set[tuple[str, str]] = set()
        for row in self.written():
            for language in LANGUAGES:
                text = row.said(name, language).casefold()
                if text and (language, text) in seen:
                    row.add_error(f"{name}_{language}", _("The same text stands above already."))
                seen.add((language, text))


def rows_of(
    form: type[Row],
    *,
    title: str | Promise,
    row_title: str | Promise,
    adding: str | Promise = "",
    hint: str | Promise = "",
    movable: bool = True,
    kinds: tuple[tuple[str, str | Promise], ...] = (),
) -> type[Rows]:
    """Return the class of rows of one kind. `row_title` has a %s for the number of the row."""
    named = {"title": title, "row_title": row_title, "adding": adding, "hint": hint, "movable": movable, "kinds": kinds}
    base = type("Rows", (Rows,), named)
    made = formset_factory(form, formset=base, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True)
    return cast("type[Rows]", made)


def text_at(words: Any, *path: str) -> str:
    """Return the text at a path, an empty one when there is none.

    >>> text_at({"options": {"A": "Twelve"}}, "options", "A"), text_at({}, "options", "A")
    ('Twelve', '')
    """
    for step in path:
        words = words.get(step) if isinstance(words, Mapping) else None
    return "" if words is None else str(words)


def fresh_id(letter: str, taken: Iterable[str]) -> str:
    """Return an id that nothing has yet.

    >>> fresh_id("A", ["A", "C"]), fresh_id("g", ["g1", "g2"])
    ('B', 'g3')
    """
    used = set(taken)
    if letter == "A":
        free = [each for each in ascii_uppercase if each not in used]
        if free:
            return free[0]
    return next(f"{letter}{number}" for number in range(1, len(used) + 2) if f"{letter}{number}" not in used)


def rearranged(data: QueryDict, wish: str) -> tuple[QueryDict, str]:
    """Return posted data with a row added, moved or taken away, and the field or button that has the focus then.

    A wish that cannot be read, or that points nowhere, changes nothing.
    """
    found = WISH.fullmatch(wish)
    changed = data.copy()
    if found is None:
        return changed, ""
    if found[1]:
        return changed, _added(changed, found[2], found[3] or "", found[4] or "")
    return changed, _moved(changed, found[5], found[6], int(found[7]))


def _added(data: QueryDict, rows: str, letter: str, kind: str) -> str:
    total = _total(data, rows)
    if total >= MOST_ROWS:
        return ""
    if letter:
        data[f"{rows}-{total}-id"] = fresh_id(letter, [data.get(f"{rows}-{each}-id", "") for each in range(total)])
    if kind:
        data[f"{rows}-{total}-type"] = kind
    data[f"{rows}-TOTAL_FORMS"] = str(total + 1)
    return f"{rows}-{total}"


def _moved(data: QueryDict, how: str, rows: str, place: int) -> str:
    """Rearrange the rows from 0; everything below a row, rows of its own too, moves with it."""
    total = _total(data, rows)
    other = place + {"up": -1, "down": 1, "remove": 0}[how]
    if not 0 <= place < total or not 0 <= other < total:
        return ""
    order = list(range(total))
    order.remove(place)
    if how != "remove":
        order.insert(other, place)
    held = [_taken_out(data, f"{rows}-{number}-") for number in range(total)]
    for number, old in enumerate(order):
        for name, values in held[old].items():
            data.setlist(f"{rows}-{number}-{name}", values)
    data[f"{rows}-TOTAL_FORMS"] = data[f"{rows}-INITIAL_FORMS"] = str(len(order))
    if how != "remove":
        return f"{how} {rows} {other}"
    return f"{rows}-{min(place, len(order) - 1)}" if order else ""


def _taken_out(data: QueryDict, prefix: str) -> dict[str, list[Any]]:
    """Remove what begins with a prefix from the data, and return it without the prefix."""
    names = [name for name in data if name.startswith(prefix)]
    return {name.removeprefix(prefix): data.pop(name) for name in names}


def _total(data: QueryDict, rows: str) -> int:
    text = data.get(f"{rows}-TOTAL_FORMS", "")
    return min(int(text), MOST_ROWS) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004 - digits of a count
