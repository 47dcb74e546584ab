"""What a browser posts of the editor of a question when nothing in it is touched."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from assessments.forms import QuestionEditor


def typed_in(editor: QuestionEditor) -> QueryDict:
    """Return every field of the editor as it stands on the page."""
    data = QueryDict(mutable=True)
    data["base"] = editor.base
    for form in _forms(editor):
        for field in form:
            values = _posted(field)
            if values:
                data.setlist(field.html_name, values)
    return data


def _posted(field: Any) -> list[str]:
    value = field.value()
    if field.field.widget.__class__.__name__ == "CheckboxInput":
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if value is None:
        return [""]
    return [value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)]


def _forms(editor: QuestionEditor) -> Iterator[Any]:
    yield from editor.forms()
    yield editor.hints.management_form
    yield from _counts(editor.part)


def _counts(part: Any) -> Iterator[Any]:
    for rows in part.rows.values():
        yield rows.management_form
        for row in rows.forms:
            yield from _counts(row.part) if hasattr(row, "part") else ()
